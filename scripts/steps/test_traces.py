# SPDX-License-Identifier: GPL-2.0
"""Tests of what reads traces, report/demo_trace.py and report/tracers.py; needs no VM."""
import unittest

from demo import read_list
from demo_trace import Run, TraceError, explain_events, first_difference
from tracers import by_process


class Trace:
    """Writes the lines of a trace; time is the number of the line."""

    def __init__(self):
        self.lines = ["# tracer: nop", "#", "# entries-in-buffer/entries-written: 1/1   #P:2"]

    def add(self, tid, event):
        self.lines.append(f"     my prog-{tid}     [001] ...1. {len(self.lines):12}: {event}")
        return self

    def fork(self, tid, child):
        return self.add(tid, f"task_newtask: pid={child} comm=my prog "
                             "clone_flags=1200000 oom_score_adj=0")

    def thread(self, tid, other):
        return self.add(tid, f"task_newtask: pid={other} comm=my prog "
                             "clone_flags=3d0f00 oom_score_adj=0")

    def wait4(self, tid, pid, options=0, stat="7ffe0000", ru="0"):
        return self.add(tid, f"sys_wait4(upid: {pid & 0xffffffff:x}, stat_addr: {stat}, "
                             f"options: {options:x}, ru: {ru})")

    def wait4_exit(self, tid, ret, status="0x0", maxrss="0"):
        # the two events that are read past come as well
        self.add(tid, f"sys_wait4 -> {ret & 0xffffffffffffffff:#x}")
        self.add(tid, f"wait4_done: stat=1 ru=0 ret={ret}")
        return self.add(tid, f"wait4_exit: (synthetic.wait4_done) ret={ret} "
                             f"status={status} maxrss={maxrss}")

    def waitid(self, tid, which, ident, options, info="7ffe0000"):
        return self.add(tid, f"sys_waitid(which: {which}, upid: {ident & 0xffffffff:x}, "
                             f"infop: {info}, options: {options:x}, ru: 0)")

    def waitid_exit(self, tid, ret, code=0, pid=0, status=0):
        return self.add(tid, f"waitid_exit: (synthetic.waitid_done) ret={ret} code={code} "
                             f"pid={pid} status={status}")

    def run(self, root):
        return Run(self.lines, root)


def texts(run, thread):
    return [str(call) for call in run.calls.get(thread, [])]


def parted(first, second):
    """The first difference as text: thread, both calls, weak or strong."""
    found = first_difference(first, second)
    if not found:
        return None
    return ((found.first or found.second).thread, found.first and str(found.first),
            found.second and str(found.second), "weak" if found.weak else "strong")


def polling(number):
    trace = Trace().fork(10, 20)
    for _ in range(number):
        trace.wait4(10, -1, 1).wait4_exit(10, 0)
    return trace.wait4(10, -1, 1).wait4_exit(10, 20).run(10)


def two_processes(first_ret, second_ret, polls):
    trace = Trace().fork(10, 20).fork(20, 30)
    for _ in range(polls):
        trace.wait4(10, 20, 1).wait4_exit(10, 0)
    trace.wait4(20, -1).wait4_exit(20, second_ret)
    return trace.wait4(10, 20).wait4_exit(10, first_ret).run(10)


def refusal(lines):
    try:
        Run(lines, 10)
    except TraceError as error:
        return str(error)
    return None


class Traces(unittest.TestCase):
    def test_names_follow_the_fork_tree(self):
        run = (Trace().fork(10, 20).fork(10, 21).fork(21, 5).thread(21, 22).fork(22, 23)
               .fork(99, 98).run(10))
        self.assertEqual(run.names,
                         {10: "P1", 20: "P1.1", 21: "P1.2", 5: "P1.2.1", 22: "P1.2/2", 23: "P1.2.2"})

    def test_vfork_makes_no_thread(self):
        run = Trace().add(10, "task_newtask: pid=20 comm=sh clone_flags=4100 oom_score_adj=0").run(10)
        self.assertEqual(run.names, {10: "P1", 20: "P1.1"})

    def test_others_are_left_out(self):
        run = Trace().wait4(7, -1).wait4_exit(7, -10).run(10)
        self.assertEqual(run.count(), 0)

    def test_wait4_is_readable(self):
        trace = Trace().fork(10, 20)
        for pid, options, ret, status in ((-1, 0, 20, "0x700"), (20, 3, 20, "0x137f"),
                                          (-20, 8, 20, "0xffff"), (0, 1, 0, "0x0"),
                                          (-1, 0x40000000, 20, "0x89"), (-1, 0, -10, "0x0")):
            trace.wait4(10, pid, options).wait4_exit(10, ret, status)
        self.assertEqual(texts(trace.run(10), "P1"),
                         ["wait4(any child, 0) = P1.1, exited with 7",
                          "wait4(P1.1, WNOHANG|WUNTRACED) = P1.1, stopped by SIGSTOP",
                          "wait4(group P1.1, WCONTINUED) = P1.1, continued",
                          "wait4(own group, WNOHANG) = 0",
                          "wait4(any child, __WALL) = P1.1, killed by SIGKILL",
                          "wait4(any child, 0) = ECHILD"])

    def test_waitid_is_readable(self):
        trace = Trace().fork(10, 20)
        trace.waitid(10, 1, 20, 2).waitid_exit(10, 0, 5, 20, 19)
        trace.waitid(10, 0, 0, 0x01000005).waitid_exit(10, 0, 2, 20, 15)
        trace.waitid(10, 3, 4, 4).waitid_exit(10, -11)
        trace.waitid(10, 0, 0, 5).waitid_exit(10, 0)
        self.assertEqual(texts(trace.run(10), "P1"),
                         ["waitid(P_PID, P1.1, WSTOPPED) = 0: P1.1 stopped by SIGSTOP",
                          "waitid(P_ALL, WNOHANG|WEXITED|WNOWAIT) = 0: P1.1 killed by SIGTERM",
                          "waitid(P_PIDFD, fd 4, WEXITED) = EAGAIN",
                          "waitid(P_ALL, WNOHANG|WEXITED) = 0"])

    def test_null_pointers_are_not_read(self):
        trace = Trace().fork(10, 20)
        trace.wait4(10, -1, stat="0").wait4_exit(10, 20, "0x1234", "55")
        trace.waitid(10, 0, 0, 4, info="0").waitid_exit(10, 0, 77, 88, 99)
        self.assertEqual(texts(trace.run(10), "P1"),
                         ["wait4(any child, 0) = P1.1", "waitid(P_ALL, WEXITED) = 0"])

    def test_pids_do_not_matter(self):
        one = Trace().fork(10, 20).wait4(10, 20).wait4_exit(10, 20, "0x100").run(10)
        two = Trace().fork(50, 40).wait4(50, 40).wait4_exit(50, 40, "0x100").run(50)
        self.assertEqual(parted(one, two), None)

    def test_which_child_matters(self):
        one = Trace().fork(10, 20).fork(10, 21).wait4(10, -1).wait4_exit(10, 20).run(10)
        two = Trace().fork(10, 20).fork(10, 21).wait4(10, -1).wait4_exit(10, 21).run(10)
        self.assertEqual(parted(one, two),
                         ("P1", "wait4(any child, 0) = P1.1, exited with 0",
                          "wait4(any child, 0) = P1.2, exited with 0", "strong"))

    def test_the_status_matters(self):
        one = Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, 20, "0x100").run(10)
        two = Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, 20, "0x200").run(10)
        self.assertEqual(parted(one, two),
                         ("P1", "wait4(any child, 0) = P1.1, exited with 1",
                          "wait4(any child, 0) = P1.1, exited with 2", "strong"))

    def test_rusage_matters_as_written_or_not(self):
        runs = [Trace().fork(10, 20).wait4(10, -1, ru="7ffe").wait4_exit(10, 20, maxrss=maxrss).run(10)
                for maxrss in ("100", "200", "0")]
        self.assertEqual((parted(*runs[:2]), parted(*runs[1:])),
                         (None, ("P1", "wait4(any child, 0, rusage) = P1.1, exited with 0, rusage written",
                          "wait4(any child, 0, rusage) = P1.1, exited with 0, rusage not written", "strong")))

    def test_a_call_that_sleeps_on(self):
        one = Trace().fork(10, 20).waitid(10, 0, 0, 2).waitid_exit(10, 0, 5, 20, 19).run(10)
        two = Trace().fork(10, 20).waitid(10, 0, 0, 2).run(10)
        self.assertEqual(parted(one, two),
                         ("P1", "waitid(P_ALL, WSTOPPED) = 0: P1.1 stopped by SIGSTOP",
                          "waitid(P_ALL, WSTOPPED) does not return", "strong"))

    def test_how_often_a_program_polls_is_weak(self):
        self.assertEqual(parted(polling(1), polling(3)),
                         ("P1", "wait4(any child, WNOHANG) = P1.1, exited with 0",
                          "wait4(any child, WNOHANG) = 0", "weak"))

    def test_a_restart_is_weak(self):
        one = Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, 20).run(10)
        two = (Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, -512)
               .wait4(10, -1).wait4_exit(10, 20).run(10))
        self.assertEqual(parted(one, two)[3], "weak")

    def test_an_interruption_that_sticks_is_strong(self):
        one = Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, 20).run(10)
        two = Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, -512).run(10)
        self.assertEqual(parted(one, two),
                         ("P1", "wait4(any child, 0) = P1.1, exited with 0",
                          "wait4(any child, 0) = ERESTARTSYS (a signal interrupts it)",
                          "strong"))

    def test_an_interruption_before_another_call_is_strong(self):
        one = Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, 20).run(10)
        two = (Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, -512)
               .wait4(10, -1, 1).wait4_exit(10, 20).run(10))
        self.assertEqual(parted(one, two),
                         ("P1", "wait4(any child, 0) = P1.1, exited with 0",
                          "wait4(any child, 0) = ERESTARTSYS (a signal interrupts it)",
                          "strong"))

    def test_the_arguments_matter(self):
        one = Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, 20).run(10)
        two = Trace().fork(10, 20).wait4(10, 20).wait4_exit(10, 20).run(10)
        self.assertEqual(parted(one, two),
                         ("P1", "wait4(any child, 0) = P1.1, exited with 0",
                          "wait4(P1.1, 0) = P1.1, exited with 0", "strong"))

    def test_strong_comes_before_weak_and_early_before_late(self):
        self.assertEqual(parted(two_processes(20, 30, 0), two_processes(-10, -10, 2)),
                         ("P1.1", "wait4(any child, 0) = P1.1.1, exited with 0",
                          "wait4(any child, 0) = ECHILD", "strong"))

    def test_a_call_that_only_one_side_makes(self):
        one = Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, 20).run(10)
        two = (Trace().fork(10, 20).wait4(10, -1).wait4_exit(10, 20)
               .wait4(10, -1).wait4_exit(10, -10).run(10))
        self.assertEqual(parted(one, two), ("P1", None, "wait4(any child, 0) = ECHILD", "weak"))

    def test_altwait_events_are_told(self):
        trace = Trace().fork(10, 20).wait4(10, -1)
        for event in ("enter: call=wait4 which=-1 id=0 options=0x0", "candidates: n=1", "block: n=1",
                      "wake: why=news", "block: n=1", "wake: why=news",
                      "report: kind=zombie pid=20 status=0x100 cld_code=1 cld_status=1",
                      "commit: kind=zombie pid=20 stock=20", "exit: ret=20 status=0x100"):
            trace.add(10, f"altwait_wait_{event}")
        run = trace.wait4_exit(10, 20, "0x100").run(10)
        self.assertEqual(explain_events(run, run.calls["P1"][0]),
                         "1 candidate; 2 sleeps, woken by news; reports zombie of P1.1 (exited with 1); "
                         "used up through stock")

    def test_lost_events_are_refused(self):
        self.assertEqual(refusal(["# entries-in-buffer/entries-written: 5/9   #P:2"]),
                         "the trace lost events: 5 of 9 are left")

    def test_a_stray_line_is_refused(self):
        self.assertEqual(refusal(["CPU 1 burnt down"]), "no trace event: 'CPU 1 burnt down'")

    def test_a_return_without_a_call_is_refused(self):
        self.assertEqual(refusal(Trace().wait4_exit(10, 5).lines),
                         "P1 returns from a wait4 that it never made")

    def test_a_call_in_two_parts_is_the_same(self):
        whole = by_process('<1> clone3({flags=0} => {parent_tid=[<2>]}, 88) = <2>\n'
                           '<1> wait4(-1, [{WIFEXITED(s)}], 0, NULL) = <2>\n'
                           '<1> pthread_join(<2>, 0) = 0\n')
        parts = by_process('<1> clone3({flags=0} <unfinished ...>\n'
                           '<2> exit(0) = ?\n'
                           '<1> <... clone3 resumed> => {parent_tid=[<2>]}, 88) = <2>\n'
                           '<1> wait4(-1, <unfinished ...>\n'
                           '<1> <... wait4 resumed>[{WIFEXITED(s)}], 0, NULL) = <2>\n'
                           '<1> pthread_join(<2>, 0 <unfinished ...>\n'
                           '<1> <... pthread_join resumed> ) = 0\n')
        self.assertEqual(parts["<1>"], whole["<1>"])


class Demo(unittest.TestCase):
    def test_the_list_of_workloads_is_where_it_is_looked_for(self):
        self.assertEqual([workload.name for workload in read_list(["shell"])], ["shell"])
