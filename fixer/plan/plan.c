/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan. Comes in: a list of units with their digests before and after the patch. Goes out: a plan for each
 * unit of which something is replaced, and entries for all, written by the stages that plan.h lists.
 */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "plan/entries.h"
#include "plan/line-table.h"
#include "plan/lines.h"
#include "plan/same-code.h"

/* Columns of the list. */
enum {
	UNIT_SOURCE,
	UNIT_OLD_DIGEST,
	UNIT_NEW_DIGEST,
	UNIT_OLD_OBJECT, /* may be empty */
	UNIT_PLAN,
	UNIT_LEAST_COLUMNS,
	UNIT_ENTRIES = UNIT_LEAST_COLUMNS, /* may be missing, as may both of these: */
	UNIT_OLD_CODE,
	UNIT_NEW_CODE,
	UNIT_COLUMNS,
};

struct plans {
	struct resolver *resolver;
	const struct plan_folders *folders;
	struct plan_unit *units; /* from malloc */
	size_t count;
	struct structure_changes structures;
	struct kernel_structures kernel_structures;
	struct own_texts texts;
};

static int take_unit(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct source_hint hint = { .of_diff = true };
	struct plans *plans = context;
	struct plan_unit *unit;

	if (count == UNIT_NEW_CODE) {
		diag_error(place, "format",
			   "an object of the original, but none of the patched file");
		return -1;
	}
	plans->units = array_grow(plans->units, plans->count, sizeof(*plans->units));
	unit = &plans->units[plans->count++];
	memset(unit, 0, sizeof(*unit));
	unit->tag = fields[UNIT_SOURCE];
	unit->old_object = *fields[UNIT_OLD_OBJECT] ? fields[UNIT_OLD_OBJECT] : NULL;
	unit->plan_path = fields[UNIT_PLAN];
	unit->entries_path = count > UNIT_ENTRIES ? fields[UNIT_ENTRIES] : NULL;
	if (count == UNIT_COLUMNS) {
		unit->old_code = fields[UNIT_OLD_CODE];
		unit->new_code = fields[UNIT_NEW_CODE];
	}
	unit->source = source_find(plans->resolver, fields[UNIT_SOURCE], &hint, place);
	if (!unit->source->object ||
	    digest_read(&unit->old_digest, fields[UNIT_OLD_DIGEST], plans->resolver->arena) ||
	    digest_read(&unit->new_digest, fields[UNIT_NEW_DIGEST], plans->resolver->arena))
		return -1;
	return line_table_apply(&unit->new_digest, plans->folders->numbered,
				plans->resolver->arena);
}

static int report_nothing(const struct plans *plans)
{
	bool changed = false;

	for (size_t i = 0; i < plans->count; i++)
		changed = changed || plans->units[i].function_count;
	diag_error(
		NULL, "nothing",
		changed ? "no code of this kernel is changed: what the patch changes is not in it"
			: "the patch changes nothing that this kernel's code does");
	return -1;
}

/* What follows from them, and is no error by itself, may be in other units than the one that has a change first. */
static void compare_structures(struct plans *plans)
{
	struct arena *arena = plans->resolver->arena;

	for (size_t i = 0; i < plans->count; i++) {
		struct plan_unit *unit = &plans->units[i];

		plan_pair(unit);
		structures_find(&plans->structures, &unit->old_digest, &unit->new_digest,
				&unit->structures, arena);
		kernel_structures_add(&plans->kernel_structures, &unit->structures,
				      &unit->new_digest);
		plan_follow(unit, &plans->texts);
	}
	structure_report(&plans->structures, false, arena);
}

static void make_plans(struct resolver *resolver, struct plans *plans)
{
	bool replaces = false;

	compare_structures(plans);
	for (size_t i = 0; i < plans->count; i++) {
		struct plan_unit *unit = &plans->units[i];

		if (!plan_compare(unit, resolver->arena) && !plan_spread(resolver, unit, 0) &&
		    !plan_compiled(resolver, unit))
			plan_check_reached(unit, resolver->arena);
		if (plan_replaces(unit))
			same_code_check(resolver, unit);
		replaces = replaces || plan_replaces(unit);
	}
	plan_check_moved(plans->units, plans->count, resolver->arena);
	plan_check_staying(plans->units, plans->count, resolver->arena);
	if (diag_errors() || (!replaces && report_nothing(plans)))
		return;
	for (size_t i = 0; i < plans->count; i++) {
		if (plans->units[i].function_count || plan_contributes(&plans->units[i]))
			plan_summarise(&plans->units[i], stdout);
		if (plan_contributes(&plans->units[i]) &&
		    plan_write(resolver, &plans->units[i], &plans->kernel_structures))
			return;
	}
	if (entries_write(plans->units, plans->count, resolver->arena))
		return;
	if (plans->folders->unreached)
		entries_write_unreached(plans->units, plans->count, plans->folders->unreached,
					resolver->arena);
}

static void free_unit(struct plan_unit *unit)
{
	digest_free(&unit->old_digest);
	digest_free(&unit->new_digest);
	structures_free(&unit->structures);
	free(unit->functions);
}

int plan_make(struct resolver *resolver, const char *list, const struct plan_folders *folders)
{
	struct plans plans = { .resolver = resolver, .folders = folders };

	plans.texts = (struct own_texts){ .source = folders->source,
					  .files = folders->files,
					  .arena = resolver->arena };
	if (!lines_read(list, UNIT_LEAST_COLUMNS, UNIT_COLUMNS, take_unit, &plans, resolver->arena))
		make_plans(resolver, &plans);
	for (size_t i = 0; i < plans.count; i++)
		free_unit(&plans.units[i]);
	free(plans.units);
	structure_changes_free(&plans.structures);
	free(plans.kernel_structures.list);
	own_texts_free(&plans.texts);
	return diag_errors() ? -1 : 0;
}
