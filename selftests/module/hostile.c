// SPDX-License-Identifier: GPL-2.0
/*
 * Whoever has the device open may ask it anything, and gets an errno of its manual or
 * an answer, never more than that.
 *
 * Many threads make random requests, half of them nearly right, with descriptors that
 * others close, pass on and open again meanwhile, about processes that fork and wait
 * meanwhile.  All of that happens in a pid namespace of its own, so that nobody else
 * can be meant; it ends with its init.  The seed is printed; ALTWAIT_SEED sets it.
 */
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "calls.h"

OWN_VARIANT(hostile);

enum { THREADS = 6, FILES = 4, VICTIMS = 3, REQUESTS = 1500, SECONDS = 20, PAGE = 4096 };

static unsigned long seed;
static atomic_int file[FILES];
static int sockets[2];
static pid_t victim[VICTIMS];
static bool may_open;

struct attacker {
	pthread_t	thread;
	unsigned long	rnd;
	unsigned char	*room;	/* two pages, one that is not there, and one read-only */
	unsigned long	answers;
};

static unsigned long draw(struct attacker *a)
{
	unsigned long z = a->rnd += 0x9e3779b97f4a7c15UL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9UL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebUL;
	return z ^ z >> 31;
}

static unsigned long below(struct attacker *a, unsigned long n)
{
	return draw(a) % n;
}

/* ----------------------------------------------------------------- victims */

/* Forks and waits, as its policy lets it. */
static noreturn void fork_and_wait(void)
{
	pid_t pid;

	for (;;) {
		pid = fork();
		if (!pid)
			_exit(0);
		if (pid < 0)
			sched_yield();
		while (syscall(SYS_wait4, -1, NULL, WNOHANG, NULL) > 0)
			;
	}
}

static noreturn void wait_asleep(void)
{
	pid_t pid = fork();

	if (!pid)
		child_stay();
	for (;;)
		syscall(SYS_waitid, P_ALL, 0, NULL, WEXITED, NULL);
}

static void make_victims(void)
{
	int i;

	for (i = 0; i < VICTIMS; i++) {
		victim[i] = child_fork();
		if (victim[i])
			continue;
		if (i)
			fork_and_wait();
		wait_asleep();
	}
}

/* --------------------------------------------------------------- descriptors */

static void pass(struct attacker *a)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {};
	char byte = 0;
	struct iovec io = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &io, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int fd = atomic_load(&file[below(a, FILES)]), got;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	/* It may be closed by now, or the socket full. */
	if (sendmsg(sockets[0], &msg, MSG_DONTWAIT) < 0)
		return;
	msg.msg_controllen = sizeof(control);
	if (recvmsg(sockets[1], &msg, MSG_DONTWAIT) < 0)
		return;
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return;
	memcpy(&got, CMSG_DATA(c), sizeof(got));
	close(atomic_exchange(&file[below(a, FILES)], got));
}

/* The descriptors change hands while others use them. */
static void shuffle_files(struct attacker *a)
{
	static const int modes[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned int i = below(a, FILES);
	int fd;

	switch (below(a, 4)) {
	case 0:
		pass(a);
		return;
	case 1:
		fd = dup(atomic_load(&file[below(a, FILES)]));
		break;
	case 2:
		fd = open(ALTWAIT_DEVICE, modes[below(a, 3)] | O_CLOEXEC);
		if (fd >= 0 && !may_open) {
			errno = EEXIST;
			die("the device is open for everybody");
		}
		break;
	default:
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	}
	if (fd >= 0)
		close(atomic_exchange(&file[i], fd));
}

/* ------------------------------------------------------------------ requests */

static const struct {
	unsigned long cmd;
	unsigned int size;
} requests[] = {
	{ ALTWAIT_ENROLL, sizeof(struct altwait_enroll) },
	{ ALTWAIT_DISMISS, sizeof(struct altwait_dismiss) },
	{ ALTWAIT_QUERY, sizeof(struct altwait_query) },
	{ ALTWAIT_COUNTERS, sizeof(struct altwait_counters) },
	{ ALTWAIT_VERDICTS, sizeof(struct altwait_verdicts) },
	{ ALTWAIT_EXAMPLE, sizeof(struct altwait_example) },
	{ ALTWAIT_AUDIT, sizeof(struct altwait_audit) },
};

static pid_t some_pid(struct attacker *a)
{
	static const pid_t odd[] = { 0, 1, 2, -1, INT_MAX, INT_MIN };

	switch (below(a, 4)) {
	case 0:
		return odd[below(a, ARRAY_SIZE(odd))];
	case 1:
		return below(a, 400);
	default:
		return victim[below(a, VICTIMS)];
	}
}

/* Nearly right: each member is, mostly. */
static void fill(struct attacker *a, unsigned char *at, unsigned int nr)
{
	struct altwait_enroll e = {
		.policy = below(a, 8) ? 1 + below(a, 2) : draw(a),
		.pid = some_pid(a),
		.flags = below(a, 8) ? below(a, 2) : draw(a),
		.quirks = below(a, 2) ? 0 : draw(a) & ((1UL << 32) - 1),
	};
	struct altwait_query q = { .pid = some_pid(a) };
	struct altwait_example x = {
		.scope = below(a, 2), .index = below(a, 80),
	};

	memset(at, 0, requests[nr].size);
	switch (requests[nr].cmd) {
	case ALTWAIT_ENROLL:
		memcpy(at, &e, sizeof(e));
		break;
	case ALTWAIT_EXAMPLE:
		memcpy(at, &x, sizeof(x));
		break;
	case ALTWAIT_VERDICTS:
		((struct altwait_verdicts *)at)->scope = below(a, 3);
		break;
	case ALTWAIT_AUDIT:
		((struct altwait_audit *)at)->from = below(a, 2) << 32 | below(a, 5000);
		break;
	case ALTWAIT_DISMISS:
		((struct altwait_dismiss *)at)->pid = some_pid(a);
		break;
	case ALTWAIT_QUERY:
		memcpy(at, &q, sizeof(q));
		break;
	}
}

/* Where the argument is: where there is room for it, or not. */
static unsigned char *some_place(struct attacker *a, unsigned int size)
{
	switch (below(a, 12)) {
	case 0:
		return NULL;
	case 1:
		return (unsigned char *)(0xffff888000000000UL + (draw(a) & 0xffffff8));
	case 2:
		return a->room + 3 * PAGE;	/* read-only */
	case 3:
		return a->room + 2 * PAGE - below(a, size);
	case 4:
		return a->room + below(a, PAGE / 2) / 4 * 4 + below(a, 4);
	default:
		return a->room;
	}
}

static bool is_writable(const struct attacker *a, const unsigned char *at)
{
	return at >= a->room && at < a->room + 2 * PAGE;
}

static bool is_expected(int error)
{
	static const int errors[] = {
		EBADF, ENOTTY, EFAULT, EINVAL, E2BIG, ESRCH, EPERM, ENOENT, ENOMEM,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i] == error)
			return true;
	return false;
}

/* An address of the kernel's, or what it writes where nothing was. */
static bool is_leak(__u64 word)
{
	return word >= 0xffff800000000000UL || word == 0x6b6b6b6b6b6b6b6bUL ||
	       word == 0x5a5a5a5a5a5a5a5aUL;
}

/* No more was written than was asked for, and nothing that is not the caller's. */
static void check_answer(struct attacker *a, const unsigned char *at, unsigned int size,
			 unsigned long cmd)
{
	const struct altwait_query *q = (const void *)at;
	const __u64 *word = (const void *)at;
	unsigned int i;

	errno = EPROTO;
	for (i = size; i < size + 64 && is_writable(a, at + i); i++)
		if (at[i] != 0xa5)
			die("more was written than there was room for");
	if ((unsigned long)at % 8)
		return;
	if (cmd == ALTWAIT_QUERY && size == sizeof(*q) && (q->pad || q->pad2))
		die("the padding is not 0");
	/* An example has negative numbers of its own. */
	for (i = 1; cmd != ALTWAIT_EXAMPLE && i < size / 8; i++)
		if (is_leak(word[i]))
			die("an address, or poison");
	a->answers++;
}

static void ask(struct attacker *a)
{
	unsigned int nr = below(a, ARRAY_SIZE(requests));
	unsigned int size = requests[nr].size;
	unsigned long cmd = requests[nr].cmd;
	int fd = atomic_load(&file[below(a, FILES)]);
	unsigned char *at = some_place(a, size);
	bool writable = is_writable(a, at);

	memset(a->room, 0xa5, 2 * PAGE);
	if (writable && at + size <= a->room + 2 * PAGE) {
		fill(a, at, nr);
		if (!below(a, 8))
			size = below(a, 2) ? below(a, PAGE + 8) : draw(a);
		if (!below(a, 8) && size && size <= PAGE)
			at[below(a, size)] = draw(a);
		memcpy(at, &size, sizeof(size));
		if (size >= sizeof(size) && at + size < a->room + 2 * PAGE)
			memset(at + size, 0xa5, a->room + 2 * PAGE - at - size);
	}
	if (!below(a, 8))
		cmd ^= 1UL << below(a, 32);
	if (!below(a, 64))
		cmd = draw(a);
	if (!below(a, 32))
		fd = below(a, 64);
	if (!ioctl(fd, cmd, at)) {
		/* Else it was another's request, by chance, or another file's. */
		if (cmd == requests[nr].cmd && writable) {
			memcpy(&size, at, sizeof(size));
			check_answer(a, at, size, cmd);
		}
	} else if (!is_expected(errno)) {
		die("an errno that the manual does not have");
	}
}

/* What a device has besides. */
static void ask_otherwise(struct attacker *a)
{
	int fd = atomic_load(&file[below(a, FILES)]);
	void *map;

	switch (below(a, 4)) {
	case 0:
		(void)!read(fd, a->room, below(a, PAGE));
		break;
	case 1:
		(void)!write(fd, a->room, below(a, PAGE));
		break;
	case 2:
		lseek(fd, draw(a), below(a, 4));
		break;
	default:
		map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
		if (map != MAP_FAILED)
			munmap(map, PAGE);
	}
}

static void *attack(void *arg)
{
	struct attacker *a = arg;
	long end = now_ms() + SECONDS * 1000;
	int i;

	for (i = 0; i < REQUESTS && now_ms() < end; i++) {
		if (!below(a, 16))
			shuffle_files(a);
		if (!below(a, 32))
			ask_otherwise(a);
		ask(a);
	}
	return NULL;
}

static unsigned char *make_room(void)
{
	unsigned char *room = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED || mprotect(room + 2 * PAGE, PAGE, PROT_NONE) ||
	    mprotect(room + 3 * PAGE, PAGE, PROT_READ))
		die("room");
	return room;
}

/* The init of the namespace: all end with it.  It waits for nobody. */
static noreturn void attack_all(uid_t uid)
{
	static struct attacker a[THREADS];
	unsigned long answers = 0;
	int i;

	if (uid && setresuid(uid, uid, uid))
		die("setresuid");
	make_victims();
	for (i = 0; i < THREADS; i++) {
		a[i].rnd = seed + i;
		a[i].room = make_room();
		if (pthread_create(&a[i].thread, NULL, attack, &a[i]))
			die("pthread_create");
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(a[i].thread, NULL);
		answers += a[i].answers;
	}
	/* Else nothing was tested. */
	_exit(answers > THREADS ? 17 : 18);
}

static void begin(int fd)
{
	const char *given = getenv("ALTWAIT_SEED");
	int i;

	seed = given ? strtoul(given, NULL, 0) : (unsigned long)now_ms() * 1000003;
	fprintf(stderr, "# ALTWAIT_SEED=%lu\n", seed);
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, sockets))
		die("socketpair");
	for (i = 0; i < FILES; i++)
		file[i] = dup(fd);
	if (unshare(CLONE_NEWPID))
		die("unshare");
}

SUBJECT_TEST(hostile, root)
{
	pid_t pid;

	may_open = true;
	begin(self->fd);
	pid = child_fork();
	if (!pid)
		attack_all(0);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(17));
}

/* Who was given the descriptor may do what its opener could, and open no other. */
SUBJECT_TEST(hostile, ordinary_user)
{
	pid_t pid;

	begin(self->fd);
	pid = child_fork();
	if (!pid)
		attack_all(65534);
	EXPECT_WAIT4(pid, 0, .pid = pid, .status = W_EXIT(17));
}

NEEDS_ALTWAIT
KEEP_ARMED
TEST_HARNESS_MAIN
