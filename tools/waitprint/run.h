/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included by probe.h: how a probe is run.  A stand-alone program has its main()
 * here, too.
 */
#ifndef WAITPRINT_RUN_H
#define WAITPRINT_RUN_H

/* Ends all that a probe has made: whoever is in its session. */
static inline void kill_session(pid_t session)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	pid_t pid;

	kill(-session, SIGKILL);
	kill(session, SIGKILL);
	while (proc && (entry = readdir(proc))) {
		pid = atoi(entry->d_name);
		if (pid > 0 && getsid(pid) == session)
			kill(pid, SIGKILL);
	}
	if (proc)
		closedir(proc);
}

static inline void start_probe(void (*probe)(void))
{
	sigset_t set;

	setsid();
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	doing("the probe");
	probe();
	cannot("the probe has said nothing");
}

/* Run it; its word is in *result.  The kernel's wait is not trusted here, either. */
static inline void run_probe(void (*probe)(void), int seconds)
{
	struct pollfd p = { .events = POLLIN };
	int ends[2], n;
	pid_t pid;

	memset(result, 0, sizeof(*result));
	if (pipe(ends)) {
		perror("pipe");
		exit(2);
	}
	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		exit(2);
	}
	if (!pid) {
		close(ends[0]);
		result_fd = ends[1];
		start_probe(probe);
	}
	close(ends[1]);
	p.fd = ends[0];
	n = poll(&p, 1, seconds * 1000);
	kill_session(pid);
	close(ends[0]);
	syscall(SYS_wait4, pid, NULL, WNOHANG, NULL);
	if (result->verdict != SILENT)
		return;
	if (n == 0) {
		result->verdict = OTHER_WAY;
		snprintf(result->why, sizeof(result->why),
			 "hangs: no end within %d s of: %s", seconds, result->doing);
	} else {
		result->verdict = UNKNOWN;
		snprintf(result->why, sizeof(result->why), "the probe died in: %s",
			 result->doing);
	}
}

static inline void prepare(void)
{
	result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (result == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
}

#ifndef WAITPRINT
void probe(void);

/*
 * Its argument is after how many seconds it hangs.  Exit status: 0 Linux's way, 1
 * Starry's, 2 neither, 3 it cannot be known here.
 */
int main(int argc, char **argv)
{
	static const char * const words[] = {
		[LINUX_WAY] = "Linux's way", [STARRY_WAY] = "Starry's way",
		[OTHER_WAY] = "neither way", [UNKNOWN] = "not known",
	};

	prepare();
	run_probe(probe, argc > 1 ? atoi(argv[1]) : 60);
	printf("%s: %s\n", words[result->verdict], result->why);
	return result->verdict - LINUX_WAY;
}
#endif

#endif /* WAITPRINT_RUN_H */
