/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages that are not there: whoever touches one sleeps until a thread, or the test, brings
 * it.  userfaultfd(2).
 */
#ifndef _SELFTESTS_LATE_H
#define _SELFTESTS_LATE_H

#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "task.h"

#define LATE_PAGE	4096L

static int late_fd;

static inline void late_open(void)
{
	struct uffdio_api api = { .api = UFFD_API };

	late_fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (late_fd < 0 || ioctl(late_fd, UFFDIO_API, &api))
		die("userfaultfd");
}

static inline void *late_map(void)
{
	void *page = mmap(NULL, LATE_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		die("mmap");
	return page;
}

/* The thread; @page: what it brings */
static inline void *late_bring(void *page)
{
	struct uffdio_copy copy = { .src = (unsigned long)page, .len = LATE_PAGE };
	struct uffd_msg msg;

	while (read(late_fd, &msg, sizeof(msg)) == sizeof(msg)) {
		copy.dst = msg.arg.pagefault.address & -LATE_PAGE;
		copy.copy = 0;
		if (ioctl(late_fd, UFFDIO_COPY, &copy) && errno != EEXIST)
			die("UFFDIO_COPY");
	}
	return NULL;
}

/* From here on late pages are brought, with @byte in them. */
static inline void late_begin(int byte)
{
	void *page = late_map();

	late_open();
	memset(page, byte, LATE_PAGE);
	thread_start(late_bring, page);
}

/* A page that late_drop() takes away is late. */
static inline void late_make(void *page)
{
	struct uffdio_register late = {
		.range = { (unsigned long)page, LATE_PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	if (ioctl(late_fd, UFFDIO_REGISTER, &late))
		die("UFFDIO_REGISTER");
}

static inline void late_drop(void *page)
{
	if (madvise(page, LATE_PAGE, MADV_DONTNEED))
		die("MADV_DONTNEED");
}

/* Without late_begin(): until somebody touches a late page, who sleeps then. */
static inline void late_await(void)
{
	struct uffd_msg msg;

	if (read(late_fd, &msg, sizeof(msg)) != sizeof(msg))
		die("userfaultfd");
}

/* Brings it, with zeros in it. */
static inline void late_give(void *page)
{
	struct uffdio_zeropage zero = { .range = { (unsigned long)page, LATE_PAGE } };

	if (ioctl(late_fd, UFFDIO_ZEROPAGE, &zero))
		die("UFFDIO_ZEROPAGE");
}

#endif /* _SELFTESTS_LATE_H */
