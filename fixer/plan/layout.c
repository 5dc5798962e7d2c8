/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Refuses changed structures before all units are compiled. Comes in: the digests of a few, as they were and as they are
 * patched. Goes out: messages. All that the user allows is left for the plan to tell, which sees all units.
 */
#include "plan/layout.h"

#include <stdlib.h>

#include "plan/changed.h"
#include "plan/line-table.h"
#include "plan/lines.h"
#include "plan/structures.h"

/* Their digests are there until all is reported. */
struct compared {
	const char *numbered; /* the folder of files with numbered lines; NULL: none */
	struct arena *arena;
	struct digest **digests; /* from malloc, and so is each */
	size_t count;
	struct structure_changes all;
};

static struct digest *add_digest(struct compared *compared, const char *path)
{
	struct digest *digest = xcalloc(1, sizeof(*digest));

	compared->digests =
		array_grow(compared->digests, compared->count, sizeof(*compared->digests));
	compared->digests[compared->count++] = digest;
	return digest_read(digest, path, compared->arena) ? NULL : digest;
}

static int take_unit(void *data, char **fields, size_t count, const struct diag_place *place)
{
	struct compared *compared = data;
	struct digest *old = add_digest(compared, fields[UNIT_OLD]);
	struct digest *new = old ? add_digest(compared, fields[UNIT_NEW]) : NULL;
	struct unit_structures structures;

	(void)count;
	(void)place;
	if (!new || line_table_apply(new, compared->numbered, compared->arena))
		return -1;
	structures_find(&compared->all, old, new, &structures, compared->arena);
	structures_free(&structures);
	return 0;
}

int layout_refuse(const char *list, const char *numbered, struct arena *arena)
{
	struct compared compared = { .numbered = numbered, .arena = arena };
	int result =
		lines_read(list, UNIT_LEAST_COLUMNS, UNIT_COLUMNS, take_unit, &compared, arena);

	if (structure_report(&compared.all, true, arena))
		result = -1;
	structure_changes_free(&compared.all);
	for (size_t i = 0; i < compared.count; i++) {
		digest_free(compared.digests[i]);
		free(compared.digests[i]);
	}
	free(compared.digests);
	return result;
}
