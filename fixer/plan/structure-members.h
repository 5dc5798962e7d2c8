/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the members of a structure, as it was and as it is patched, belong together. */
#ifndef KLPMAKE_STRUCTURE_MEMBERS_H
#define KLPMAKE_STRUCTURE_MEMBERS_H

#include "plan/digest-file.h"

struct member_pairs {
	size_t *old_of; /* for each of the new ones: the old one's place from 1 on, 0: there is none; from malloc */
	size_t *new_of; /* likewise for the old ones */
};

/* By their names; else by what they are and who uses them, as those that have another name. */
void member_pairs_find(struct member_pairs *pairs, const struct digest *old_digest,
		       const struct digest_structure *old, const struct digest *new_digest,
		       const struct digest_structure *new);
void member_pairs_free(struct member_pairs *pairs);

/* Is MEMBER only what others are in, which are members themselves? */
bool member_is_container(const struct digest_member *member);
bool member_has_same_place(const struct digest_member *old, const struct digest_member *new);

#endif
