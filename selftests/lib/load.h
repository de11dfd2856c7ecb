/* SPDX-License-Identifier: GPL-2.0 */
/* The module, loaded and unloaded by a test. */
#ifndef _SELFTESTS_LOAD_H
#define _SELFTESTS_LOAD_H

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

#endif /* _SELFTESTS_LOAD_H */
