/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was resolved, for people. Comes in: the plan that was carried out. Goes out: a table whose
 * lines can be compared with /proc/kallsyms and nm by hand.
 */
#include "fix/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/shown-text.h"

struct row {
	const struct resolved *resolved;
	const char *object, *symbol; /* as they are shown */
	const char *use;
};

static struct row row_of(const struct resolved *resolved, const char *use, struct arena *arena)
{
	return (struct row){ resolved, shown_text(resolved->object->name, arena),
			     shown_text(resolved->symbol->name, arena), use };
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = strcmp(x->resolved->object->name, y->resolved->object->name);

	if (!order)
		order = strcmp(x->resolved->symbol->name, y->resolved->symbol->name);
	if (!order && x->resolved->position != y->resolved->position)
		order = x->resolved->position < y->resolved->position ? -1 : 1;
	return order ? order : strcmp(x->use, y->use);
}

void report_symbols(const struct livepatch *livepatch, FILE *stream)
{
	size_t count = livepatch->symbol_count + livepatch->function_count, next = 0;
	struct arena *arena = livepatch->target->arena;
	struct row *rows = xcalloc(count, sizeof(*rows));
	int width = 6, object_width = 7;

	for (size_t i = 0; i < livepatch->symbol_count; i++)
		rows[next++] = row_of(&livepatch->symbols[i].resolved, "refers", arena);
	for (size_t i = 0; i < livepatch->function_count; i++)
		rows[next++] = row_of(&livepatch->functions[i].resolved, "replaces", arena);
	qsort(rows, count, sizeof(*rows), compare_rows);
	for (size_t i = 0; i < count; i++) {
		int length = (int)strlen(rows[i].symbol);
		int object_length = (int)strlen(rows[i].object);

		width = length > width ? length : width;
		object_width = object_length > object_width ? object_length : object_width;
	}
	fprintf(stream, "%-*s  %-*s  %8s  %-16s  %-8s  %s\n", object_width, "#object", width,
		"symbol", "position", "address", "use", "source");
	for (size_t i = 0; i < count; i++) {
		const struct resolved *resolved = rows[i].resolved;
		const char *file = resolve_file(resolved);

		fprintf(stream, "%-*s  %-*s  %8lu  %016llx  %-8s  %s\n", object_width,
			rows[i].object, width, rows[i].symbol, resolved->position,
			(unsigned long long)resolved->symbol->value, rows[i].use,
			file ? shown_text(file, arena) : "-");
	}
	free(rows);
}
