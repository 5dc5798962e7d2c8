/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which variable was which. Comes in: the digests of a source file before and after a diff. Goes out: each variable
 * of one with the one that it was, or has become, in the other. For plan-compare, which is next.
 *
 * A name tells that, but for static variables inside of functions: blocks of one function may each have one of the
 * same name. For example, a patch of sock_set_timeout() of net/core/sock.c writes a block with a counter of its own
 * before one that has such a counter already:
 *
 *	+	if (tv.tv_sec > 1000000) {
 *	+		static int warned __read_mostly;
 *	+		warned += 1000;
 *	+	}
 *		if (tv.tv_sec < 0) {
 *			static int warned __read_mostly;
 *			...
 *
 * Names, types and values are equal, and the first of the old ones is the second of the new ones. What the blocks do
 * tells them apart: the digest has that of the block that each variable stands in. Blocks that are equal are paired
 * in their order if there are as many as before. What is left is new, or gone, or, if there is something left on
 * both sides, uncertain, unless there are as many variables as before and the others have kept their places. Nothing
 * is guessed then: two counters that become one are wrong for good.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/line-match.h"
#include "plan/plan.h"

/* The variables of one name in one function, by their order. */
struct group {
	struct digest_variable **olds, **news; /* from malloc */
	size_t old_count, new_count;
};

static struct digest_variable **collect(const struct digest *digest,
					const struct digest_variable *like, size_t *count)
{
	struct digest_variable **list = NULL;

	*count = 0;
	for (size_t i = 0; i < digest->variable_count; i++) {
		size_t at = *count;

		if (!digest_is_like(&digest->variables[i], like) ||
		    plan_is_private(&digest->variables[i]))
			continue;
		list = array_grow(list, *count, sizeof(*list));
		for (; at && list[at - 1]->order > digest->variables[i].order; at--)
			list[at] = list[at - 1];
		list[at] = &digest->variables[i];
		++*count;
	}
	return list;
}

static void pair(struct digest_variable *old, struct digest_variable *new)
{
	new->pair = old;
	old->pair = new;
}

/* Are both certain to be the same, as far as their blocks tell? There is but one outermost block. */
static bool is_same_place(const struct digest_variable *a, const struct digest_variable *b)
{
	if (!a->block || !b->block || strcmp(a->block, b->block))
		return false;
	return !strcmp(a->block, DIGEST_OUTERMOST) ||
	       (!strcmp(a->layout, b->layout) && !strcmp(a->value, b->value));
}

static size_t count_same(struct digest_variable **list, size_t count,
			 const struct digest_variable *like)
{
	size_t same = 0;

	for (size_t i = 0; i < count; i++)
		same += is_same_place(list[i], like);
	return same;
}

static void pair_same_places(const struct group *group)
{
	for (size_t i = 0; i < group->new_count; i++) {
		struct digest_variable *new = group->news[i];

		if (count_same(group->olds, group->old_count, new) !=
		    count_same(group->news, group->new_count, new))
			continue;
		for (size_t j = 0; j < group->old_count && !new->pair; j++)
			if (!group->olds[j]->pair && is_same_place(group->olds[j], new))
				pair(group->olds[j], new);
	}
}

static size_t count_unpaired(struct digest_variable **list, size_t count)
{
	size_t unpaired = 0;

	for (size_t i = 0; i < count; i++)
		unpaired += !list[i]->pair;
	return unpaired;
}

/* Have those that are paired the same places among all of them, of which there are as many as before? */
static bool have_kept_places(const struct group *group)
{
	for (size_t i = 0; i < group->new_count && group->new_count == group->old_count; i++)
		if (group->news[i]->pair && group->news[i]->pair != group->olds[i])
			return false;
	return group->new_count == group->old_count;
}

static void pair_group(const struct group *group)
{
	bool certain;

	pair_same_places(group);
	certain = have_kept_places(group);
	if (!count_unpaired(group->olds, group->old_count) ||
	    !count_unpaired(group->news, group->new_count))
		return;
	for (size_t i = 0; i < group->new_count; i++) {
		if (group->news[i]->pair)
			continue;
		if (certain)
			pair(group->olds[i], group->news[i]);
		else
			group->news[i]->uncertain = true;
	}
}

static bool are_equal_constants(const struct digest_variable *a, const struct digest_variable *b)
{
	return digest_is_constant(a) && digest_is_constant(b) && !strcmp(a->layout, b->layout) &&
	       !strcmp(a->value, b->value);
}

/* Gives equal constants equal numbers, from 1 on, and all else one of its own. */
static void number_equal(const struct group *group, size_t *olds, size_t *news)
{
	size_t next = 1;

	for (size_t i = 0; i < group->old_count + group->new_count; i++) {
		bool is_new = i >= group->old_count;
		const struct digest_variable *variable = is_new ? group->news[i - group->old_count]
								: group->olds[i];
		size_t *number = is_new ? &news[i - group->old_count] : &olds[i];

		for (size_t j = 0; j < group->old_count && j < i && !*number; j++)
			if (are_equal_constants(group->olds[j], variable))
				*number = olds[j];
		*number = *number ? *number : next++;
	}
}

/* Constants of one name that are equal are the same: in their order, as far as there is one. */
static void pair_equal(const struct group *group)
{
	size_t *olds = xcalloc(group->old_count + 1, sizeof(*olds));
	size_t *news = xcalloc(group->new_count + 1, sizeof(*news));
	size_t *matches = xcalloc(group->new_count + 1, sizeof(*matches));

	number_equal(group, olds, news);
	line_match(&(struct line_list){ olds, group->old_count },
		   &(struct line_list){ news, group->new_count }, matches);
	for (size_t i = 0; i < group->new_count; i++)
		if (matches[i])
			pair(group->olds[matches[i] - 1], group->news[i]);
	for (size_t i = 0; i < group->new_count; i++)
		for (size_t j = 0; j < group->old_count && !group->news[i]->pair; j++)
			if (!group->olds[j]->pair && olds[j] == news[i])
				pair(group->olds[j], group->news[i]);
	free(olds);
	free(news);
	free(matches);
}

/* The place of OLD in the group, from 1 on; 0: OLD is NULL. */
static size_t place_of_old(const struct group *group, const struct digest_variable *old)
{
	for (size_t i = 0; i < group->old_count; i++)
		if (group->olds[i] == old)
			return i + 1;
	return 0;
}

/* What stands in both between the same two that were paired. */
static void pair_between(const struct group *group)
{
	size_t from = 0;

	for (size_t i = 0; i < group->new_count; i++) {
		size_t end = group->old_count;

		if (group->news[i]->pair) {
			from = place_of_old(group, group->news[i]->pair);
			continue;
		}
		for (size_t j = i + 1; j < group->new_count; j++)
			if (group->news[j]->pair) {
				end = place_of_old(group, group->news[j]->pair) - 1;
				break;
			}
		if (from < end && !group->olds[from]->pair)
			pair(group->olds[from++], group->news[i]);
	}
}

static bool are_constants(struct digest_variable **list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!digest_is_constant(list[i]))
			return false;
	return true;
}

static void pair_by_kind(const struct group *group)
{
	pair_equal(group);
	if (are_constants(group->olds, group->old_count) &&
	    are_constants(group->news, group->new_count)) {
		pair_between(group);
		return;
	}
	pair_group(group);
	for (size_t i = 0; i < group->new_count; i++)
		if (digest_is_constant(group->news[i]))
			group->news[i]->uncertain = false;
}

/*
 * Does it not matter which one it is: is it the code's own, or the key of a lock's class, of which another one is only
 * another class?
 */
static bool is_any_good(const struct digest_variable *variable)
{
	return plan_is_private(variable) || !strcmp(variable->name, "__key");
}

/* The old one that NEW is by its name and, if there are several, its type and value. */
static void pair_by_name(const struct digest *old_digest, struct digest_variable *new)
{
	struct digest_variable *old = digest_find_variable(old_digest, new);

	new->pair = old;
	if (old && !old->pair)
		old->pair = new;
}

static void pair_statics(const struct plan_unit *unit, struct digest_variable *new)
{
	struct group group;

	group.olds = collect(&unit->old_digest, new, &group.old_count);
	group.news = collect(&unit->new_digest, new, &group.new_count);
	/* Once for all of them. */
	if (group.news[0] == new)
		pair_by_kind(&group);
	free(group.olds);
	free(group.news);
}

/* The names of what is registered may have a line and a number of __COUNTER__, as those of initcalls do. */
static void pair_registered(const struct digest *old_digest, struct digest_variable *new)
{
	for (size_t i = 0; i < old_digest->variable_count && !new->pair; i++) {
		struct digest_variable *old = &old_digest->variables[i];

		if (!old->pair && !strcmp(old->section, new->section) &&
		    !strcmp(old->layout, new->layout) && !strcmp(old->value, new->value))
			pair(old, new);
	}
}

void plan_pair(struct plan_unit *unit)
{
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		struct digest_variable *new = &unit->new_digest.variables[i];

		if (new->function && !is_any_good(new))
			pair_statics(unit, new);
		else
			pair_by_name(&unit->old_digest, new);
	}
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		struct digest_variable *new = &unit->new_digest.variables[i];

		if (!new->pair && plan_is_registered(new))
			pair_registered(&unit->old_digest, new);
	}
}

/* The only one of its name, of which the kernel has several symbols. */
static void refuse_unlocated(const struct digest_variable *variable, struct arena *arena)
{
	diag_error(&variable->place, "data", "which symbol of the kernel is %s cannot be told",
		   plan_variable_name(variable, arena));
	diag_note(NULL, "its debug information does not say where it is: let the code use a new "
			"variable of another name");
}

void plan_refuse_uncertain(const struct plan_unit *unit, const struct digest_variable *variable,
			   struct arena *arena)
{
	struct group group;

	if (digest_count_variables(&unit->old_digest, variable) == 1 &&
	    digest_count_variables(&unit->new_digest, variable) == 1) {
		refuse_unlocated(variable, arena);
		return;
	}
	diag_error(&variable->place, "data",
		   "which of the variables '%s' of function '%s' the kernel has cannot be told",
		   variable->name, variable->function);
	group.olds = collect(&unit->old_digest, variable, &group.old_count);
	group.news = collect(&unit->new_digest, variable, &group.new_count);
	for (size_t i = 0; i < group.old_count; i++)
		if (!group.olds[i]->pair || group.olds[i] == variable->pair)
			diag_note(&group.olds[i]->place, "the kernel's '%s', before the patch",
				  variable->name);
	for (size_t i = 0; i < group.new_count; i++)
		if (group.news[i]->uncertain && group.news[i] != variable)
			diag_note(&group.news[i]->place, "another '%s' of the patched file",
				  variable->name);
	diag_note(NULL, "give those that the patch adds other names");
	free(group.olds);
	free(group.news);
}
