/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What units' parts of the livepatch replace. Comes in: their plans. Goes out: a C file as authors write it, with a
 * KLPMAKE_REPLACE() for each function, under names of its own: functions of two units may have one name. One file for all,
 * as most of the time goes into the kernel's headers. klp-fixer's messages are to name the place where the function begins, and
 * not this file; by that, the compiler plugin knows the unit as well (-fplugin-arg-klpmake-entries=yes).
 */
#include "plan/entries.h"

#include <stdlib.h>
#include <string.h>

#include "plan/lines.h"

/* The line of the unit where FUNCTION begins; 1 for one of a file that it includes. */
static unsigned int line_of(const struct plan_unit *unit, const struct digest_function *function)
{
	const char *file = function->place.file, *source = unit->new_digest.source;

	if (!file || !function->place.line)
		return 1;
	if (string_starts_with(source, "./"))
		source += 2;
	return !strcmp(file, source) || !strcmp(file, unit->tag) ? function->place.line : 1;
}

/* NUMBER: of entries so far. */
static void write_unit(FILE *stream, const struct plan_unit *unit, int *number, struct arena *arena)
{
	for (size_t i = 0; i < unit->new_digest.function_count; i++) {
		const struct digest_function *function = &unit->new_digest.functions[i];

		if (!plan_is_replaced(unit, function))
			continue;
		++*number;
		fprintf(stream, "extern void klpmake_new_%d(void) __asm__(\"%s\");\n", *number,
			plan_new_symbol(arena, unit, function));
		fprintf(stream, "#line %u \"%s\"\n", line_of(unit, function), unit->tag);
		fprintf(stream, "KLPMAKE_REPLACE_AS(klpmake_entry_%d, \"%s\", klpmake_new_%d);\n",
			*number, function->symbol, *number);
	}
}

static bool is_in(const struct plan_unit *unit, const char *path)
{
	return unit->entries_path && !strcmp(unit->entries_path, path) && plan_contributes(unit);
}

static int write_file(const struct plan_unit *units, size_t count, size_t first, struct arena *arena)
{
	const char *path = units[first].entries_path;
	struct lines_output output;
	int number = 0;

	if (lines_create(&output, NULL, path, arena))
		return -1;
	fprintf(output.stream, "//KLPMAKE %s\n#include <klpmake.h>\n\n", units[first].tag);
	for (size_t i = first; i < count; i++)
		if (is_in(&units[i], path))
			write_unit(output.stream, &units[i], &number, arena);
	return lines_close(&output);
}

int entries_write(const struct plan_unit *units, size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		const char *path = units[i].entries_path;
		bool written = false;

		if (!path || !is_in(&units[i], path))
			continue;
		for (size_t j = 0; j < i && !written; j++)
			written = is_in(&units[j], path);
		if (!written && write_file(units, count, i, arena))
			return -1;
	}
	return 0;
}

int entries_write_unreached(const struct plan_unit *units, size_t count, const char *path,
			    struct arena *arena)
{
	struct lines_output output;

	if (lines_create(&output, NULL, path, arena))
		return -1;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < units[i].function_count; j++) {
			const struct plan_function *planned = &units[i].functions[j];

			if (plan_is_unreached(planned))
				fprintf(output.stream, "%s\t%s\n", units[i].tag,
					planned->function->name);
		}
	}
	return lines_close(&output);
}
