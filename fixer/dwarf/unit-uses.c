/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a function is called and where the compiler inlined it. Comes in: one of a unit's functions.
 * Goes out: the functions with code of their own that contain a call or a copy of it, and the lines.
 */
#include "dwarf/unit.h"

#include <stdlib.h>
#include <string.h>

#include "dwarf/die.h"

struct search {
	struct die_context context;
	Dwarf_Off function; /* the entry that copies and calls refer to */
	/* In other units than the function's: what their copies are declared as; NULL: in its own. */
	const struct definition *elsewhere;
	struct unit_use use; /* of the function that is being looked through */
	int (*found)(const struct unit_use *use, void *context);
	void *found_context;
};

/* The entry that DIE is a copy of: the one that its attribute NUMBER refers to, else its own. */
static int origin_offset(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
			 Dwarf_Off *offset)
{
	Dwarf_Error error = NULL;
	Dwarf_Die origin;
	int result = die_follow(context, die, number, &origin), found;

	if (result < 0)
		return -1;
	found = dwarf_dieoffset(result ? origin : die, offset, &error);
	if (result)
		dwarf_dealloc_die(origin);
	return found == DW_DLV_OK ? 0 : die_failed(context, error);
}

/*
 * Is DIE a copy of a function that another unit has? Where ThinLTO inlined one, it has copied its entry, too: the
 * declaration tells. 1, 0, or -1 after a message.
 */
static int is_copy_elsewhere(const struct search *search, Dwarf_Die die)
{
	const struct definition *function = search->elsewhere;
	struct die_declaration declaration;
	const char *file;

	if (die_declaration(&search->context, die, &declaration))
		return -1;
	if (!declaration.name || strcmp(declaration.name, function->name))
		return 0;
	file = declaration.has_file
		       ? unit_file(search->context.dwarf, declaration.unit, declaration.file)
		       : NULL;
	return !function->file || !file ||
	       (declaration.line == function->line && !strcmp(file, function->file));
}

/* 1, 0, or -1 after a message. */
static int is_copy(const struct search *search, Dwarf_Die die)
{
	Dwarf_Off origin;

	if (search->elsewhere)
		return is_copy_elsewhere(search, die);
	if (origin_offset(&search->context, die, DW_AT_abstract_origin, &origin))
		return -1;
	return origin == search->function;
}

/* An entry DW_TAG_inlined_subroutine. */
static int see_copy(struct search *search, Dwarf_Die die)
{
	Dwarf_Unsigned file, line = 0;
	int has_file, found = is_copy(search, die);

	if (found != 1)
		return found;
	has_file = die_number(&search->context, die, DW_AT_call_file, &file);
	if (has_file < 0 || die_number(&search->context, die, DW_AT_call_line, &line) < 0)
		return -1;
	search->use.inlined = true;
	search->use.file = has_file ? unit_file(search->context.dwarf, search->context.unit, file)
				    : NULL;
	search->use.line = (unsigned int)line;
	return search->found(&search->use, search->found_context);
}

/*
 * An entry DW_TAG_call_site, before DWARF 5 DW_TAG_GNU_call_site. It refers to the very copy of the
 * function that is called, or to the function as such.
 */
static int see_call(struct search *search, Dwarf_Die die, Dwarf_Half number)
{
	Dwarf_Error error = NULL;
	Dwarf_Off origin;
	Dwarf_Die callee;
	int result;

	if (search->elsewhere)
		return 0;
	result = die_follow(&search->context, die, number, &callee);
	if (result != 1)
		return result;
	result = origin_offset(&search->context, callee, DW_AT_abstract_origin, &origin);
	if (!result && dwarf_dieoffset(callee, &search->use.callee, &error) != DW_DLV_OK)
		result = die_failed(&search->context, error);
	dwarf_dealloc_die(callee);
	if (result || origin != search->function)
		return result;
	search->use.inlined = false;
	search->use.any_copy = search->use.callee == origin;
	search->use.return_address = 0;
	if (die_address(&search->context, die,
			number == DW_AT_call_origin ? DW_AT_call_return_pc : DW_AT_low_pc,
			&search->use.return_address) < 0)
		return -1;
	return search->found(&search->use, search->found_context);
}

static die_function search_entry;

/*
 * A function's entry. Those without code are declarations, which stand in functions too, as compiletime_assert() has them: what is
 * behind those is the outer function's again.
 */
static int search_function(struct search *search, Dwarf_Die die)
{
	struct die_declaration declaration;
	struct unit_use outer = search->use;
	Dwarf_Unsigned address;
	int result = die_function_address(&search->context, die, &address);

	if (result != 1)
		return result;
	if (die_declaration(&search->context, die, &declaration))
		return -1;
	search->use.into_address = address;
	search->use.into = declaration.name ? declaration.name : "?";
	search->use.into_file = declaration.has_file ? unit_file(search->context.dwarf,
								 declaration.unit, declaration.file)
						     : NULL;
	search->use.into_line = (unsigned int)declaration.line;
	result = die_each_child(&search->context, die, search_entry, search);
	search->use = outer;
	return result;
}

static int search_entry(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct search *search = data;
	int result = 0;

	switch (tag) {
	case DW_TAG_subprogram:
		return search_function(search, die);
	case DW_TAG_inlined_subroutine:
		result = see_copy(search, die);
		break;
	case DW_TAG_call_site:
		return see_call(search, die, DW_AT_call_origin);
	case DW_TAG_GNU_call_site:
		return see_call(search, die, DW_AT_abstract_origin);
	case DW_TAG_lexical_block:
		break;
	default:
		return 0;
	}
	return result ? result : die_each_child(&search->context, die, search_entry, search);
}

/* The entry that copies and calls of FUNCTION refer to. 0, or -1 after a message. */
static int function_entry(const struct die_context *context, const struct definition *function,
			  Dwarf_Off *offset)
{
	Dwarf_Die die;
	int result;

	if (unit_read(context->dwarf, context->unit) || die_at(context, function->die, &die))
		return -1;
	result = origin_offset(context, die, DW_AT_abstract_origin, offset);
	dwarf_dealloc_die(die);
	return result;
}

int unit_find_uses(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		   const struct definition *function,
		   int (*use)(const struct unit_use *use, void *context), void *context)
{
	struct search search = { .context = { dwarf, unit },
				 .found = use,
				 .found_context = context };
	int result = function_entry(&search.context, function, &search.function);

	if (!result)
		result = die_each_child(&search.context, unit->die, search_entry, &search);
	return result < 0 ? -1 : 0;
}

static int note_copied(const struct die_context *context, Dwarf_Die die)
{
	struct unit_content *content = context->unit->content;
	Dwarf_Off origin;

	if (origin_offset(context, die, DW_AT_abstract_origin, &origin))
		return -1;
	content->copied =
		array_grow(content->copied, content->copied_count, sizeof(*content->copied));
	content->copied[content->copied_count++] = origin;
	return 0;
}

static int note_copies(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct die_context *context = data;
	Dwarf_Unsigned address;
	int result = 0;

	switch (tag) {
	case DW_TAG_subprogram:
		result = die_function_address(context, die, &address);
		if (result != 1)
			return result;
		break;
	case DW_TAG_inlined_subroutine:
		if (note_copied(context, die))
			return -1;
		break;
	case DW_TAG_lexical_block:
		break;
	default:
		return 0;
	}
	return die_each_child(context, die, note_copies, context);
}

static int compare_offsets(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/* Read once for all functions of a unit: that they are asked for one by one must not cost as much each time. */
static int read_copies(struct die_context *context)
{
	struct unit_content *content = context->unit->content;

	if (content->has_copied)
		return 0;
	content->copied_count = 0;
	if (die_each_child(context, context->unit->die, note_copies, context) < 0)
		return -1;
	if (content->copied_count)
		qsort(content->copied, content->copied_count, sizeof(*content->copied),
		      compare_offsets);
	content->has_copied = true;
	return 0;
}

int unit_has_copies(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		    const struct definition *function)
{
	struct die_context context = { dwarf, unit };
	Dwarf_Off offset;
	uint64_t entry;

	if (function_entry(&context, function, &offset) || read_copies(&context))
		return -1;
	entry = offset;
	return unit->content->copied_count &&
	       bsearch(&entry, unit->content->copied, unit->content->copied_count, sizeof(entry),
		       compare_offsets);
}

/* Does what made UNIT put functions of one file into those of another? 1, 0, or -1 after a message. */
static int is_optimised_at_link(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	const char *producer = dwarf_file_producer(dwarf, unit);

	if (!producer)
		return -1;
	/* clang does not say whether it did; that entries refer to other units' tells. */
	return strstr(producer, "clang version") || strstr(producer, " -flto");
}

int unit_find_copies_elsewhere(struct dwarf_file *dwarf, struct dwarf_unit *unit,
			       const struct definition *function,
			       int (*use)(const struct unit_use *use, void *context), void *context)
{
	int result = is_optimised_at_link(dwarf, unit);

	if (result != 1)
		return result;
	result = 0;
	for (size_t i = 0; i < dwarf->unit_count && !result; i++) {
		struct search search = { .context = { dwarf, &dwarf->units[i] },
					 .elsewhere = function,
					 .found = use,
					 .found_context = context };

		if (&dwarf->units[i] == unit || !dwarf_scan_links(dwarf, &dwarf->units[i]))
			continue;
		if (dwarf_file_open_unit(dwarf, &dwarf->units[i]))
			return -1;
		result =
			die_each_child(&search.context, dwarf->units[i].die, search_entry, &search);
	}
	return result < 0 ? -1 : 0;
}
