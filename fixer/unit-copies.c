/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the compiler inlined a function. Comes in: one of a unit's functions. Goes out: the
 * functions with code of their own that contain a copy of it, and the lines of the calls.
 */
#include "unit.h"

#include "die.h"

struct search {
	struct die_context context;
	Dwarf_Off function;    /* the entry that copies refer to */
	struct unit_copy copy; /* of the function that is being looked through */
	int (*use)(const struct unit_copy *copy, void *context);
	void *use_context;
};

/* The entry that DIE is a copy of: DW_AT_abstract_origin's, else its own. */
static int origin_offset(const struct die_context *context, Dwarf_Die die, Dwarf_Off *offset)
{
	Dwarf_Error error = NULL;
	Dwarf_Die origin;
	int result = die_follow(context, die, DW_AT_abstract_origin, &origin), found;

	if (result < 0)
		return -1;
	found = dwarf_dieoffset(result ? origin : die, offset, &error);
	if (result)
		dwarf_dealloc_die(origin);
	return found == DW_DLV_OK ? 0 : die_failed(context, error);
}

static int use_copy(struct search *search, Dwarf_Die die)
{
	Dwarf_Unsigned file, line = 0;
	Dwarf_Off origin;
	int has_file;

	if (origin_offset(&search->context, die, &origin))
		return -1;
	if (origin != search->function)
		return 0;
	has_file = die_number(&search->context, die, DW_AT_call_file, &file);
	if (has_file < 0 || die_number(&search->context, die, DW_AT_call_line, &line) < 0)
		return -1;
	search->copy.file = has_file ? unit_file(search->context.unit, file) : NULL;
	search->copy.line = (unsigned int)line;
	return search->use(&search->copy, search->use_context);
}

static int search_entry(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct search *search = data;
	struct die_declaration declaration;
	int result;

	switch (tag) {
	case DW_TAG_subprogram:
		result = die_function_address(&search->context, die, &search->copy.into_address);
		if (result != 1)
			return result;
		if (die_declaration(&search->context, die, &declaration))
			return -1;
		search->copy.into = declaration.name ? declaration.name : "?";
		break;
	case DW_TAG_inlined_subroutine:
		result = use_copy(search, die);
		if (result)
			return result;
		break;
	case DW_TAG_lexical_block:
		break;
	default:
		return 0;
	}
	return die_each_child(&search->context, die, search_entry, search);
}

int unit_find_copies(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		     const struct definition *function,
		     int (*use)(const struct unit_copy *copy, void *context), void *context)
{
	struct search search = { .context = { dwarf, unit }, .use = use, .use_context = context };
	Dwarf_Error error = NULL;
	Dwarf_Die die;
	int result;

	if (unit_read(dwarf, unit) || dwarf_file_open_unit(dwarf, unit))
		return -1;
	if (dwarf_offdie_b(unit->debug, function->die, true, &die, &error) != DW_DLV_OK)
		return die_failed(&search.context, error);
	result = origin_offset(&search.context, die, &search.function);
	dwarf_dealloc_die(die);
	if (!result)
		result = die_each_child(&search.context, unit->die, search_entry, &search);
	return result < 0 ? -1 : 0;
}
