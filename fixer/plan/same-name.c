/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares names. Comes in: symbols of two objects. Goes out: whether they can be the same thing.
 *
 * The compiler makes names of those of the source: of a static variable "count" of a function, "count.5"; of a clone,
 * "foo.constprop.0"; of a table for a switch, "CSWTCH.12". The kernel's macros do the same with __COUNTER__:
 * "__UNIQUE_ID_ddebug278". A line more above makes other numbers of all of them.
 *
 * Several functions may each have a "count". Where both objects have as many of them, the first is the first and so on,
 * as they are numbered in the order of the source; else any may be any other.
 */
#include "plan/same-name.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/symbol-name.h"

#define DIGITS	  "0123456789"
#define UNIQUE_ID "__UNIQUE_ID_"

/* The length of the first word at NAME, which may begin with a dot; and whether it is a number. */
static size_t word_length(const char *name, bool *number)
{
	size_t length = *name == '.', digits = strspn(name + length, DIGITS);

	length += strcspn(name + length, ".");
	*number = *name == '.' && digits && digits + 1 == length;
	return length;
}

/* Is the first word, of LENGTH bytes, the same? Not counted is the number that __COUNTER__ has put behind a name. */
static bool is_same_word(const char *one, size_t length, const char *other, size_t other_length)
{
	if (!strncmp(one, UNIQUE_ID, strlen(UNIQUE_ID))) {
		while (length && strchr(DIGITS, one[length - 1]))
			length--;
		while (other_length && strchr(DIGITS, other[other_length - 1]))
			other_length--;
	}
	return length == other_length && !memcmp(one, other, length);
}

bool same_name_elsewhere(const char *one, const char *other)
{
	return is_same_word(one, strlen(one), other, strlen(other));
}

bool same_name_shape(const char *one, const char *other)
{
	while (*one && *other) {
		bool number, other_number;
		size_t length = word_length(one, &number);
		size_t other_length = word_length(other, &other_number);

		if (number != other_number ||
		    (!number && !is_same_word(one, length, other, other_length)))
			return false;
		one += length;
		other += other_length;
	}
	return *one == *other;
}

/* The place of SYMBOL among those of its shape, from 0 on, by their numbers; *ALL becomes the number of these. */
static size_t place_of(const struct code_object *object, const struct elf_symbol *symbol,
		       size_t *all)
{
	unsigned long number = strtoul(strrchr(symbol->name, '.') + 1, NULL, 10);
	size_t place = 0;

	*all = 0;
	for (size_t i = 1; i < object->elf.symbol_count; i++) {
		const struct elf_symbol *like = &object->elf.symbols[i];

		if (like->type == STT_SECTION || !same_name_shape(like->name, symbol->name))
			continue;
		++*all;
		place += strtoul(strrchr(like->name, '.') + 1, NULL, 10) < number;
	}
	return place;
}

static enum same_name same_numbered(const struct code_object *one, const struct elf_symbol *symbol,
				    const struct code_object *other, const struct elf_symbol *like)
{
	/* These are no variables of the source's, or as good as none: of pr_debug(), and the like. */
	static const char *const made[] = { "CSWTCH.",	     "__compound_literal.",  "__func__.",
					    "__FUNCTION__.", "__PRETTY_FUNCTION__.", UNIQUE_ID };
	size_t all, other_all, place, other_place;

	for (size_t i = 0; i < ARRAY_SIZE(made); i++)
		if (string_starts_with(symbol->name, made[i]))
			return SAME_NAME_CONTENTS;
	place = place_of(one, symbol, &all);
	other_place = place_of(other, like, &other_all);
	return all != other_all || place == other_place ? SAME_NAME : SAME_NAME_NOT;
}

enum same_name same_name(const struct code_object *one, const struct elf_symbol *symbol,
			 const struct code_object *other, const struct elf_symbol *like)
{
	enum symbol_name kind = symbol_name_alone(symbol->name);

	if (symbol->type != like->type)
		return SAME_NAME_NOT;
	if (symbol->type == STT_FUNC && kind == SYMBOL_NAME_CLONE)
		return same_name_shape(symbol->name, like->name) ? SAME_NAME_CODE : SAME_NAME_NOT;
	if (kind == SYMBOL_NAME_OWN || symbol->type == STT_FUNC)
		return same_name_elsewhere(symbol->name, like->name) ? SAME_NAME : SAME_NAME_NOT;
	if (!same_name_shape(symbol->name, like->name))
		return SAME_NAME_NOT;
	return kind == SYMBOL_NAME_NUMBERED ? same_numbered(one, symbol, other, like) : SAME_NAME;
}
