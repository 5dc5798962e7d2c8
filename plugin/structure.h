/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What structures and unions are called, and their members. */
#ifndef KLPMAKE_STRUCTURE_H
#define KLPMAKE_STRUCTURE_H

bool structure_is(tree type);
/* "struct s", "union u", or what a typedef calls it. NULL: it has no name, or one that only a function knows. */
const char *structure_name(tree type);
/* A size as a number; 0: it is none. */
unsigned HOST_WIDE_INT structure_bits(tree size);
/* Has TYPE, or what it is an array of, members that count as those of the structure around it? */
bool structure_is_part(tree type);

/* FIELD is PLACE bits behind the structure's start; NAME, as "a", "a.b" or "a[].b", is NULL where it has none. */
typedef void structure_member_function(tree field, const char *name, unsigned HOST_WIDE_INT place,
				       void *data);

/* Calls SEE for all members of TYPE, and those of members without a named type. */
void structure_each_member(tree type, structure_member_function *see, void *data);

#endif
