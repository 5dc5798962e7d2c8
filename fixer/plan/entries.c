/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a unit's part of the livepatch replaces. Comes in: its plan. Goes out: a C file as authors write it, with
 * a KLPMAKE_REPLACE() for each function. klp-fixer's messages are to name the place where the function begins, and
 * not this file.
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

static void write_entries(FILE *stream, const struct plan_unit *unit, struct arena *arena)
{
	int number = 0;

	fprintf(stream, "//KLPMAKE %s\n#include <klpmake.h>\n\n", unit->tag);
	for (size_t i = 0; i < unit->new_digest.function_count; i++) {
		const struct digest_function *function = &unit->new_digest.functions[i];

		if (!plan_is_replaced(unit, function))
			continue;
		number++;
		fprintf(stream, "extern void klpmake_new_%d(void) __asm__(\"%s\");\n", number,
			plan_new_symbol(arena, unit, function));
		fprintf(stream, "#line %u \"%s\"\n", line_of(unit, function), unit->tag);
		fprintf(stream, "KLPMAKE_REPLACE(%s, klpmake_new_%d);\n", function->symbol, number);
	}
}

int entries_write(const struct plan_unit *unit, struct arena *arena)
{
	struct lines_output output;

	if (lines_create(&output, NULL, unit->entries_path, arena))
		return -1;
	write_entries(output.stream, unit, arena);
	return lines_close(&output);
}
