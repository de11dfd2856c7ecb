// SPDX-License-Identifier: GPL-2.0
/*
 * altwait doctor: is everything there that the tool needs, and if not, what to do.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "altwait.h"
#include "json.h"

enum finding { GOOD, BAD, UNKNOWN };

static const char * const finding_name[] = {
	[GOOD] = "ok", [BAD] = "bad", [UNKNOWN] = "unknown",
};

struct doctor {
	bool json;
	struct json_object *list;	/* with --json */
	unsigned int bad;
};

/* Tell one finding: what is so, and what to do, NULL where there is nothing to do. */
static void tell(struct doctor *d, const char *name, enum finding finding,
		 const char *what, const char *to_do)
{
	struct json_object *one;

	d->bad += finding == BAD;
	if (!d->json) {
		printf("%-8s %-14s %s\n", finding_name[finding], name, what);
		if (to_do)
			printf("%*s Hint: %s.\n", 23, "", to_do);
		return;
	}
	one = json_append_object(d->list);
	json_add_text(one, "name", name);
	json_add_text(one, "finding", finding_name[finding]);
	json_add_text(one, "what", what);
	json_add_text(one, "hint", to_do);
}

/* The first line of a file, or NULL; valid until the next call. */
static const char *first_line(const char *path)
{
	static char line[4096];
	FILE *f = fopen(path, "re");
	bool got;

	if (!f)
		return NULL;
	got = fgets(line, sizeof(line), f);
	fclose(f);
	if (!got)
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* ------------------------------------------------------ how the kernel is built */

/* What the module or a command needs of a kernel: Documentation/kernels.md says why. */
static const struct option_wanted {
	const char *name;
	bool on;
	const char *without;
} wanted[] = {
	{ "X86_64", true, "the module cannot be built: its hooks are made for x86_64" },
	{ "KPROBES_ON_FTRACE", true,
	  "the module cannot be built: no probe could redirect a system call" },
	{ "MODULE_UNLOAD", true, "the module cannot be built: it could not go" },
	{ "TRACEPOINTS", true, "the module cannot be built: forks and exits reach it by them" },
	{ "PREEMPT_RT", false, "the module does not run on it: take a kernel without it" },
	{ "KALLSYMS", true, "the module cannot be loaded: it finds the stubs by name" },
	{ "FTRACE_SYSCALLS", true, "`altwait compare` lacks the events of stock's calls" },
	{ "SYNTH_EVENTS", true, "`altwait compare` cannot join the two ends of a call" },
	{ "HIST_TRIGGERS", true, "`altwait compare` cannot join the two ends of a call" },
};

/* The kernel's configuration, opened, where the distribution has put it; or NULL. */
static FILE *open_config(const char *release)
{
	static const char * const places[] = {
		"/boot/config-%s", "/lib/modules/%s/config", "/lib/modules/%s/build/.config",
	};
	char path[512];
	size_t i;
	FILE *f;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		snprintf(path, sizeof(path), places[i], release);
		f = fopen(path, "re");
		if (f)
			return f;
	}
	if (access("/proc/config.gz", R_OK))
		return NULL;
	return popen("zcat /proc/config.gz", "re");
}

static void read_config(FILE *f, bool *on)
{
	char line[4096], name[128];
	size_t i;

	while (fgets(line, sizeof(line), f))
		for (i = 0; i < ARRAY_SIZE(wanted); i++) {
			snprintf(name, sizeof(name), "CONFIG_%s=y\n", wanted[i].name);
			on[i] |= strcmp(line, name) == 0;
		}
	fclose(f);
}

static void look_at_config(struct doctor *d, const char *release)
{
	bool on[ARRAY_SIZE(wanted)] = { false };
	FILE *f = open_config(release);
	char what[256];
	size_t i;

	if (!f) {
		tell(d, "kernel options", UNKNOWN, "the kernel's configuration is not found",
		     "it is looked for as /boot/config-RELEASE, in /lib/modules, in /proc/config.gz");
		return;
	}
	read_config(f, on);
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		snprintf(what, sizeof(what), "CONFIG_%s is %s", wanted[i].name,
			 on[i] ? "on" : "off");
		tell(d, "kernel options", on[i] == wanted[i].on ? GOOD : BAD, what,
		     on[i] == wanted[i].on ? NULL : wanted[i].without);
	}
}

/* True if the CPU tracks indirect branches, and the kernel lets it. */
static bool tracks_branches(void)
{
	char line[8192];
	FILE *f = fopen("/proc/cpuinfo", "re");
	bool found = false;

	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f))
		found = !strncmp(line, "flags", 5) && strstr(line, " ibt");
	fclose(f);
	return found;
}

static void look_at_kernel(struct doctor *d)
{
	struct utsname name;
	char what[256];

	uname(&name);
	snprintf(what, sizeof(what), "Linux %s on %s", name.release, name.machine);
	tell(d, "machine", strcmp(name.machine, "x86_64") ? BAD : GOOD, what,
	     strcmp(name.machine, "x86_64") ? "the module is for x86_64" : NULL);
	look_at_config(d, name.release);
	if (tracks_branches())
		tell(d, "ibt", BAD, "indirect branches are tracked: the module does not load",
		     "boot with ibt=off");
	else
		tell(d, "ibt", GOOD, "indirect branches are not tracked", NULL);
}

/* ------------------------------------------------------------- may it be loaded */

/* Then it was signed by a key that the kernel takes. */
static bool is_loaded(void)
{
	return !access("/sys/module/altwait", F_OK);
}

static void look_at_lockdown(struct doctor *d)
{
	const char *line = first_line("/sys/kernel/security/lockdown");

	if (!line)
		tell(d, "lockdown", GOOD, "the kernel has none, or does not say", NULL);
	else if (strstr(line, "[none]"))
		tell(d, "lockdown", GOOD, "the kernel is not locked down", NULL);
	else if (is_loaded())
		tell(d, "lockdown", GOOD, "the kernel is locked down, and has loaded the module",
		     NULL);
	else
		tell(d, "lockdown", BAD,
		     "the kernel is locked down: unsigned modules and kprobes are refused",
		     "boot without lockdown= and secure boot, or sign the module by the machine's key");
}

static void look_at_signatures(struct doctor *d)
{
	const char *line = first_line("/sys/module/module/parameters/sig_enforce");

	if (line && *line == 'Y' && is_loaded())
		tell(d, "signatures", GOOD,
		     "only signed modules are loaded, and this one has been", NULL);
	else if (line && *line == 'Y')
		tell(d, "signatures", BAD, "only signed modules are loaded",
		     "sign the module by a key of the machine's (mokutil --import), or end secure boot");
	else
		tell(d, "signatures", GOOD, "unsigned modules are loaded", NULL);
}

/* ----------------------------------------------------------- do the hooks work */

static void look_at_switch(struct doctor *d, const char *name, const char *path,
			   const char *what_for)
{
	const char *line = first_line(path);
	char what[256], to_do[256];

	if (!line) {
		snprintf(what, sizeof(what), "%s: %s", path, strerror(errno));
		tell(d, name, UNKNOWN, what, "run this as root, with debugfs mounted");
		return;
	}
	snprintf(what, sizeof(what), "%s is %s", path, line);
	snprintf(to_do, sizeof(to_do), "echo 1 > %s; %s", path, what_for);
	tell(d, name, *line == '0' ? BAD : GOOD, what, *line == '0' ? to_do : NULL);
}

static void look_at_counters(struct doctor *d, int fd)
{
	struct altwait_counters c = { .size = sizeof(c) };
	int err = device_request(fd, ALTWAIT_COUNTERS, &c);
	char what[256];

	if (err) {
		tell(d, "interface", BAD, strerror(-err),
		     "module and program differ in age; build both from one tree");
		return;
	}
	snprintf(what, sizeof(what), "the module's version is %u, the program's %u", c.version,
		 ALTWAIT_VERSION);
	tell(d, "interface", c.version == ALTWAIT_VERSION ? GOOD : BAD, what,
	     c.version == ALTWAIT_VERSION ? NULL :
	     "build both from one tree, and load the module again");
	snprintf(what, sizeof(what), "%llu redirects missed", (unsigned long long)c.missed);
	tell(d, "misses", c.missed ? BAD : GOOD, what, c.missed ?
	     "what ran under a policy is no valid comparison: Documentation/neighbours.md" :
	     NULL);
	snprintf(what, sizeof(what), "%llu processes went back to stock after trouble",
		 (unsigned long long)c.trouble);
	tell(d, "trouble", c.trouble ? BAD : GOOD, what, c.trouble ?
	     "the event altwait:altwait_dismiss says why" : NULL);
	if (c.rings == ALTWAIT_RINGS_UNSEEN) {
		tell(d, "ring waits", BAD, "waits by io_uring cannot be seen on this kernel",
		     "no comparison here is valid; the kernel's log has the error");
		return;
	}
	snprintf(what, sizeof(what), "%llu waits were submitted to io_uring",
		 (unsigned long long)c.uring);
	tell(d, "ring waits", c.uring ? BAD : GOOD, what, c.uring ?
	     "no policy answers them; the event altwait:altwait_wait_uring says whose" : NULL);
}

static void look_at_module(struct doctor *d)
{
	int fd = device_open();

	if (fd >= 0) {
		tell(d, "module", GOOD, "loaded, and its device opens", NULL);
		look_at_counters(d, fd);
		close(fd);
	} else if (module_is_loaded()) {
		tell(d, "module", BAD, "loaded, but its device does not open",
		     "run this as root, in the initial user namespace");
	} else {
		tell(d, "module", BAD, "not loaded",
		     "as root: modprobe altwait, or insmod altwait.ko");
	}
}

static void look_at_tracefs(struct doctor *d)
{
	if (!access("/sys/kernel/tracing/events", X_OK) ||
	    !access("/sys/kernel/debug/tracing/events", X_OK))
		tell(d, "tracefs", GOOD, "mounted", NULL);
	else
		tell(d, "tracefs", BAD, "trace events cannot be read here",
		     "as root: mount -t tracefs none /sys/kernel/tracing");
}

/* --------------------------------------------------------------------- io_uring */

/* True if a process has a ring: it may wait there, past the hooks. */
static bool has_ring(const char *pid)
{
	char path[300], target[64];
	const struct dirent *entry;
	bool found = false;
	ssize_t length;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%.20s/fd/%.20s", pid, entry->d_name);
		length = readlink(path, target, sizeof(target) - 1);
		target[length > 0 ? length : 0] = '\0';
		found = strcmp(target, "anon_inode:[io_uring]") == 0;
	}
	if (dir)
		closedir(dir);
	return found;
}

static void look_at_rings(struct doctor *d)
{
	const struct dirent *entry;
	unsigned int rings = 0;
	DIR *proc = opendir("/proc");
	char what[128];

	while (proc && (entry = readdir(proc)))
		rings += isdigit((unsigned char)entry->d_name[0]) && has_ring(entry->d_name);
	if (proc)
		closedir(proc);
	snprintf(what, sizeof(what), "%u processes have a ring", rings);
	/* No fault of the machine's: it says what a comparison cannot see. */
	tell(d, "io_uring", GOOD, what, rings ?
	     "from Linux 6.7 on a ring can wait for children, and stock answers" : NULL);
}

/* ---------------------------------------------------------------------- command */

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON, by schema/doctor.json", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct doctor *d = state->input;

	switch (key) {
	case 'j':
		d->json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s': this takes no arguments", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, NULL,
	"See whether everything is there that the module and the commands need."
	AFTER_OPTIONS
	"Each line is ok, bad or unknown; a bad one is followed by what to do.  The\n"
	"exit status is 0 if none is bad, 1 if there is one, 2 for a wrong command\n"
	"line.\n",
	NULL, NULL, NULL
};

int cmd_doctor(int argc, char **argv)
{
	struct json_object *all = NULL;
	struct doctor d = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &d);
	if (d.json) {
		all = json_begin("altwait-doctor/1");
		d.list = json_add_list(all, "findings");
	}
	look_at_kernel(&d);
	look_at_lockdown(&d);
	look_at_signatures(&d);
	look_at_switch(&d, "kprobes", "/sys/kernel/debug/kprobes/enabled",
		       "without it nothing is redirected");
	look_at_switch(&d, "ftrace", "/proc/sys/kernel/ftrace_enabled",
		       "without it nothing is redirected");
	look_at_tracefs(&d);
	look_at_module(&d);
	look_at_rings(&d);
	if (d.json) {
		json_add_number(all, "bad", d.bad);
		json_end(all);
	}
	return d.bad ? EXIT_TROUBLE : 0;
}
