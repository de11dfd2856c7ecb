/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the command-line program share.
 */
#ifndef TOOLS_ALTWAIT_H
#define TOOLS_ALTWAIT_H

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include <linux/altwait.h>

#include "quirks.h"

#define ARRAY_SIZE(arr)	(sizeof(arr) / sizeof((arr)[0]))
#define attributes(...)	__attribute__((__VA_ARGS__))

/*
 * Exit statuses.  `altwait run` keeps to env(1) and timeout(1), so that a
 * caller can tell the command's own status from a failure to get it started.
 */
enum {
	EXIT_TROUBLE	= 1,
	EXIT_USAGE	= 2,
	EXIT_VERDICT	= 124,
	EXIT_RUN_FAILED	= 125,
	EXIT_CANNOT_RUN	= 126,
	EXIT_NOT_FOUND	= 127,
};

/* argp prints what follows this in a doc string after the options. */
#define AFTER_OPTIONS	"\v"

/* The device file; --device changes it. */
extern const char *device_path;

/**
 * device_open - open the device
 *
 * Return: a descriptor that exec(2) closes, or -errno with nothing printed.
 */
int device_open(void);

/**
 * device_request - send one ioctl(2) of <linux/altwait.h>
 * @fd: from device_open()
 * @request: ALTWAIT_*
 * @arg: the request's struct, its size filled in
 *
 * Return: 0, or -errno with nothing printed.
 */
int device_request(int fd, unsigned long request, void *arg);

/* Is there a module of that name, whatever became of its device file? */
bool module_is_loaded(void);

/* Stands for the open(2) of the device where explain() wants a request. */
#define REQUEST_OPEN	0UL

/**
 * explain - say on stderr what failed, why, and what to do about it
 * @request: the ioctl that failed, or REQUEST_OPEN
 * @err: its negative errno
 * @fmt: what was attempted, to follow "altwait: cannot "
 */
void explain(unsigned long request, int err, const char *fmt, ...)
	attributes(format(printf, 3, 4));

/**
 * struct policy - who answers, as struct altwait_enroll has it
 * @base: enum altwait_policy
 * @quirks: those in which it differs from @base
 */
struct policy {
	unsigned int base;
	quirk_set quirks;
};

/* Those that have quirks, for people; each command says which others it takes. */
#define QUIRK_POLICIES	\
	"starry, starry-QUIRK, starry+QUIRK, starry@REVISION, linux+QUIRK"

/* Parse @arg as a policy, or leave through argp_error(). */
struct policy parse_policy(struct argp_state *state, const char *arg);

/* Print what parse_policy() reads; @in_force is all quirks that it has. */
void print_policy(unsigned int base, quirk_set in_force);
void print_policy_to(FILE *to, unsigned int base, quirk_set in_force);

/* The number of a quirk by its name, -1 if there is none. */
int find_quirk(const char *name, size_t len);

/* The quirk that @text, up to its end or to a @sign, may be meant for; or NULL. */
const char *guess_quirk(const char *text, char sign);

/* Leave through argp_error(), with that quirk if there is one. */
void unknown_quirk(struct argp_state *state, const char *text, char sign);

/* How many columns there are, by COLUMNS or the terminal; 0: no bound. */
unsigned int fold_width(FILE *to);

/* Print @text from column @indent on, and each further line from there; 0: one line. */
void print_folded(FILE *to, unsigned int width, unsigned int indent, const char *text);

quirk_set quirks_in_force(const struct policy *policy);

/**
 * struct fail_on - which verdicts make a run fail
 * @any: there are some
 * @control: those in which policy linux differs from stock
 * @unexplained: those that no quirks explain
 * @quirks: those that one of these is part of
 */
struct fail_on {
	bool any;
	bool control;
	bool unexplained;
	quirk_set quirks;
};

/* Add what @arg names, or leave through argp_error(). */
void parse_fail_on(struct argp_state *state, const char *arg,
		   struct fail_on *fail_on);

/* Leave through argp_error() if @policy, whose name is @name, lacks a quirk of it. */
void check_fail_on(struct argp_state *state, const struct fail_on *fail_on,
		   const struct policy *policy, const char *name);

struct run_log;

/**
 * struct shadow_files - where what shadow mode has found goes
 * @summary: gets it by schema/shadow.json; or NULL
 * @sarif: gets it as SARIF; or NULL
 * @events: gets the whole run by schema/events.json; or NULL
 * @command: what ran
 * @policy: which policy was asked
 * @status: how it ended, as wait4 has it
 * @log: of the run, for @events; NULL: it could not be read
 */
struct shadow_files {
	const char *summary;
	const char *sarif;
	const char *events;
	char **command;
	const char *policy;
	int status;
	const struct run_log *log;
};

/**
 * print_verdicts - print on standard error what shadow mode has found
 * @fd: what is counted through this file
 * @before: the module's counters from before the command ran
 * @fail_on: what makes the run fail
 * @allow_uring: waits by io_uring make it no less valid
 * @files: that are to have it, too
 *
 * Return: 0; EXIT_VERDICT: @fail_on holds; EXIT_RUN_FAILED: nobody can say.
 */
int print_verdicts(int fd, const struct altwait_counters *before,
		   const struct fail_on *fail_on, bool allow_uring,
		   const struct shadow_files *files);

/**
 * count_uring - how many waits were submitted to io_uring, which no policy answers
 * @fd: by who was enrolled through this file, and all that they have made
 * @n: the count is added to it
 *
 * Return: 0, or -errno; the failure is printed.
 */
int count_uring(int fd, unsigned long long *n);

/* Are they seen at all?  If not, that is printed. */
bool sees_uring(const struct altwait_counters *c);

/* Print what is to be said of @n of them, if there are any, after "altwait: ". */
void print_uring(unsigned long long n, bool allowed);

/* Print one verdict, each line after @indent. */
void print_verdict(FILE *f, const char *indent, const struct altwait_verdict *v);

/* The call that a verdict is about, as decode_args() has it; the caller frees it. */
char *decode_call(const struct altwait_verdict *v);

/* Name the processes for which rmmod would wait, a line each. */
void print_unload(void);

/* Enrol the caller, in shadow mode or not.  Failures are printed. */
int enroll_self(const struct policy *policy, bool shadow);

/* Likewise, through an open device file, which counts the verdicts. */
int enroll_through(int fd, const struct policy *policy, bool shadow);

/* Give the caller back to stock, if it has another policy.  Failures are printed. */
int dismiss_self(void);

/* Execute a command; returns only to tell, as an exit status, why it cannot. */
int become(char **command);

/* Parse @arg as a process id, or leave through argp_error(). */
pid_t parse_pid(struct argp_state *state, const char *arg);

/* Parse @arg as a number of @what from 1 to a million, or leave through argp_error(). */
unsigned int parse_number(struct argp_state *state, const char *arg,
			  const char *what);

/* The commands: argv[0] is "altwait COMMAND"; each returns an exit status. */
int cmd_run(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_bisect(int argc, char **argv);
int cmd_enroll(int argc, char **argv);
int cmd_dismiss(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_quirks(int argc, char **argv);
int cmd_policies(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_report(int argc, char **argv);

/* Print a C program that shows a quirk.  Return: 1: there is none, and it is said why. */
int print_program(int nr);

/* Likewise, to @to, and nothing is said.  Return: whether there is one. */
bool print_program_to(FILE *to, int nr);

struct json_object;

/* Append what there is to say about a quirk, by schema/quirks.json, and return it. */
struct json_object *append_quirk(struct json_object *list, int nr);

#endif /* TOOLS_ALTWAIT_H */
