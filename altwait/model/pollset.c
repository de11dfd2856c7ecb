// SPDX-License-Identifier: GPL-2.0
/*
 * PollSet: whom a process wakes when there is news for its wait calls.
 *
 * A ring of AW_POLLSET_MAX wakers, as in the reference, and behind it a list
 * that the reference does not have.  There, the 65th waiter evicts the oldest,
 * which looks again, finds nothing, registers, evicts the next oldest, and so
 * on without end.  Here that chain goes round once: where one waiter that was
 * woken for nothing would evict another such, it goes to the overflow list
 * instead.  Every waiter has had its early look by then, and all of them sleep.
 *
 * Not all news is for every waker: one that does not hear of it keeps its place.
 *
 * Linux has a wait queue instead, where whoever begins to wait stands at the head, and
 * stays until the call is over: add_wait_queue() in do_wait().  A waker whose policy
 * does likewise has its place by when its call first found nothing.
 */
#include "records.h"

static_assert(AW_POLLSET_MAX == 64, "a bit of a u64 for each");

/**
 * aw_waker_init - give a thread its waker
 * @w: zeroed by the host
 * @host: frees and wakes it
 * @tid: thread id
 *
 * The first reference is the thread's own; the host's waker_free() runs when the
 * last one is dropped.
 */
void aw_waker_init(struct aw_waker *w, const struct aw_host_ops *host, u32 tid)
{
	w->host = host;
	w->refs = 1;
	w->tid = tid;
	INIT_LIST_HEAD(&w->overflow);
}

/**
 * aw_waker_get - take a reference
 * @w: the waker
 */
void aw_waker_get(struct aw_waker *w)
{
	w->refs++;
}

/**
 * aw_waker_put - drop a reference; the host frees the waker with the last one
 * @w: the waker
 */
void aw_waker_put(struct aw_waker *w)
{
	if (--w->refs == 0)
		w->host->waker_free(w);
}

/**
 * aw_pollset_init - an empty PollSet
 * @ps: the PollSet
 */
void aw_pollset_init(struct aw_pollset *ps)
{
	ps->slot = NULL;
	ps->first = 0;
	ps->n = 0;
	INIT_LIST_HEAD(&ps->overflow);
}

/* The oldest waker leaves the ring; its reference passes to the caller. */
static struct aw_waker *pop_slot(struct aw_pollset *ps)
{
	struct aw_waker *w;

	if (!ps->n)
		return NULL;
	w = ps->slot[ps->first];
	ps->first = (ps->first + 1) % AW_POLLSET_MAX;
	ps->n--;
	return w;
}

static struct aw_waker *pop_overflow(struct aw_pollset *ps)
{
	struct aw_waker *w;

	if (list_empty(&ps->overflow))
		return NULL;
	w = list_first_entry(&ps->overflow, struct aw_waker, overflow);
	list_del_init(&w->overflow);
	return w;
}

/* The next waker in the order of wakes. */
static struct aw_waker *pop_waker(struct aw_pollset *ps)
{
	struct aw_waker *w = pop_slot(ps);

	return w ? w : pop_overflow(ps);
}

/**
 * aw_pollset_destroy - drop every waker without waking it
 * @ps: the PollSet
 */
void aw_pollset_destroy(struct aw_pollset *ps)
{
	struct aw_waker *w;

	while ((w = pop_waker(ps)))
		aw_waker_put(w);
	aw_free(ps->slot);
	ps->slot = NULL;
}

static void wake_one(struct aw_waker *w, bool evicted)
{
	w->woken = true;
	w->evicted = evicted;
	w->host->wake(w);
}

/* Makes room in a full ring.  A waker does not wake itself. */
static void evict_oldest(struct aw_pollset *ps, const struct aw_waker *newcomer)
{
	struct aw_waker *oldest = pop_slot(ps);

	if (oldest != newcomer)
		wake_one(oldest, true);
	aw_waker_put(oldest);
}

/* Both were evicted since there was news: the chain has gone round. */
static bool would_spin(const struct aw_pollset *ps, const struct aw_waker *w)
{
	const struct aw_waker *oldest = ps->slot[ps->first];

	return w->evicted && oldest->evicted && oldest != w;
}

static void push_slot(struct aw_pollset *ps, struct aw_waker *w)
{
	ps->slot[(ps->first + ps->n) % AW_POLLSET_MAX] = w;
	ps->n++;
}

/* True if one is to be woken before another, whoever has registered before. */
static bool is_before(const struct aw_waker *w, const struct aw_waker *other)
{
	return w->latest_first && other->latest_first && w->begun > other->begun;
}

/* Who is woken in vain comes back to its place. */
static void add_overflow(struct aw_pollset *ps, struct aw_waker *w)
{
	struct aw_waker *at;

	list_for_each_entry(at, &ps->overflow, overflow)
		if (is_before(w, at))
			break;
	list_add_tail(&w->overflow, &at->overflow);
}

/*
 * A waker stands in the overflow list once at most.  Where the place goes by the call,
 * one that an earlier call has left behind has to move.
 */
static void register_overflow(struct aw_pollset *ps, struct aw_waker *w)
{
	if (list_empty(&w->overflow))
		aw_waker_get(w);
	else if (w->latest_first)
		list_del_init(&w->overflow);
	else
		return;
	if (w->latest_first)
		add_overflow(ps, w);
	else
		list_add_tail(&w->overflow, &ps->overflow);
}

/**
 * aw_pollset_register - be woken by the next news that the waker hears of
 * @ps: the PollSet of the process that waits
 * @w: the waker of the thread that waits; may stand in @ps already
 *
 * A full PollSet evicts the oldest waker, and wakes it unless that is @w (seed 283
 * and 420).  Where both have been evicted since there was news, and where @w knows
 * no bound, it goes to the overflow list instead.
 *
 * Return: 0; -ENOMEM, the waker stands nowhere.
 */
int aw_pollset_register(struct aw_pollset *ps, struct aw_waker *w)
{
	bool full = ps->n == AW_POLLSET_MAX;

	if (w->unbounded || (full && would_spin(ps, w))) {
		register_overflow(ps, w);
		return 0;
	}
	if (!ps->slot)
		ps->slot = aw_alloc(AW_POLLSET_MAX * sizeof(*ps->slot));
	if (!ps->slot)
		return -ENOMEM;
	if (full)
		evict_oldest(ps, w);
	aw_waker_get(w);
	push_slot(ps, w);
	return 0;
}

/* False if the waker does not hear of the news: the caller puts it back. */
static bool tell_one(struct aw_waker *w, const struct aw_news *news)
{
	if (news && w->host->hears && !w->host->hears(w, news))
		return false;
	wake_one(w, false);
	aw_waker_put(w);
	return true;
}

static struct aw_waker **slot_of(struct aw_pollset *ps, unsigned int i)
{
	return &ps->slot[(ps->first + i) % AW_POLLSET_MAX];
}

/* Which of the ring's wakers is told next: bit i of @left stands for the i-th. */
static unsigned int next_slot(struct aw_pollset *ps, u64 left)
{
	unsigned int i, next = 0;

	while (!(left >> next & 1))
		next++;
	if (!(*slot_of(ps, next))->latest_first)
		return next;
	for (i = next + 1; i < ps->n; i++)
		if (left >> i & 1 && is_before(*slot_of(ps, i), *slot_of(ps, next)))
			next = i;
	return next;
}

/* Those that do not hear of the news keep their places. */
static void tell_slots(struct aw_pollset *ps, const struct aw_news *news)
{
	unsigned int n = ps->n, i;
	u64 left = n ? ~0ULL >> (AW_POLLSET_MAX - n) : 0, woken = 0;
	struct aw_waker *w;

	while (left) {
		i = next_slot(ps, left);
		left &= ~(1ULL << i);
		if (tell_one(*slot_of(ps, i), news))
			woken |= 1ULL << i;
	}
	for (i = 0; i < n; i++) {
		w = pop_slot(ps);
		if (!(woken >> i & 1))
			push_slot(ps, w);
	}
}

/**
 * aw_pollset_tell - wake each waker in the PollSet that hears of some news
 * @ps: the PollSet
 * @news: what has happened; NULL: something that every waker hears of
 *
 * In the order of registration, or where the policy wants that the latest call first;
 * a waker that stands in it twice is woken twice.
 */
void aw_pollset_tell(struct aw_pollset *ps, const struct aw_news *news)
{
	struct aw_waker *w, *next;

	tell_slots(ps, news);
	list_for_each_entry_safe(w, next, &ps->overflow, overflow) {
		list_del_init(&w->overflow);
		if (!tell_one(w, news))
			list_add_tail(&w->overflow, &next->overflow);
	}
}

/**
 * aw_pollset_wake - empty the PollSet and wake all that stood in it
 * @ps: the PollSet
 *
 * For tests: in the module there is always news to tell of.  See
 * aw_pollset_tell().
 */
void aw_pollset_wake(struct aw_pollset *ps)
{
	aw_pollset_tell(ps, NULL);
}
