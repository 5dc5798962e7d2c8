/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The macros of a header. Comes in: its text. Goes out: its macros, each with the conditions under which it is one;
 * and which of them are not the same in another text of the header.
 *
 * In
 *
 *	#ifdef CONFIG_NUMA
 *	#define A 1
 *	#elif MAX > 1
 *	#define A 2
 *	#endif
 *
 * the second A stands under "ifdef CONFIG_NUMA" and "elif MAX > 1": a change of either may make it another one. So
 * would the move of "#define A 2" to the first branch, though the same lines are there. What stands behind #endif
 * does not change with any of that.
 */
#include "plan/macros.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/directives.h"

/* The conditions, from the outermost on: of each all its branches so far. */
struct conditions {
	const char **list; /* from malloc */
	size_t count;
};

static void begin_condition(struct conditions *conditions, const char *directive,
			    struct arena *arena)
{
	conditions->list =
		array_grow(conditions->list, conditions->count, sizeof(*conditions->list));
	conditions->list[conditions->count++] = arena_strdup(arena, directive);
}

static void next_branch(struct conditions *conditions, const char *directive, struct arena *arena)
{
	const char **last;

	if (!conditions->count)
		return;
	last = &conditions->list[conditions->count - 1];
	*last = arena_printf(arena, "%s\n%s", *last, directive);
}

static void take_condition(struct conditions *conditions, const char *directive,
			   struct arena *arena)
{
	if (directive_is(directive, "if") || directive_is(directive, "ifdef") ||
	    directive_is(directive, "ifndef"))
		begin_condition(conditions, directive, arena);
	else if (string_starts_with(directive, "elif") || directive_is(directive, "else"))
		next_branch(conditions, directive, arena);
	else if (directive_is(directive, "endif") && conditions->count)
		conditions->count--;
}

static void add_macro(struct macros *macros, const struct conditions *conditions,
		      const char *directive, const char *rest, struct arena *arena)
{
	size_t length = 0, size = strlen(directive) + 1, used = 0;
	struct macro *macro;
	char *text;

	while (isalnum((unsigned char)rest[length]) || rest[length] == '_')
		length++;
	if (!length)
		return;
	for (size_t i = 0; i < conditions->count; i++)
		size += strlen(conditions->list[i]) + 1;
	text = arena_alloc(arena, size);
	for (size_t i = 0; i < conditions->count; i++)
		used += (size_t)sprintf(text + used, "%s\n", conditions->list[i]);
	strcpy(text + used, directive);
	macros->list = array_grow(macros->list, macros->count, sizeof(*macros->list));
	macro = &macros->list[macros->count];
	*macro = (struct macro){ arena_strndup(arena, rest, length), text, used, macros->count };
	macros->count++;
}

void macros_read(struct macros *macros, const char *text, size_t size, struct arena *arena)
{
	struct conditions conditions = { NULL, 0 };
	struct directive_reader reader;
	const char *directive, *rest;

	memset(macros, 0, sizeof(*macros));
	directive_open(&reader, text, size);
	while ((directive = directive_next(&reader))) {
		rest = directive_is(directive, "define");
		rest = rest ? rest : directive_is(directive, "undef");
		if (rest)
			add_macro(macros, &conditions, directive, rest, arena);
		else
			take_condition(&conditions, directive, arena);
	}
	directive_close(&reader);
	free(conditions.list);
}

void macros_free(struct macros *macros)
{
	free(macros->list);
	memset(macros, 0, sizeof(*macros));
}

static int compare_macros(const void *a, const void *b)
{
	const struct macro *one = a, *other = b;
	int result = strcmp(one->name, other->name);

	return result ? result : one->order < other->order ? -1 : one->order > other->order;
}

/* How many macros from AT on have the same name. */
static size_t count_same(const struct macros *macros, size_t at)
{
	size_t end = at;

	while (end < macros->count && !strcmp(macros->list[end].name, macros->list[at].name))
		end++;
	return end - at;
}

static bool are_same(const struct macro *one, const struct macro *other, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(one[i].text, other[i].text))
			return false;
	return true;
}

static void sort(struct macros *macros)
{
	if (macros->count)
		qsort(macros->list, macros->count, sizeof(*macros->list), compare_macros);
}

void macros_compare(struct macros *old, struct macros *new, struct string_list *names)
{
	size_t i = 0, j = 0;

	sort(old);
	sort(new);
	while (i < old->count || j < new->count) {
		const char *name = i < old->count ? old->list[i].name : NULL;
		size_t old_count, new_count;

		if (!name || (j < new->count &&strcmp(new->list[j].name, name) < 0))
			name = new->list[j].name;
		old_count = i < old->count && !strcmp(old->list[i].name, name) ? count_same(old, i)
									       : 0;
		new_count = j < new->count && !strcmp(new->list[j].name, name) ? count_same(new, j)
									       : 0;
		if (old_count != new_count || !are_same(&old->list[i], &new->list[j], old_count))
			string_list_add(names, name);
		i += old_count;
		j += new_count;
	}
}
