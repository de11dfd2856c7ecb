// SPDX-License-Identifier: GPL-2.0
/*
 * Which events wake a sleeping wait call: Linux's rule and the reference's for
 * each, and the quirk that makes the one the other.
 */
#include "wakes.h"

/**
 * struct aw_wake_rule - what one kind of news does to a call that it concerns
 * @linux_wakes: true if Linux wakes for it
 * @starry_wakes: true if the reference does
 * @quirk: makes the reference's rule of Linux's; none where both are alike
 */
struct aw_wake_rule {
	bool	linux_wakes;
	bool	starry_wakes;
	aw_quirkset	quirk;
};

static const struct aw_wake_rule aw_wake_rules[AW_N_NEWS] = {
	[AW_NEWS_RECORDED]    = { false, false, 0 },
	[AW_NEWS_END]	      = { true, true, 0 },
	[AW_NEWS_STOP]	      = { true, true, 0 },
	[AW_NEWS_TRACED_STOP] = { true, false, AW_Q(TRACED_STOP_NO_JOB) },
	[AW_NEWS_TRACED_END]  = { false, true,
				  AW_Q(TRACED_EXIT_WAKES_PARENT) },
	[AW_NEWS_THREADS_END] = { false, true, AW_Q(TRACE_BY_PROCESS) },
	[AW_NEWS_HELD_END]    = { false, true, AW_Q(DELAYED_END_TOLD) },
	[AW_NEWS_LATE_END]    = { true, false, AW_Q(DELAYED_END_TOLD) },
	[AW_NEWS_THREAD_END]  = { true, false, AW_Q(THREAD_ENDS_UNTOLD) },
	[AW_NEWS_CONT_SENT]   = { false, true, AW_Q(CONTINUE_WAKES_AT_ONCE) },
	[AW_NEWS_CONT_RUNS]   = { true, false, AW_Q(CONTINUE_WAKES_AT_ONCE) },
	[AW_NEWS_CONT_TRACER] = { true, false, AW_Q(CONTINUE_WAKES_PARENT) },
	[AW_NEWS_ADOPTED]     = { true, false, AW_Q(ADOPTION_SILENT) },
	[AW_NEWS_LET_GO]      = { true, false, AW_Q(DETACH_SILENT) },
	[AW_NEWS_PASSED]      = { true, false, AW_Q(TRACER_REAP_SILENT) },
	[AW_NEWS_FULL]	      = { false, true, AW_Q(POLLSET_64) },
};

/**
 * aw_wakes - true if news wakes a call
 * @quirks: of the call's policy
 * @kind: of the news
 * @by: by which quirks the news concerns the call, as in struct aw_heard
 *
 * Return: true if a call with these quirks is woken.
 */
bool aw_wakes(aw_quirkset quirks, enum aw_news_kind kind, aw_quirkset by)
{
	const struct aw_wake_rule *rule = &aw_wake_rules[kind];

	if (!(by & (quirks | AW_CONCERNS)))
		return false;
	return quirks & rule->quirk ? rule->starry_wakes : rule->linux_wakes;
}

/**
 * aw_heard_by - true if any of the news wakes a call
 * @h: the news
 * @quirks: of the call's policy
 *
 * Return: true if a call with these quirks is woken by any of it.
 */
bool aw_heard_by(const struct aw_heard *h, aw_quirkset quirks)
{
	enum aw_news_kind kind;

	for (kind = 0; kind < AW_N_NEWS; kind++)
		if (aw_wakes(quirks, kind, h->by[kind]))
			return true;
	return false;
}

/**
 * aw_heard_move - add news to other news
 * @h: the other
 * @from: has none afterwards
 */
void aw_heard_move(struct aw_heard *h, struct aw_heard *from)
{
	enum aw_news_kind kind;

	for (kind = 0; kind < AW_N_NEWS; kind++)
		h->by[kind] |= from->by[kind];
	memset(from, 0, sizeof(*from));
}
