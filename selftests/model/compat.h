/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the kernel that the pure files use, in userspace: its names, and
 * no more than they need.
 */
#ifndef _ALTWAIT_COMPAT_H
#define _ALTWAIT_COMPAT_H

#include <assert.h>
#include <bsd/sys/tree.h>
#include <errno.h>
#include <linux/ptrace.h>
#include <linux/wait.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef signed int s32;
typedef unsigned int u32;
typedef signed long long s64;
typedef unsigned long long u64;

#define S32_MIN (-0x7fffffff - 1)
#define S32_MAX 0x7fffffff
#define U32_MAX 0xffffffffU
#define S64_MAX 0x7fffffffffffffffLL

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#undef __aligned	/* libbsd has one */
#define __aligned(n) __attribute__((aligned(n)))
#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))

/* There is one thread. */
#define smp_store_release(p, v) (*(p) = (v))

#define aw_alloc(size) calloc(1, size)
#define aw_free(p) free(p)

/* What swaps is the library's. */
static inline void sort(void *base, size_t n, size_t size,
			int (*compare)(const void *a, const void *b), void *swap)
{
	if (n)
		qsort(base, n, size, compare);
}

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* ------------------------------------------- a ring of nodes with one head */

struct list_head {
	struct list_head *next, *prev;
};

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

static inline void list_link(struct list_head *a, struct list_head *b)
{
	a->next = b;
	b->prev = a;
}

/* Right after @at. */
static inline void list_add(struct list_head *node, struct list_head *at)
{
	struct list_head *after = at->next;

	list_link(at, node);
	list_link(node, after);
}

/* Right before @at; where that is the head, at the end. */
static inline void list_add_tail(struct list_head *node, struct list_head *at)
{
	list_add(node, at->prev);
}

/* What follows the node's own pointers afterwards traps. */
static inline void list_del(struct list_head *node)
{
	list_link(node->prev, node->next);
	node->next = NULL;
	node->prev = NULL;
}

static inline void list_del_init(struct list_head *node)
{
	list_link(node->prev, node->next);
	INIT_LIST_HEAD(node);
}

static inline void list_move_tail(struct list_head *node, struct list_head *at)
{
	list_link(node->prev, node->next);
	list_add_tail(node, at);
}

static inline int list_empty(const struct list_head *head)
{
	return head->next == head;
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) \
	list_entry((head)->next, type, member)

#define list_at(node, pos, member) \
	list_entry(node, __typeof__(*(pos)), member)

#define list_for_each_entry(pos, head, member)				\
	for (pos = list_at((head)->next, pos, member);			\
	     &pos->member != (head);					\
	     pos = list_at(pos->member.next, pos, member))

#define list_for_each_entry_reverse(pos, head, member)			\
	for (pos = list_at((head)->prev, pos, member);			\
	     &pos->member != (head);					\
	     pos = list_at(pos->member.prev, pos, member))

/* The body may remove pos. */
#define list_for_each_entry_safe(pos, ahead, head, member)		\
	for (pos = list_at((head)->next, pos, member),			\
	     ahead = list_at(pos->member.next, pos, member);		\
	     &pos->member != (head);					\
	     pos = ahead, ahead = list_at(pos->member.next, pos, member))

/* -------------------------------------- <linux/rbtree.h>, by libbsd's trees */

struct rb_node {
	RB_ENTRY(rb_node) entry;
};

RB_HEAD(rb_tree, rb_node);

struct rb_root_cached {
	struct rb_tree tree;
};

#define RB_ROOT_CACHED ((struct rb_root_cached){ { NULL } })

typedef bool (*rb_less_fn)(struct rb_node *a, const struct rb_node *b);

/* Only an insertion compares. */
static __thread rb_less_fn rb_less;

static inline int rb_compare(struct rb_node *a, struct rb_node *b)
{
	return rb_less(a, b) ? -1 : 1;
}

RB_GENERATE_INTERNAL(rb_tree, rb_node, entry, rb_compare, static __attribute__((unused)))

static inline void rb_add_cached(struct rb_node *node, struct rb_root_cached *root,
				 rb_less_fn less)
{
	rb_less = less;
	RB_INSERT(rb_tree, &root->tree, node);
}

static inline void rb_erase_cached(struct rb_node *node, struct rb_root_cached *root)
{
	RB_REMOVE(rb_tree, &root->tree, node);
}

static inline struct rb_node *rb_first_cached(struct rb_root_cached *root)
{
	return RB_MIN(rb_tree, &root->tree);
}

static inline struct rb_node *rb_next(struct rb_node *node)
{
	return RB_NEXT(rb_tree, NULL, node);
}

#define rb_entry(ptr, type, member) container_of(ptr, type, member)

#endif /* _ALTWAIT_COMPAT_H */
