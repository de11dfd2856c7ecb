# SPDX-License-Identifier: GPL-2.0
"""Read the trace of one run, and find where the wait calls of two runs part.

Pids differ from run to run, so processes get names by their place in the fork
tree: P1 is the workload, P1.2 the second child that it made, P1.2/2 the second
thread of that child.
"""
import errno
import re
from dataclasses import dataclass, field

# of the text in tracefs: comm-tid [cpu] flags time: event
LINE = re.compile(r"^\s*.*-(?P<tid>\d+)\s+\[\d+\]\s+(?:\S+\s+)?(?P<time>[\d.]+): (?P<event>.*)$")
ENTER = re.compile(r"^sys_(?P<call>wait4|waitid)\((?P<args>.*)\)$")
EVENT = re.compile(r"^(?P<name>\w+): (?:\(\S+\) )?(?P<fields>.*)$")
ENTRIES = re.compile(r"^# entries-in-buffer/entries-written: (\d+)/(\d+)")

CLONE_THREAD = 0x10000
RESTARTS = {512: "ERESTARTSYS", 513: "ERESTARTNOINTR", 514: "ERESTARTNOHAND",
            516: "ERESTART_RESTARTBLOCK"}
ID_TYPES = {0: "P_ALL", 1: "P_PID", 2: "P_PGID", 3: "P_PIDFD"}
CLD_CODES = {1: "exited", 2: "killed", 3: "dumped", 4: "trapped", 5: "stopped", 6: "continued"}
WNOHANG = 1
OPTIONS = {
    "wait4": [(WNOHANG, "WNOHANG"), (2, "WUNTRACED"), (8, "WCONTINUED")],
    "waitid": [(WNOHANG, "WNOHANG"), (2, "WSTOPPED"), (4, "WEXITED"), (8, "WCONTINUED"),
               (0x01000000, "WNOWAIT")],
}
COMMON_OPTIONS = [(0x20000000, "__WNOTHREAD"), (0x40000000, "__WALL"), (0x80000000, "__WCLONE")]


class TraceError(Exception):
    """The trace cannot be read, or is not complete."""


@dataclass
class Call:
    """One wait call: who, what, and what came back."""
    thread: str
    order: int
    call: str
    args: str
    options: int
    filled: frozenset   # which of the caller's pointers are not NULL
    ret: int = None     # None: it never came back
    result: str = None  # what came back, without pids
    events: list = field(default_factory=list)

    def key(self):
        return self.call, self.args, self.result

    def returned_nothing(self):
        """A poll that found nothing: how often that is, is a matter of time."""
        return bool(self.options & WNOHANG) and self.result == "0"

    def interrupted(self):
        return self.ret is not None and (-self.ret in RESTARTS or self.ret == -errno.EINTR)

    def __str__(self):
        if self.ret is None:
            return f"{self.call}({self.args}) does not return"
        return f"{self.call}({self.args}) = {self.result}"


def signed(text):
    """The number in a trace, which prints 32 bits as unsigned and in hex."""
    value = int(text, 16) & 0xffffffff
    return value - (1 << 32) if value & 0x80000000 else value


def options_text(call, options):
    names = []
    for bit, name in OPTIONS[call] + COMMON_OPTIONS:
        if options & bit:
            names.append(name)
            options &= ~bit
    if options or not names:
        names.append(f"{options:#x}" if options else "0")
    return "|".join(names)


def signal_name(number):
    # not signal.Signals: its names for a number depend on the platform
    names = {1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 6: "SIGABRT", 9: "SIGKILL", 11: "SIGSEGV",
             10: "SIGUSR1", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 18: "SIGCONT",
             19: "SIGSTOP", 20: "SIGTSTP", 21: "SIGTTIN", 22: "SIGTTOU"}
    return names.get(number, f"signal {number}")


def status_text(status):
    """wait4's status word in words."""
    if status == 0xffff:
        return "continued"
    if status & 0xff == 0x7f:
        return f"stopped by {signal_name(status >> 8 & 0xff)}" + (
            f", event {status >> 16}" if status >> 16 else "")
    if status & 0x7f:
        return f"killed by {signal_name(status & 0x7f)}"
    return f"exited with {status >> 8 & 0xff}"


def error_text(ret):
    if -ret in RESTARTS:
        return f"{RESTARTS[-ret]} (a signal interrupts it)"
    return errno.errorcode.get(-ret, str(ret))


def cld_text(code, status):
    if code == 1:
        return f"exited with {status}"
    if code == 6:
        return "continued"
    word = CLD_CODES.get(code, f"code {code}")
    return f"{word} by {signal_name(status)}"


class Run:
    """The fork tree and the wait calls of one run."""

    def __init__(self, lines, root):
        self.names = {root: "P1"}
        self.groups = {root: root}   # thread to process
        self.children = {}           # process to how many it made
        self.threads = {}            # process to how many more it has
        self.calls = {}              # thread's name to its calls, in order
        self.open = {}               # thread to its call that has not returned
        self.order = 0
        for line in lines:
            self.read(line.rstrip("\n"))

    def read(self, line):
        entries = ENTRIES.match(line)
        if entries and entries[1] != entries[2]:
            raise TraceError(f"the trace lost events: {entries[1]} of {entries[2]} are left")
        if line.startswith("#") or not line.strip():
            return
        match = LINE.match(line)
        if not match:
            raise TraceError(f"no trace event: {line!r}")
        tid = int(match["tid"])
        if tid not in self.names:
            return
        self.order += 1
        enter = ENTER.match(match["event"])
        if enter:
            self.enter(tid, enter["call"], enter["args"])
            return
        event = EVENT.match(match["event"])
        if event:
            self.event(tid, event["name"], event["fields"])

    def event(self, tid, name, text):
        fields = dict(item.split("=", 1) for item in text.split() if "=" in item)
        if name == "task_newtask":
            self.newtask(tid, int(fields["pid"]), int(fields["clone_flags"], 16))
        elif name in ("wait4_exit", "waitid_exit"):
            self.leave(tid, name.removesuffix("_exit"), fields)
        elif name.startswith("altwait_wait_") and tid in self.open:
            self.open[tid].events.append((name.removeprefix("altwait_wait_"), fields))

    def newtask(self, tid, new, flags):
        process = self.groups[tid]
        if flags & CLONE_THREAD:
            self.threads[process] = self.threads.get(process, 1) + 1
            self.names[new] = f"{self.names[process]}/{self.threads[process]}"
            self.groups[new] = process
            return
        self.children[process] = self.children.get(process, 0) + 1
        self.names[new] = f"{self.names[process]}.{self.children[process]}"
        self.groups[new] = new

    def name(self, pid):
        return self.names.get(pid, "another process")

    def target(self, call, args):
        if call == "wait4":
            pid = signed(args["upid"])
            if pid > 0:
                return self.name(pid)
            return {-1: "any child", 0: "own group"}.get(pid, f"group {self.name(-pid)}")
        kind = signed(args["which"])
        ident = signed(args["upid"])
        if kind in (1, 2) and ident > 0:
            return f"{ID_TYPES[kind]}, {self.name(ident)}"
        if kind == 3:
            return f"P_PIDFD, fd {ident}"
        return ID_TYPES.get(kind, f"type {kind}") + (f", {ident}" if kind else "")

    def enter(self, tid, call, text):
        args = dict(item.split(": ", 1) for item in text.split(", "))
        options = int(args["options"], 16) & 0xffffffff
        parts = [self.target(call, args), options_text(call, options)]
        filled = frozenset(name for name in ("stat_addr", "infop", "ru")
                           if int(args.get(name, "0"), 16))
        if "ru" in filled:
            parts.append("rusage")
        entry = Call(self.names[tid], self.order, call, ", ".join(parts), options, filled)
        self.calls.setdefault(entry.thread, []).append(entry)
        self.open[tid] = entry

    def leave(self, tid, call, fields):
        entry = self.open.pop(tid, None)
        if entry is None or entry.call != call:
            raise TraceError(f"{self.name(tid)} returns from a {call} that it never made")
        entry.ret = int(fields["ret"])
        if entry.ret < 0:
            entry.result = error_text(entry.ret)
        elif call == "wait4":
            entry.result = self.wait4_result(entry, fields)
        else:
            entry.result = self.waitid_result(entry, fields)

    def wait4_result(self, entry, fields):
        if entry.ret == 0:
            return "0"
        text = self.name(entry.ret)
        if "stat_addr" in entry.filled:
            text += f", {status_text(int(fields['status'], 16))}"
        if "ru" in entry.filled:
            # how much is a matter of chance; 0 where the caller had put 0 is not
            text += ", rusage written" if int(fields["maxrss"]) else ", rusage not written"
        return text

    def waitid_result(self, entry, fields):
        if "infop" not in entry.filled or int(fields["pid"]) == 0:
            return "0"
        return (f"0: {self.name(int(fields['pid']))} "
                f"{cld_text(int(fields['code']), int(fields['status']))}")

    def count(self):
        return sum(len(calls) for calls in self.calls.values())


@dataclass
class Difference:
    """Where two runs part: a call of each side, None for no such call."""
    first: Call
    second: Call
    weak: bool     # may be a matter of timing alone

    def order(self):
        return (self.second or self.first).order


def skips(calls, i):
    """May this call be left out, because programs repeat it until it succeeds?"""
    call = calls[i]
    if call.returned_nothing():
        return True
    return (call.interrupted() and i + 1 < len(calls)
            and (calls[i + 1].call, calls[i + 1].args) == (call.call, call.args))


def compare_thread(first, second):
    """All weak differences of a thread's calls, and the first strong one."""
    found = []
    i = j = 0
    while i < len(first) and j < len(second):
        if first[i].key() == second[j].key():
            i += 1
            j += 1
            continue
        skip_first, skip_second = skips(first, i), skips(second, j)
        found.append(Difference(first[i], second[j], skip_first or skip_second))
        if not skip_first and not skip_second:
            return found
        i += skip_first
        j += skip_second
    for rest, side in ((first[i:], 0), (second[j:], 1)):
        if rest:
            found.append(Difference(*((rest[0], None) if side == 0 else (None, rest[0])), True))
            break
    return found


def first_difference(first, second):
    """The difference that explains most: a strong one before a weak one, one
    with a call on either side before one without, and then the earliest."""
    found = []
    for thread in first.calls.keys() | second.calls.keys():
        found += compare_thread(first.calls.get(thread, []), second.calls.get(thread, []))
    return min(found, default=None, key=lambda d: (
        d.weak, d.first is None or d.second is None, d.order()))


def explain_events(run, call):
    """What altwait's own events say about a call, in one line."""
    said = []
    sleeps, wakes = 0, []
    for name, fields in call.events:
        if name == "candidates":
            number = int(fields["n"])
            said.append(f"{number} candidate{'' if number == 1 else 's'}")
        elif name == "block":
            sleeps += 1
        elif name == "wake":
            wakes.append(fields["why"])
        elif name == "report":
            said.append(report_text(run, fields))
        elif name == "commit" and int(fields["stock"]):
            said.append("used up through stock")
        elif name == "commit":
            said.append("used up in the records alone")
    if sleeps:
        said.insert(1, f"{sleeps} sleep{'' if sleeps == 1 else 's'}, woken by "
                    f"{', '.join(sorted(set(wakes))) or 'nothing'}")
    if call.events and not any(name == "report" for name, _ in call.events):
        said.append("no report")
    return "; ".join(said)


def report_text(run, fields):
    if fields["kind"] == "none":
        return "nothing to report"
    return (f"reports {fields['kind']} of {run.name(int(fields['pid']))} "
            f"({status_text(int(fields['status'], 16))})")
