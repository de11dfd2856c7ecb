// SPDX-License-Identifier: GPL-2.0
/*
 * The device, and what its errors mean.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "altwait.h"

#define MODULE_DIRECTORY	"/sys/module/altwait"

const char *device_path = ALTWAIT_DEVICE;

int device_open(void)
{
	int fd = open(device_path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int device_request(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

bool module_is_loaded(void)
{
	return access(MODULE_DIRECTORY, F_OK) == 0;
}

#define ANY_REQUEST	(~0UL)

/*
 * One line for each errno that <linux/altwait.h> documents; the first line
 * that fits is taken.  A cause of NULL is the C library's own text.
 */
static const struct advice {
	unsigned long request;
	int err;
	const char *cause;
	const char *hint;
} advices[] = {
	{ REQUEST_OPEN, EACCES, NULL,
	  "the device belongs to root; run this as root" },
	{ REQUEST_OPEN, EPERM, NULL,
	  "this needs CAP_SYS_ADMIN in the initial user namespace; a container's root lacks it" },
	{ ALTWAIT_ENROLL, EINVAL, "the module does not know this policy or one of its quirks",
	  "module and program differ in age; build both from one tree and load the module again" },
	{ ALTWAIT_ENROLL, EPERM, "kernel threads and the system's init are never enrolled",
	  "enrol the process that starts what you want to watch, or use `altwait run`" },
	{ ALTWAIT_ENROLL, EIO, "the kernel does not redirect wait calls right now",
	  "set kprobes/enabled in debugfs and the sysctl kernel.ftrace_enabled to 1" },
	{ ALTWAIT_ENROLL, ENOMEM, "the module has no memory for its records",
	  "free some memory, or dismiss process trees that are no longer watched" },
	{ ALTWAIT_DISMISS, ENOENT, "it is not enrolled",
	  "nothing to do: stock answers its wait calls; `altwait status PID` shows it" },
	{ ALTWAIT_DISMISS, EINTR, "a signal came before its last thread was out",
	  "the dismissal stands; `altwait status PID` shows who still waits" },
	{ ANY_REQUEST, ESRCH, "no such process",
	  "it may have ended; `ps -e` lists those of this pid namespace" },
	{ ANY_REQUEST, ENODEV, "the module is being unloaded",
	  "load it again with `insmod altwait.ko`" },
	{ ANY_REQUEST, ENOTTY, "the device does not know this request",
	  "the module is older than this program, or the device is not altwait's" },
	{ ANY_REQUEST, E2BIG, "the module does not know all that was asked for",
	  "the module is older than this program; build both from one tree" },
	{ REQUEST_OPEN, ENOMEM, "the module has no memory for one more user",
	  "free some memory" },
	{ ANY_REQUEST, ENOMEM, "the module has no memory for this request",
	  "free some memory" },
	{ ANY_REQUEST, EFAULT, "the module cannot read or write the request",
	  "this is a bug in the program; report it with what `altwait --version` says" },
	{ ANY_REQUEST, EINVAL, "the module wants a larger request",
	  "this program is older than the module; build both from one tree" },
};

static const struct advice *find_advice(unsigned long request, int err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(advices); i++) {
		const struct advice *a = &advices[i];

		if (a->err != err)
			continue;
		if (a->request == request)
			return a;
		if (a->request == ANY_REQUEST && request != REQUEST_OPEN)
			return a;
	}
	return NULL;
}

/* With --device: what the hint says of that file, of which nothing is known. */
static const struct advice other_advices[] = {
	{ REQUEST_OPEN, ENOENT, NULL, "is not there; the module's device is " ALTWAIT_DEVICE },
	{ REQUEST_OPEN, ENXIO, NULL, "has no driver; the module's device is " ALTWAIT_DEVICE },
	{ REQUEST_OPEN, ENODEV, NULL, "has no driver; the module's device is " ALTWAIT_DEVICE },
	{ REQUEST_OPEN, EACCES, NULL, "may not be opened by this user; run this as root" },
	{ ANY_REQUEST, ENOTTY, NULL,
	  "is not altwait's device, or the module is older than this program" },
};

static const char *other_hint(unsigned long request, int err)
{
	unsigned long wanted = request == REQUEST_OPEN ? REQUEST_OPEN : ANY_REQUEST;
	size_t i;

	if (strcmp(device_path, ALTWAIT_DEVICE) == 0)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(other_advices); i++)
		if (other_advices[i].err == err && other_advices[i].request == wanted)
			return other_advices[i].hint;
	return NULL;
}

/* A device that is not there: what is missing, the module or its file? */
static const char *absent_hint(int err)
{
	if (err != ENOENT && err != ENXIO && err != ENODEV)
		return NULL;
	if (module_is_loaded())
		return "the module is loaded but has no device file here; is /dev a devtmpfs?";
	return "the module is not loaded; `make module` and, as root, `insmod altwait.ko` do it";
}

void explain(unsigned long request, int err, const char *fmt, ...)
{
	const struct advice *a = find_advice(request, -err);
	const char *hint = a ? a->hint : NULL;
	const char *other = other_hint(request, -err);
	va_list args;

	if (!other && !hint && request == REQUEST_OPEN)
		hint = absent_hint(-err);

	fputs("altwait: cannot ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, ": %s\n", a && a->cause ? a->cause : strerror(-err));
	if (other)
		fprintf(stderr, "Hint: %s %s.\n", device_path, other);
	else if (hint)
		fprintf(stderr, "Hint: %s.\n", hint);
}
