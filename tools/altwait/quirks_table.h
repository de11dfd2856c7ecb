/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What there is to say about each quirk; the only place where it is said.
 *
 * DESCRIBE(ID, class, what Linux does, where, what Starry does, lines of the
 * reference or of the revision that brought it, reproducer, why it cannot be seen on
 * Linux or NULL), with the ID that <linux/altwait_quirks.h> has, by class or in the
 * order of their numbers.
 */

/* ------------------------------------------------------------- arguments */

DESCRIBE(PID_WRAPS, "arguments",
	 "wait4 for INT_MIN fails with ESRCH.",
	 "kernel_wait4() in kernel/exit.c",
	 "The negation wraps: it is a process group that nobody has, so ECHILD.",
	 "188-194",
	 "With a child alive: wait4(INT_MIN, NULL, WNOHANG, NULL).",
	 NULL)
DESCRIBE(PIDFD_FIRST, "arguments",
	 "waitid checks the options before it looks at the pidfd.",
	 "kernel_waitid() in kernel/exit.c",
	 "The target is looked at first: a bad descriptor wins over bad options.",
	 "306-334",
	 "waitid(P_PIDFD, 0, &info, 0) with standard input at 0: EINVAL, or EBADF.",
	 NULL)
DESCRIBE(PIDFD_BLOCKS, "arguments",
	 "A pidfd with O_NONBLOCK makes waitid fail with EAGAIN instead of sleeping.",
	 "kernel_waitid() in kernel/exit.c",
	 "A pidfd's O_NONBLOCK is not looked at: the call sleeps.",
	 "101-109",
	 "pidfd_open(child, PIDFD_NONBLOCK), then waitid(P_PIDFD, fd, &info, WEXITED) while the child lives.",
	 NULL)
DESCRIBE(PIDFD_BY_NUMBER, "arguments",
	 "A pidfd stands for one process, also when its pid is used again.",
	 "pidfd_get_pid() in kernel/pid.c",
	 "It stands for a number, and so for whoever has that number now.",
	 "101-109",
	 "Reap a child whose pidfd is open, clone3() another with the same pid (set_tid), waitid(P_PIDFD, ...).",
	 NULL)

/* ------------------------------------------------------------ candidates */

DESCRIBE(CLONE_CHILDREN, "candidates",
	 "A child whose exit signal is not SIGCHLD is waited for only with __WCLONE or __WALL.",
	 "eligible_child() in kernel/exit.c",
	 "The exit signal plays no role: every child is waited for.",
	 "146-152",
	 "clone() a child with exit signal 0, then wait4(-1, ...) without options.",
	 NULL)
DESCRIBE(WCLONE_IGNORED, "candidates",
	 "__WCLONE without __WALL leaves out children whose exit signal is SIGCHLD.",
	 "eligible_child() in kernel/exit.c",
	 "__WCLONE is accepted and does nothing.",
	 "146-152",
	 "fork(), then wait4(-1, NULL, __WCLONE, NULL).",
	 NULL)
DESCRIBE(WNOTHREAD_IGNORED, "candidates",
	 "__WNOTHREAD leaves out the children and tracees of the group's other threads.",
	 "__do_wait() and is_effectively_child() in kernel/exit.c",
	 "__WNOTHREAD is accepted and does nothing.",
	 "146-177",
	 "A thread forks; another calls wait4(-1, NULL, __WNOTHREAD, NULL).",
	 NULL)
DESCRIBE(TRACEES_BY_EXIT_SIGNAL, "candidates",
	 "A tracer waits for its tracees whatever their exit signals.",
	 "eligible_child() in kernel/exit.c",
	 "A tracee, too, is waited for only if __WCLONE or __WALL fits its process's exit signal.",
	 "171-192, 208-231 of 4da664b0d",
	 "PTRACE_SEIZE somebody else's child, stop it, wait4(pid, ..., __WCLONE | WNOHANG).",
	 NULL)
DESCRIBE(TRACEES_OF_MAKER, "candidates",
	 "With __WNOTHREAD, a tracee is its tracer's, the thread's that traces it.",
	 "__do_wait() and ptrace_do_wait() in kernel/exit.c",
	 "With __WNOTHREAD, a tracee is the thread's alone that made it, be that its tracer or not.",
	 "176-184, 208-231 of 4da664b0d",
	 "PTRACE_SEIZE somebody else's child, stop it, wait4(pid, ..., __WNOTHREAD | __WALL | WNOHANG).",
	 NULL)
DESCRIBE(CHILDREN_OF_MAKER, "candidates",
	 "When a thread ends, or a process, another one gets its children, and waits for them with __WNOTHREAD, too.",
	 "forget_original_parent() in kernel/exit.c",
	 "With __WNOTHREAD, a child stays the thread's that made it, and is nobody's when that has ended.",
	 "176-184, 202-206 of 4da664b0d",
	 "A thread makes a child and ends; another one calls wait4(-1, ..., __WNOTHREAD | WNOHANG).",
	 NULL)
DESCRIBE(EXIT_SIGNAL_STAYS, "candidates",
	 "execve() makes a child's exit signal SIGCHLD, and so does the exit of its parent.",
	 "begin_new_exec() in fs/exec.c, reparent_leader() in kernel/exit.c",
	 "A child's exit signal stays what clone() was given: __WCLONE goes by that.",
	 "186-191 of 4da664b0d",
	 "clone() a child with exit signal 0 that calls execve(), then wait4(-1, ..., __WCLONE | WNOHANG).",
	 NULL)
DESCRIBE(TRACE_BY_PROCESS, "candidates",
	 "Each thread has a tracer of its own, and a tracer waits for threads.",
	 "ptrace_do_wait() in kernel/exit.c",
	 "A process has one tracer, the latest, until that detaches any thread of it; it waits for the process with all of its threads, whose stops come under the pid if that was asked for.",
	 "75-77, 154-165, 203-213, 345-357",
	 "PTRACE_SEIZE one thread of a process, then wait4() for its leader, which is not traced.",
	 NULL)
DESCRIBE(CANDIDATES_FIXED, "candidates",
	 "A call that sleeps sees children and tracees that come later.",
	 "do_wait() in kernel/exit.c",
	 "Who can answer it is settled when it begins.",
	 "196-199, 338-341",
	 "A thread sleeps in wait4(-1, ...) with a live child; another forks a second one, which exits.",
	 NULL)
DESCRIBE(NO_AUTOREAP, "candidates",
	 "Where SIGCHLD is ignored or has SA_NOCLDWAIT, a child is reaped when it exits, and a waiter gets ECHILD.",
	 "do_notify_parent() in kernel/signal.c",
	 "An ignored SIGCHLD or SA_NOCLDWAIT reaps nobody: the child is a zombie until it is waited for.",
	 "222-241, 378-403",
	 "signal(SIGCHLD, SIG_IGN), fork() a child that exits, wait4(-1, ...).",
	 NULL)
DESCRIBE(REAP_TRACED, "candidates",
	 "A zombie that another process traces is the tracer's first; its parent waits.",
	 "wait_consider_task() in kernel/exit.c",
	 "The parent reaps it at once.",
	 "222-241, 378-403",
	 "A child traced by somebody else exits; the parent calls wait4() before the tracer does.",
	 NULL)
DESCRIBE(TRACER_REAPS_ALL, "candidates",
	 "When a tracer that is not the parent has waited for a zombie, the parent still gets it.",
	 "wait_task_zombie() in kernel/exit.c",
	 "The tracer's report consumes it; the parent gets ECHILD.",
	 "235-241, 390-401",
	 "A child traced by somebody else exits; the tracer waits for it, then the parent.",
	 NULL)
DESCRIBE(THREAD_ENDS_UNTOLD, "candidates",
	 "A tracer is told of the end of each traced thread, with the thread's own exit code.",
	 "wait_task_zombie() in kernel/exit.c",
	 "Only the end of a whole process is told.",
	 "222, 379",
	 "Trace a thread that is not the leader, let it exit, wait4(tid, ..., __WALL).",
	 NULL)

/* ----------------------------------------------------------------- order */

DESCRIBE(PID_ORDER, "order",
	 "Children are asked thread by thread, and of each the oldest first.",
	 "do_wait_thread() in kernel/exit.c",
	 "Children are asked by ascending pid.",
	 "146-152",
	 "Fork two children so that the later one has the lower pid (set_tid), let both exit, wait4(-1, ...).",
	 NULL)
DESCRIBE(STOPS_FIRST, "order",
	 "Candidate by candidate, whatever each has to tell.",
	 "do_wait_thread() in kernel/exit.c",
	 "A ptrace stop of any candidate comes before a zombie.",
	 "203-222, 345-379",
	 "A first child is a zombie, a second one, traced, stands in a stop: wait4(-1, ..., __WALL).",
	 NULL)
DESCRIBE(ZOMBIES_FIRST, "order",
	 "Candidate by candidate, whatever each has to tell.",
	 "do_wait_thread() in kernel/exit.c",
	 "A zombie comes before a job-control stop or continue of any candidate.",
	 "222-246",
	 "A first child is stopped, a second one is a zombie: wait4(-1, ..., WUNTRACED).",
	 NULL)
DESCRIBE(WAITID_JOBS_FIRST, "order",
	 "Candidate by candidate, whatever each has to tell.",
	 "do_wait_thread() in kernel/exit.c",
	 "waitid reports a job-control stop or continue of any candidate before a zombie.",
	 "439-471 of d41ca5f2e",
	 "A first child is a zombie, a second one is stopped: waitid(P_ALL, 0, &info, WEXITED | WSTOPPED).",
	 NULL)
DESCRIBE(EVENTS_FIRST, "order",
	 "The tracees are asked one after the other, latest first.",
	 "ptrace_do_wait() in kernel/exit.c",
	 "Of one process, a thread in an event stop is asked before the others, and those by ascending tid.",
	 "206-211, 348-354",
	 "Two traced threads stop, the later traced one in a signal-delivery stop, the other in an event stop: wait4(-1, ..., __WALL).",
	 NULL)

/* --------------------------------------------------------------- reports */

DESCRIBE(WAITID_NO_JOBS, "reports",
	 "waitid reports job-control stops with WSTOPPED and continues with WCONTINUED.",
	 "wait_task_stopped(), wait_task_continued() in kernel/exit.c",
	 "waitid never reports them, whatever it is asked for.",
	 "344-414",
	 "kill(child, SIGSTOP), then waitid(P_PID, child, &info, WSTOPPED | WNOHANG).",
	 NULL)
DESCRIBE(WAITID_ZOMBIE_JOBS, "reports",
	 "A process that has ended has no job-control stop or continue to tell.",
	 "wait_consider_task() in kernel/exit.c",
	 "waitid also reports the one of a zombie that nobody has waited for.",
	 "439-467 of d41ca5f2e",
	 "Stop and continue a child, let it exit, waitid(P_PID, child, &info, WCONTINUED | WNOHANG).",
	 NULL)
DESCRIBE(WAITID_STOPS_ASKED, "reports",
	 "A tracer gets ptrace stops whether it asks for WSTOPPED or not.",
	 "wait_task_stopped() in kernel/exit.c",
	 "waitid reports them only with WSTOPPED.",
	 "345",
	 "A traced child stands in a stop: waitid(P_PID, child, &info, WEXITED | WNOHANG).",
	 NULL)
DESCRIBE(STOP_SURVIVES_KILL, "reports",
	 "SIGKILL ends the stop of a stopped process, and so does exit_group() or the exit of its last thread, where a tracer lets a thread run; one that nobody has waited for is gone.",
	 "complete_signal() in kernel/signal.c, do_group_exit() in kernel/exit.c",
	 "The job status stays until it is read or overwritten.",
	 "246-270",
	 "Stop a child whose exit is delayed (a traced thread holds it), SIGKILL it, wait4(child, ..., WUNTRACED | WNOHANG).",
	 NULL)
DESCRIBE(TRACER_SEES_JOBS, "reports",
	 "A tracer that is not the parent never gets a job-control stop.",
	 "task_stopped_code() in kernel/exit.c",
	 "It reads the same job status as the parent, and may take it away.",
	 "246-270",
	 "PTRACE_SEIZE somebody else's child, send it SIGSTOP, wait for that stop, PTRACE_CONT(pid, SIGSTOP), then wait4(pid, ..., WUNTRACED | WNOHANG | __WALL) twice as the tracer, once it has stopped: the second finds nothing, or takes what is the parent's.",
	 NULL)
DESCRIBE(PARENT_SEES_STOPS, "reports",
	 "The ptrace stops of a child that somebody else traces are the tracer's alone.",
	 "wait_consider_task() in kernel/exit.c",
	 "The parent gets them as well, and may take them away.",
	 "203-213, 345-357",
	 "A child traced by somebody else stands in a stop: the parent calls wait4(child, ..., WNOHANG).",
	 NULL)
DESCRIBE(LISTEN_REPORTS, "reports",
	 "A stop in which PTRACE_LISTEN was called is not reported.",
	 "task_stopped_code() in kernel/exit.c",
	 "PTRACE_LISTEN changes nothing.",
	 "203-213, 345-357",
	 "PTRACE_LISTEN a group stop that nobody has waited for (seen with WNOWAIT), then wait4(pid, ..., WNOHANG | __WALL).",
	 NULL)
DESCRIBE(SYSGOOD_LATE, "reports",
	 "Whether a syscall stop carries 0x80 is settled when it happens.",
	 "ptrace_report_syscall() in include/linux/ptrace.h",
	 "It goes by the tracer's options at the time of the wait call.",
	 "117-125",
	 "Let a tracee enter a syscall stop, PTRACE_SETOPTIONS with PTRACE_O_TRACESYSGOOD, then wait4().",
	 NULL)
DESCRIBE(EVENT_IS_TRAP, "reports",
	 "A PTRACE_EVENT_STOP of a group stop carries the stopping signal.",
	 "do_jobctl_trap() in kernel/signal.c",
	 "Every stop with an event is reported as SIGTRAP.",
	 "111-118",
	 "PTRACE_SEIZE a child, send it SIGSTOP, wait for that stop, PTRACE_CONT(pid, SIGSTOP): the status word of the group stop that follows has SIGSTOP, or SIGTRAP.",
	 NULL)
DESCRIBE(EVENT_CUT, "reports",
	 "si_status of a ptrace stop has the event in bits 8 to 15.",
	 "wait_task_stopped() in kernel/exit.c",
	 "si_status is the signal alone.",
	 "362-369",
	 "waitid() for a PTRACE_EVENT_EXEC stop.",
	 NULL)
DESCRIBE(FIRST_TID, "reports",
	 "The call names the thread whose stop it reports.",
	 "wait_task_stopped() in kernel/exit.c",
	 "Asked for any process or a group, it names the lowest tid of the process whose stop nobody has been told of.",
	 "79-84",
	 "PTRACE_SEIZE two threads of a process, first the one with the lower tid, and stop each by a signal: wait4(-1, ..., __WALL) names the one seized last, or the lower tid.",
	 NULL)
DESCRIBE(PROCESS_UID, "reports",
	 "si_uid is the uid of the thread that is reported.",
	 "wait_task_stopped() in kernel/exit.c",
	 "si_uid is the uid of the process's first thread, or at its exit.",
	 "134-144",
	 "One thread of a tracee changes its uid by the raw system call and stops: waitid().",
	 NULL)

/* ---------------------------------------------------------------- memory */

DESCRIBE(SIGINFO_WHOLE, "memory",
	 "waitid writes six members of the siginfo and leaves the rest as it was.",
	 "waitid in kernel/exit.c",
	 "All 128 bytes are written.",
	 "362-370, 385-388, 405-409",
	 "Fill a siginfo with 0xff, waitid(): bytes 28 to 127.",
	 NULL)
DESCRIBE(ERRORS_SILENT, "memory",
	 "A waitid that fails writes zeros to the siginfo, and a bad pointer makes EFAULT win.",
	 "waitid in kernel/exit.c",
	 "A waitid that fails writes nothing.",
	 "306-341",
	 "Without children: waitid(P_ALL, 0, &info, WEXITED): ECHILD, and info.",
	 NULL)
DESCRIBE(FAULT_KEEPS_ZOMBIE, "memory",
	 "A zombie is reaped before user memory is written: after EFAULT it is gone.",
	 "kernel_wait4() in kernel/exit.c",
	 "A zombie is reaped after a successful write only.",
	 "231-241, 383-401",
	 "wait4(child, (int *)1, 0, NULL) for a zombie, then wait4(child, NULL, WNOHANG, NULL).",
	 NULL)
DESCRIBE(FAULT_KEEPS_STOP, "memory",
	 "A ptrace stop is consumed before user memory is written.",
	 "wait_task_stopped() in kernel/exit.c",
	 "A ptrace stop is consumed after a successful write only.",
	 "214-220, 360-374",
	 "wait4(tracee, (int *)1, 0, NULL) for a stopped tracee, then again with a good pointer.",
	 NULL)
DESCRIBE(FAULT_KEEPS_JOB, "memory",
	 "A job-control stop or continue is consumed before user memory is written.",
	 "wait_task_stopped() in kernel/exit.c",
	 "A job-control stop or continue is consumed after a successful write only.",
	 "257-268",
	 "wait4(child, (int *)1, WUNTRACED, NULL) for a stopped child, then again with a good pointer.",
	 NULL)
DESCRIBE(RUSAGE_IGNORED, "memory",
	 "wait4's fourth and waitid's fifth argument receive the resource usage of what is reported.",
	 "wait4 and waitid in kernel/exit.c",
	 "Pointers to a struct rusage are neither read nor written.",
	 "179, 296-301",
	 "Fill a struct rusage with 0xff, wait4(child, NULL, 0, &usage).",
	 NULL)

/* ---------------------------------------------------------- interruption */

DESCRIBE(SIGNAL_FIRST, "interruption",
	 "A call that can answer at once does so, with a signal pending or not.",
	 "do_wait() in kernel/exit.c",
	 "A pending signal is looked for first: EINTR, also with WNOHANG.",
	 "279, 416",
	 "With a SIGCHLD handler without SA_RESTART, sleep in wait4(-1, NULL, 0, NULL) until a child exits: its pid, or EINTR and the pid by the next call.",
	 NULL)
DESCRIBE(EINTR_ALWAYS, "interruption",
	 "A call that a signal ends without a handler being run is restarted.",
	 "do_wait() in kernel/exit.c (ERESTARTSYS)",
	 "It fails with EINTR unless a handler with SA_RESTART runs.",
	 "279, 416",
	 "A signal that a tracer discards arrives while the tracee sleeps in wait4().",
	 NULL)

/* ---------------------------------------------------------------- waking */

DESCRIBE(ADOPTION_SILENT, "waking",
	 "A zombie that gets another parent wakes that parent.",
	 "reparent_leader() in kernel/exit.c",
	 "A zombie that gets another parent wakes nobody; the next event does.",
	 "279-290, 416-427",
	 "Subreaper S has a child X, X has M, M has a zombie; S sleeps in wait4(-1, ...), M exits.",
	 NULL)
DESCRIBE(OLDEST_FIRST, "waking",
	 "Of several threads that sleep for the same, the one is woken first whose call began last, and who is woken in vain keeps the place.",
	 "add_wait_queue() in do_wait(), kernel/exit.c",
	 "The one is woken first that registered first, and who is woken in vain comes last.",
	 "279-290, 416-427",
	 "Two threads of one CPU and one real-time priority sleep in wait4() for the same child, one after the other, and it exits.",
	 NULL)
DESCRIBE(POLLSET_64, "waking",
	 "Any number of threads sleep on one wait queue.",
	 "do_wait() in kernel/exit.c",
	 "64 do; the next one wakes the oldest, which looks again.",
	 "279-290, 416-427",
	 "65 threads sleep in wait4() for the same child.",
	 "who is woken for nothing sleeps again: no result differs; altwait_wait_wake tells")
DESCRIBE(CHILD_TIME, "waking",
	 "A reaped child's times are added to those of its parent's children.",
	 "wait_task_zombie() in kernel/exit.c",
	 "A zombie has no threads left to ask: nothing is added.",
	 "223-230, 391-397",
	 "getrusage(RUSAGE_CHILDREN) after a child was reaped.",
	 "altwait reaps through stock, which keeps the accounts")

/* --------------------------------------------------- and of several classes */

DESCRIBE(ZOMBIES_COUNT, "candidates",
	 "A zombie is nobody to a call that has not asked for WEXITED: without anybody else, ECHILD.",
	 "wait_consider_task() in kernel/exit.c",
	 "Whoever is there counts: the call sleeps, or returns 0 with WNOHANG.",
	 "338-341",
	 "With a zombie for its only child: waitid(P_ALL, 0, &info, WSTOPPED | WNOHANG).",
	 NULL)
DESCRIBE(CONTINUE_WAKES_AT_ONCE, "waking",
	 "SIGCONT wakes the parent when a thread of the child runs again, which a tracer may put off.",
	 "get_signal() in kernel/signal.c",
	 "SIGCONT wakes the parent when it is sent.",
	 "279-290, 416-427",
	 "A child traced by somebody else stands in its group stop; the parent sleeps in wait4(child, ..., WCONTINUED), and somebody sends SIGCONT.",
	 NULL)
DESCRIBE(CONTINUE_WAKES_PARENT, "waking",
	 "A continue wakes the tracer of the leader, too.",
	 "get_signal() in kernel/signal.c",
	 "A continue wakes the parent alone.",
	 "279-290, 416-427",
	 "A tracer that is not the parent sleeps in wait4(tracee, ..., WCONTINUED | __WALL); SIGCONT, and another of its threads resumes the tracee.",
	 NULL)
DESCRIBE(TRACED_EXIT_WAKES_PARENT, "waking",
	 "The end of a child that somebody else traces wakes the tracer alone.",
	 "do_notify_parent() in kernel/signal.c",
	 "The end of a traced child wakes the parent, then the tracer.",
	 "279-290, 416-427",
	 "The parent sleeps in wait4(-pgid, ..., WUNTRACED); a stopped child has joined the group since, and a traced child of the group exits.",
	 NULL)
DESCRIBE(TRACER_REAP_SILENT, "waking",
	 "When a tracer that is not the parent has waited for a zombie, the parent is woken.",
	 "wait_task_zombie() in kernel/exit.c",
	 "When the tracer reaps, nobody is woken.",
	 "235-241, 279-290, 416-427",
	 "A child traced by somebody else exits, the parent sleeps in wait4(child), and the tracer waits for it.",
	 NULL)
DESCRIBE(DETACH_SILENT, "waking",
	 "A zombie that its tracer lets go wakes the parent.",
	 "__ptrace_detach() in kernel/ptrace.c",
	 "When a tracer lets a zombie go, nobody is woken.",
	 "279-290, 416-427",
	 "A child traced by somebody else exits, the parent sleeps in wait4(child), and the tracer exits without waiting.",
	 NULL)
DESCRIBE(WAKES_EVERYBODY, "waking",
	 "An event wakes those whose target and __WNOTHREAD it fits.",
	 "child_wait_callback() in kernel/exit.c",
	 "An event wakes everybody who sleeps in a wait call of the process.",
	 "279-290, 416-427",
	 "A thread sleeps in wait4(-pgid), its only candidate leaves the group, and a child outside of it exits.",
	 NULL)
DESCRIBE(TRACEES_BY_PID, "order",
	 "Tracees are asked thread by thread, and of each the latest first.",
	 "ptrace_do_wait() in kernel/exit.c",
	 "Tracees are asked by ascending pid.",
	 "154-174",
	 "PTRACE_SEIZE two processes that are not children, the one with the lower pid first; both stop, wait4(-1, ..., __WALL).",
	 NULL)
DESCRIBE(CHILDREN_BEFORE_TRACEES, "order",
	 "Thread by thread, the caller first: its children, then its tracees, then those of the next thread.",
	 "__do_wait() in kernel/exit.c",
	 "All children come before all tracees.",
	 "146-177",
	 "Another thread's child is a zombie, a tracee of the caller's stands in a stop: wait4(-1, ..., __WALL).",
	 NULL)
DESCRIBE(REAPED_STAYS, "candidates",
	 "Who has been reaped by another thread is no candidate of a call that sleeps.",
	 "do_wait() in kernel/exit.c",
	 "Who was one when the call began is told again, with si_uid 0.",
	 "134-144, 222, 379",
	 "A thread sleeps in wait4(-pgid); one of two candidates leaves the group, exits and is reaped, and the other one stops.",
	 NULL)
DESCRIBE(ECHILD_ONCE, "candidates",
	 "ECHILD ends a call that sleeps as soon as it is woken and nobody is left.",
	 "do_wait() in kernel/exit.c",
	 "ECHILD is possible only when the call begins.",
	 "196-199, 338-341",
	 "A thread sleeps in waitid(P_PID, child, ..., WSTOPPED), and the child exits.",
	 NULL)
DESCRIBE(MEMBERS_STAY, "candidates",
	 "A candidate that has left the group, was detached, or has another tracer, is none any more.",
	 "do_wait() in kernel/exit.c",
	 "A candidate's group and tracer are those of when the call began.",
	 "67-73, 154-174",
	 "A thread sleeps in wait4(-pgid), a candidate leaves the group and exits.",
	 NULL)
DESCRIBE(TRACED_STOP_NO_JOB, "reports",
	 "A group stop that completes while the parent traces is a job-control stop, too: of a leader that is not traced, or after the detach.",
	 "do_signal_stop() in kernel/signal.c, task_stopped_code() in kernel/exit.c",
	 "A process that its parent traces has ptrace stops only.",
	 "246-270",
	 "PTRACE_SEIZE another thread of a child than its leader, SIGSTOP the child, wait4(child, ..., WUNTRACED | WNOHANG).",
	 NULL)
DESCRIBE(CONTINUE_SURVIVES_EXIT, "reports",
	 "A continue that nobody has waited for is gone when the process begins to exit, or gets SIGKILL.",
	 "do_group_exit() in kernel/exit.c, complete_signal() in kernel/signal.c",
	 "The job status stays until it is read or overwritten.",
	 "246-270",
	 "Stop and continue a child that somebody traces with PTRACE_O_TRACEEXIT, let it exit as far as that, wait4(child, ..., WCONTINUED | WNOHANG).",
	 NULL)
DESCRIBE(PROCESS_TOLD, "reports",
	 "A tracer that waits for a thread is told of that thread: its continue, and its end.",
	 "wait_task_continued(), wait_task_zombie() in kernel/exit.c",
	 "Continues and ends are a process's: the call names that, whatever thread was asked for.",
	 "222, 241, 246-270",
	 "PTRACE_SEIZE a thread that is not the leader, stop and continue the process, wait4(tid, ..., WCONTINUED | __WALL).",
	 NULL)
DESCRIBE(STOP_TOLD_TWICE, "reports",
	 "To a parent that traces its child, a group stop is the ptrace stop that it became.",
	 "wait_consider_task() in kernel/exit.c",
	 "A job-control stop from before the attach is told as well.",
	 "203-213, 246-270",
	 "SIGSTOP a child, do not wait, PTRACE_SEIZE it, then wait4(child, ..., WUNTRACED | WNOHANG) twice.",
	 NULL)
DESCRIBE(DELAYED_END_TOLD, "candidates",
	 "A process's end is not told before the tracers of its threads have waited for the end of each.",
	 "delay_group_leader() in kernel/exit.c",
	 "It is a zombie as soon as the last thread has left; who reaps it takes the ends of the threads along.",
	 "222, 379",
	 "Somebody else traces a thread of a child, not its leader; the child exits; wait4(child, ..., WNOHANG) before the tracer waits.",
	 NULL)
DESCRIBE(TRACER_OUTLIVES_THREAD, "candidates",
	 "Who has traced a thread that is gone has nothing to wait for any more.",
	 "ptrace_do_wait() in kernel/exit.c",
	 "It stays the tracer of the process, and gets that process's end.",
	 "154-174",
	 "PTRACE_SEIZE a thread of somebody else's process that is not its leader, let the thread exit, wait for it, then wait4(pid, ..., __WALL | WNOHANG).",
	 NULL)
DESCRIBE(OPTIONS_BY_PROCESS, "reports",
	 "Each traced thread has options of its own.",
	 "ptrace_setoptions() in kernel/ptrace.c",
	 "A process has one word of options, that of the last PTRACE_SEIZE or PTRACE_SETOPTIONS: whether a syscall stop carries 0x80 goes by it.",
	 "117-125",
	 "PTRACE_SEIZE a leader without options, another thread with PTRACE_O_TRACESYSGOOD, and let the leader enter a syscall stop: wait4().",
	 NULL)
