/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures. Comes in: the digests of units as they were and as they are patched. Goes out: errors about structures
 * that have become others.
 */
#include "plan/structures.h"

#include <string.h>

#include "base/diag.h"
#include "base/name-table.h"
#include "plan/changed.h"
#include "plan/line-table.h"
#include "plan/lines.h"

struct context {
	const char *numbered; /* the folder of files with numbered lines; NULL: none */
	struct arena *arena;
};

/* A header's structure is one problem, however many files include it. */
static bool was_reported(const struct digest_structure *structure, struct arena *arena)
{
	static struct name_table reported;
	const char *key = arena_printf(arena, "%s:%u:%s",
				       structure->place.file ? structure->place.file : "",
				       structure->place.line, structure->tag);

	if (name_table_find(&reported, key))
		return true;
	name_table_add(&reported, key);
	return false;
}

/* Objects that are there already, and code that is not replaced, have the old layout. */
int structures_compare(const struct digest *old_digest, const struct digest *new_digest,
		       struct arena *arena)
{
	int result = 0;

	for (size_t i = 0; i < new_digest->structure_count; i++) {
		const struct digest_structure *structure = &new_digest->structures[i], *old;

		old = digest_find_structure(old_digest, structure->tag);
		if (!old || !strcmp(old->layout, structure->layout) ||
		    was_reported(structure, arena))
			continue;
		if (diag_refuse(&structure->place, "layout",
				"the patch changes the layout of 'struct %s'", structure->tag))
			result = -1;
		diag_note(
			NULL,
			"objects that exist have the old one: keep new members in a shadow variable, "
			"klp_shadow_alloc(), or use --allow=layout if there are no such objects");
	}
	return result;
}

static int take_unit(void *data, char **fields, size_t count, const struct diag_place *place)
{
	const struct context *context = data;
	struct digest old, new;
	int result = digest_read(&old, fields[UNIT_OLD], context->arena);

	(void)count;
	(void)place;
	if (!result) {
		result = digest_read(&new, fields[UNIT_NEW], context->arena);
		if (!result)
			result = line_table_apply(&new, context->numbered, context->arena);
		if (!result)
			result = structures_compare(&old, &new, context->arena);
		digest_free(&new);
	}
	digest_free(&old);
	return result;
}

int structures_compare_all(const char *list, const char *numbered, struct arena *arena)
{
	struct context context = { numbered, arena };

	return lines_read(list, UNIT_LEAST_COLUMNS, UNIT_COLUMNS, take_unit, &context, arena);
}
