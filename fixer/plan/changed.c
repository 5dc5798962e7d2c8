/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which units a patch changes. Comes in: digests of each unit as it was and as it is patched, and objects. Goes out:
 * the units whose digests differ in what the stages after this one look at, or whose code does.
 *
 * A header that has become a line longer shifts all that stands below it, in every unit that includes it: the
 * columns of files and lines do not count, nor do the counters and lines that macros put into names, nor the order.
 * Every record becomes a text without these; the two lots of texts, sorted, are the same or not.
 */
#include "plan/changed.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/input-file.h"
#include "base/string-list.h"
#include "plan/assembler-text.h"
#include "plan/compiled-code.h"
#include "plan/lines.h"
#include "plan/plan.h"

struct changed {
	struct arena *arena;
	struct string_list lines; /* what is printed */
};

static void add_functions(struct string_list *texts, const struct digest *digest,
			  struct arena *arena)
{
	for (size_t i = 0; i < digest->function_count; i++) {
		const struct digest_function *function = &digest->functions[i];

		string_list_add(texts,
				arena_printf(arena, "function\t%s\t%s\t%d\t%d\t%s\t%s\t%s",
					     function->symbol, function->name, function->linkage,
					     function->kind, function->section, function->digest,
					     function->signature));
	}
}

/* Without the number that __COUNTER__ gave to it. */
static const char *plain_name(const struct digest_variable *variable, struct arena *arena)
{
	size_t length = strlen(variable->name);

	while (plan_is_private(variable) && length &&
	       isdigit((unsigned char)variable->name[length - 1]))
		length--;
	return arena_strndup(arena, variable->name, length);
}

/*
 * A private variable goes with its function, whose digest tells when that changes: its name and value may have a
 * line, as those of pr_debug() do. Of a function's own variable the symbol has a number that the compiler counts.
 */
static void add_variables(struct string_list *texts, const struct digest *digest,
			  struct arena *arena)
{
	for (size_t i = 0; i < digest->variable_count; i++) {
		const struct digest_variable *variable = &digest->variables[i];
		bool is_local = variable->linkage == DIGEST_LOCAL;

		if (is_local && plan_is_private(variable) && !plan_is_registered(variable))
			continue;
		string_list_add(texts,
				arena_printf(arena, "variable\t%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s",
					     is_local ? DIGEST_NONE : variable->symbol,
					     plain_name(variable, arena),
					     variable->function ? variable->function : DIGEST_NONE,
					     variable->linkage, variable->kind, variable->section,
					     variable->layout, variable->value));
	}
}

static void add_others(struct string_list *texts, const struct digest *digest, struct arena *arena)
{
	for (size_t i = 0; i < digest->assembler_count; i++)
		string_list_add(texts,
				arena_printf(arena, "asm\t%s",
					     assembler_text_plain(digest->assembler[i], arena)));
}

/* The records of DIGEST, sorted, but for structures. */
static void read_texts(struct string_list *texts, const struct digest *digest, struct arena *arena)
{
	add_functions(texts, digest, arena);
	add_variables(texts, digest, arena);
	add_others(texts, digest, arena);
	string_list_sort(texts);
}

static bool are_same(const struct string_list *one, const struct string_list *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (strcmp(one->list[i], other->list[i]))
			return false;
	return true;
}

static bool say_same(const struct digest *old, const struct digest *new, struct arena *arena)
{
	struct string_list old_texts = { NULL, 0 }, new_texts = { NULL, 0 };
	bool same;

	read_texts(&old_texts, old, arena);
	read_texts(&new_texts, new, arena);
	same = are_same(&old_texts, &new_texts) && !structures_differ(old, new, arena);
	string_list_free(&old_texts);
	string_list_free(&new_texts);
	return same;
}

/* 1: the digests say the same, 0: they do not, -1 after a message. */
static int has_same_digests(const char *old_path, const char *new_path)
{
	struct arena arena = { NULL, 0, 0 };
	struct digest old, new = { NULL };
	int result = -1;

	if (!digest_read(&old, old_path, &arena) && !digest_read(&new, new_path, &arena))
		result = say_same(&old, &new, &arena);
	digest_free(&old);
	digest_free(&new);
	arena_free(&arena);
	return result;
}

/* Likewise for the code of two objects. */
static int has_same_code(const char *old_path, const char *new_path)
{
	struct string_list names = { NULL, 0 };
	struct arena arena = { NULL, 0, 0 };
	int result = compiled_code_compare(old_path, new_path, &names, &arena);

	if (!result)
		result = !names.count;
	string_list_free(&names);
	arena_free(&arena);
	return result;
}

/* One of several was compiled; all would have to be patched. -1 after a message. */
static int refuse_several(const char *unit, const char *objects)
{
	struct diag_place place = { unit, 0 };

	if (!strchr(objects, ' '))
		return 0;
	diag_error(
		&place, "unsupported",
		"it is part of several modules (%s), and a patch of one of them would be half a fix",
		objects);
	return -1;
}

static int report_missing(const char *unit)
{
	diag_system(NULL, "the compiler plugin wrote no digest of %s", unit);
	return -1;
}

static int take_unit(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct changed *changed = context;
	unsigned int number;
	int same;

	if (!lines_number(fields[UNIT_NUMBER], &number)) {
		diag_error(place, "format", "not a unit's number: '%s'", fields[UNIT_NUMBER]);
		return -1;
	}
	if (count == UNIT_NEW_CODE) {
		diag_error(place, "format",
			   "an object of the original, but none of the patched file");
		return -1;
	}
	if (!input_file_is_there(fields[UNIT_OLD]) || !input_file_is_there(fields[UNIT_NEW]))
		return report_missing(fields[UNIT_SOURCE]);
	same = has_same_digests(fields[UNIT_OLD], fields[UNIT_NEW]);
	if (same > 0 && count == UNIT_COLUMNS)
		same = has_same_code(fields[UNIT_OLD_CODE], fields[UNIT_NEW_CODE]);
	if (same)
		return same < 0 ? -1 : 0;
	string_list_add(&changed->lines,
			arena_printf(changed->arena, "%u\t%s", number, fields[UNIT_SOURCE]));
	return refuse_several(fields[UNIT_SOURCE], fields[UNIT_OBJECTS]);
}

static int report_nothing(void)
{
	diag_error(NULL, "nothing", "the patch changes nothing that this kernel is built from");
	diag_note(NULL, "what it changes has no effect on the code that the compiler makes");
	return -1;
}

int changed_print(const char *list, FILE *stream, struct arena *arena)
{
	struct changed changed = { .arena = arena };
	int result = lines_read(list, UNIT_LEAST_COLUMNS, UNIT_COLUMNS, take_unit, &changed, arena);

	if (!result && !changed.lines.count)
		result = report_nothing();
	if (!result)
		string_list_print(&changed.lines, stream);
	string_list_free(&changed.lines);
	return result;
}
