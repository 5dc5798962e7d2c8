/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the members of a structure, as it was and as it is patched, belong together. Comes in: two structures. Goes out: for
 * each member the one that it was, or has become. For structures.c, which finds what has changed, and
 * structure-report.c.
 */
#include "plan/structure-members.h"

#include <stdlib.h>
#include <string.h>

bool member_is_container(const struct digest_member *member)
{
	return !member->structure &&
	       (!strcmp(member->type, "record_type") || !strcmp(member->type, "union_type"));
}

bool member_has_same_place(const struct digest_member *old, const struct digest_member *new)
{
	return old->place == new->place && old->size == new->size;
}

static void pair_members(struct member_pairs *pairs, size_t old, size_t new)
{
	pairs->old_of[new] = old + 1;
	pairs->new_of[old] = new + 1;
}

/* Has it only another name? */
static bool is_renamed(const struct digest_member *old, const struct digest_member *new)
{
	return member_has_same_place(old, new) && !strcmp(old->type, new->type) &&
	       string_is_same(old->structure, new->structure) &&
	       string_is_same(old->users, new->users);
}

void member_pairs_find(struct member_pairs *pairs, const struct digest *old_digest,
		       const struct digest_structure *old, const struct digest *new_digest,
		       const struct digest_structure *new)
{
	pairs->old_of = xcalloc(new->member_count + 1, sizeof(*pairs->old_of));
	pairs->new_of = xcalloc(old->member_count + 1, sizeof(*pairs->new_of));
	for (int by_name = 1; by_name >= 0; by_name--)
		for (size_t i = 0; i < new->member_count; i++)
			for (size_t j = 0; j < old->member_count && !pairs->old_of[i]; j++) {
				const struct digest_member *one =
					digest_member_of(old_digest, old, j);
				const struct digest_member *other =
					digest_member_of(new_digest, new, i);

				if (!pairs->new_of[j] && (by_name ? !strcmp(one->name, other->name)
								  : is_renamed(one, other)))
					pair_members(pairs, j, i);
			}
}

void member_pairs_free(struct member_pairs *pairs)
{
	free(pairs->old_of);
	free(pairs->new_of);
}
