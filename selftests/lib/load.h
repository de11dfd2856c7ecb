/* SPDX-License-Identifier: GPL-2.0 */
/* The module, loaded and unloaded by a test. */
#ifndef _SELFTESTS_LOAD_H
#define _SELFTESTS_LOAD_H

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"

static inline int module_load(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int ret = fd < 0 ? -1 : syscall(SYS_finit_module, fd, "", 0);

	if (fd >= 0)
		close(fd);
	return ret;
}

static inline int module_unload(void)
{
	return syscall(SYS_delete_module, "altwait", O_NONBLOCK);
}

/*
 * One variant, altwait, after each of whose tests the module is loaded anew, since its
 * counters never forget what the test has made of them.  @leave(c) is told before how
 * they stand.
 */
#define RELOADING_VARIANT(fixture_name, leave)				\
	FIXTURE(fixture_name) {						\
		int fd;							\
		const char *file;					\
	};								\
	struct _fixture_variant_##fixture_name {			\
		int policy;						\
	};								\
	FIXTURE_SETUP(fixture_name)					\
	{								\
		self->file = getenv("ALTWAIT_KO");			\
		if (!self->file)					\
			SKIP(return, "ALTWAIT_KO does not name altwait.ko"); \
		self->fd = device_open();				\
		ASSERT_LE(0, self->fd);					\
	}								\
	FIXTURE_TEARDOWN(fixture_name)					\
	{								\
		struct altwait_counters c;				\
									\
		ASSERT_EQ(0, device_counters(self->fd, &c));		\
		leave(&c);						\
		ASSERT_EQ(0, close(self->fd));				\
		UNTIL(!module_unload(), "nobody to hold the module");	\
		ASSERT_EQ(0, module_load(self->file));			\
	}								\
	FIXTURE_VARIANT_ADD(fixture_name, altwait) {			\
		.policy = OWN,						\
	}

#endif /* _SELFTESTS_LOAD_H */
