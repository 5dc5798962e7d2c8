/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leads from numbered lines to the true ones. Comes in: a digest of files whose lines were numbered, and the tables of
 * these, PATH.lines. Goes out: the digest, with lines as the author of the patch sees them.
 */
#include "plan/line-table.h"

#include <stdlib.h>
#include <string.h>

#include "base/input-file.h"
#include "base/name-table.h"
#include "plan/line-numbers.h"
#include "plan/lines.h"

/* Columns of a table. */
enum {
	RUN_NUMBER,
	RUN_COUNT,
	RUN_LINE,
	RUN_COLUMNS,
	HEAD_NAME = 0,
	HEAD_VERSION,
	HEAD_COLUMNS,
};

/* COUNT lines from LINE on have the numbers from NUMBER on. */
struct run {
	unsigned int number, count, line;
};

struct table {
	struct run *runs; /* from malloc */
	size_t count;
	bool begun, ended, wrong;
};

struct tables {
	const char *folder;
	struct arena *arena;
	struct table *list; /* from malloc */
	size_t count;
	struct name_table by_file; /* an entry's number: the place in LIST, from 1 on */
};

/* Once, whatever follows. */
static int malformed(struct table *table, const struct diag_place *place)
{
	if (!table->wrong)
		diag_error(place, "format", "not a table of lines of this version of klp-plan");
	table->wrong = true;
	return -1;
}

static int take_line(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct table *table = context;
	struct run run;

	if (table->wrong)
		return -1;
	if (!table->begun) {
		table->begun = count == HEAD_COLUMNS &&
			       !strcmp(fields[HEAD_NAME], LINE_TABLE_NAME) &&
			       !strcmp(fields[HEAD_VERSION], LINE_TABLE_VERSION);
		return table->begun ? 0 : malformed(table, place);
	}
	if (count == 1 && !table->ended && !strcmp(fields[0], LINE_TABLE_END)) {
		table->ended = true;
		return 0;
	}
	if (table->ended || count != RUN_COLUMNS ||
	    !lines_number(fields[RUN_NUMBER], &run.number) ||
	    !lines_number(fields[RUN_COUNT], &run.count) ||
	    !lines_number(fields[RUN_LINE], &run.line))
		return malformed(table, place);
	table->runs = array_grow(table->runs, table->count, sizeof(run));
	table->runs[table->count++] = run;
	return 0;
}

/* The table of FILE, which has no lines where there is none; NULL after a message. */
static const struct table *find_table(struct tables *tables, const char *file)
{
	const struct name_entry *entry = name_table_find(&tables->by_file, file);
	const char *path =
		arena_printf(tables->arena, "%s/%s" LINE_TABLE_SUFFIX, tables->folder, file);
	struct diag_place place = { path, 0 };
	struct table *table;

	if (entry)
		return &tables->list[entry->number - 1];
	tables->list = array_grow(tables->list, tables->count, sizeof(*tables->list));
	table = &tables->list[tables->count++];
	memset(table, 0, sizeof(*table));
	name_table_add(&tables->by_file, file)->number = tables->count;
	if (!input_file_is_there(path))
		return table;
	if (lines_read(path, 1, RUN_COLUMNS, take_line, table, tables->arena))
		return NULL;
	if (!table->ended) {
		malformed(table, &place);
		return NULL;
	}
	return table;
}

static int apply(struct tables *tables, struct diag_place *place)
{
	const struct table *table;

	if (!place->file || !place->line)
		return 0;
	table = find_table(tables, place->file);
	for (size_t i = 0; table && i < table->count; i++) {
		const struct run *run = &table->runs[i];

		if (place->line < run->number || place->line - run->number >= run->count)
			continue;
		place->line = run->line + (place->line - run->number);
		break;
	}
	return table ? 0 : -1;
}

static int apply_all(struct tables *tables, struct digest *digest)
{
	for (size_t i = 0; i < digest->function_count; i++)
		if (apply(tables, &digest->functions[i].place))
			return -1;
	for (size_t i = 0; i < digest->variable_count; i++)
		if (apply(tables, &digest->variables[i].place))
			return -1;
	for (size_t i = 0; i < digest->structure_count; i++)
		if (apply(tables, &digest->structures[i].place))
			return -1;
	for (size_t i = 0; i < digest->member_count; i++)
		if (apply(tables, &digest->members[i].declared))
			return -1;
	return 0;
}

int line_table_apply(struct digest *digest, const char *folder, struct arena *arena)
{
	struct tables tables = { .folder = folder, .arena = arena };
	int result = folder ? apply_all(&tables, digest) : 0;

	for (size_t i = 0; i < tables.count; i++)
		free(tables.list[i].runs);
	free(tables.list);
	name_table_free(&tables.by_file);
	return result;
}
