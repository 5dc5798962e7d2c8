/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan. Comes in: a list of units with their digests before and after the patch. Goes out: a plan and entries for
 * each unit of which something is replaced, written by the stages that plan.h lists.
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
	const char *numbered;	 /* the folder of files with numbered lines; NULL: none */
	struct plan_unit *units; /* from malloc */
	size_t count;
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
	return line_table_apply(&unit->new_digest, plans->numbered, plans->resolver->arena);
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

static int write_unit(struct resolver *resolver, const struct plan_unit *unit)
{
	if (plan_write(resolver, unit))
		return -1;
	return unit->entries_path ? entries_write(unit, resolver->arena) : 0;
}

static void make_plans(struct resolver *resolver, struct plans *plans)
{
	bool replaces = false;

	for (size_t i = 0; i < plans->count; i++) {
		struct plan_unit *unit = &plans->units[i];

		if (!plan_compare(unit, resolver->arena) && !plan_spread(resolver, unit, 0) &&
		    !plan_compiled(resolver, unit))
			plan_check_reached(unit, resolver->arena);
		if (plan_replaces(unit))
			same_code_check(resolver, unit);
		replaces = replaces || plan_replaces(unit);
	}
	if (diag_errors() || (!replaces && report_nothing(plans)))
		return;
	for (size_t i = 0; i < plans->count; i++) {
		if (plans->units[i].function_count || plan_contributes(&plans->units[i]))
			plan_summarise(&plans->units[i], stdout);
		if (plan_contributes(&plans->units[i]) && write_unit(resolver, &plans->units[i]))
			return;
	}
}

int plan_make(struct resolver *resolver, const char *list, const char *numbered)
{
	struct plans plans = { resolver, numbered, NULL, 0 };

	if (!lines_read(list, UNIT_LEAST_COLUMNS, UNIT_COLUMNS, take_unit, &plans, resolver->arena))
		make_plans(resolver, &plans);
	for (size_t i = 0; i < plans.count; i++) {
		digest_free(&plans.units[i].old_digest);
		digest_free(&plans.units[i].new_digest);
		free(plans.units[i].functions);
	}
	free(plans.units);
	return diag_errors() ? -1 : 0;
}
