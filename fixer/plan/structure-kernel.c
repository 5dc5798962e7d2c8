/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel has of structures that a patch changes, with the user's leave, or only names otherwise. Comes in: the
 * structures of units. Goes out: their names and sizes in the kernel, which signatures have: a function whose parameter
 * points to such a structure is the one that the kernel has. For plan-spread and plan-write.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/structures.h"

static bool is_known_structure(const struct kernel_structures *all,
			       const struct digest_structure *new)
{
	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->list[i].new->name, new->name) &&
		    all->list[i].new->size == new->size)
			return true;
	return false;
}

void kernel_structures_add(struct kernel_structures *all, const struct unit_structures *structures,
			   const struct digest *new_digest)
{
	for (size_t i = 0; i < new_digest->structure_count; i++) {
		const struct digest_structure *new = &new_digest->structures[i];
		const struct digest_structure *old = structures->list[i].old;

		if (!old || digest_own_structure(new) || !old->size || !new->size ||
		    (old->size == new->size && !strcmp(old->name, new->name)) ||
		    is_known_structure(all, new))
			continue;
		all->list = array_grow(all->list, all->count, sizeof(*all->list));
		all->list[all->count++] = (struct kernel_structure){ old, new };
	}
}

/* The tag that the kernel has for TAG, of LENGTH bytes; KIND is 'S' or 'U'. */
static const char *kernel_tag(const struct unit_structures *structures, char kind, const char *tag,
			      int length, struct arena *arena)
{
	const char *own = arena_printf(arena, "%.*s", length, tag);
	const struct unit_structure *structure = structures_get(
		structures, arena_printf(arena, "%s %s", kind == 'S' ? "struct" : "union", own));
	const char *blank = structure && structure->old ? strchr(structure->old->name, ' ') : NULL;

	return blank ? blank + 1 : own;
}

const char *structures_kernel_signature(const struct unit_structures *structures,
					const char *signature, struct arena *arena)
{
	const char *text = "", *at = signature;

	while (*at) {
		/* "S8:tag;": no other piece of a signature has a colon behind these. */
		size_t start = strcspn(at, "SUE"), digits = 0, length;

		if (at[start])
			digits = strspn(at + start + 1, "0123456789");
		if (!at[start] || at[start + 1 + digits] != ':')
			return arena_printf(arena, "%s%s", text, at);
		start += digits + 2;
		length = strcspn(at + start, ";");
		text = arena_printf(arena, "%s%.*s%s", text, (int)start, at,
				    at[start - digits - 2] == 'E'
					    ? arena_printf(arena, "%.*s", (int)length, at + start)
					    : kernel_tag(structures, at[start - digits - 2],
							 at + start, (int)length, arena));
		at += start + length;
	}
	return text;
}
