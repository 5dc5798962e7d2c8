/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the compiler has left of what it needed no code or storage for. Comes in: a unit's tree of DWARF entries, and a
 * name. Goes out: variables inside of functions that have no address, which unit.c passes over as there are so many;
 * values that stand for variables; whether a function was inlined.
 *
 * That an entry has no address does not mean that there is no storage. GCC writes it for a variable inside of a function
 * only if the function's code names that variable:
 *
 *	int f(void)
 *	{
 *		static int target;
 *		static struct pointer pointer = { &target };	target has an address that only pointer's value has
 *		return use(&pointer);
 *	}
 */
#include "dwarf/unit.h"

#include <string.h>

#include "dwarf/die.h"

struct search {
	struct die_context context;
	const char *name;
	const char *function; /* the one that is being read; NULL: outside of functions */
	unit_local_function *use;
	void *use_data;
};

/* The number that DIE has in place of storage; 0 also where it is none. */
static int constant_of(const struct die_context *context, Dwarf_Die die, long long *value)
{
	Dwarf_Attribute attribute;
	Dwarf_Error error = NULL;
	Dwarf_Unsigned number;
	Dwarf_Signed negative;
	Dwarf_Half form;
	int result = die_attribute(context, die, DW_AT_const_value, &attribute);

	if (result != 1)
		return result;
	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK)
		result = die_failed(context, error);
	else if (form == DW_FORM_sdata || form == DW_FORM_implicit_const)
		result = dwarf_formsdata(attribute, &negative, &error) == DW_DLV_OK;
	else if (form == DW_FORM_data1 || form == DW_FORM_data2 || form == DW_FORM_data4 ||
		 form == DW_FORM_data8 || form == DW_FORM_udata)
		result = dwarf_formudata(attribute, &number, &error) == DW_DLV_OK;
	else
		result = 0;
	dwarf_dealloc_attribute(attribute);
	if (result == 1)
		*value = form == DW_FORM_sdata || form == DW_FORM_implicit_const
				 ? (long long)negative
				 : (long long)number;
	return result;
}

static int read_local(struct search *search, Dwarf_Die die)
{
	struct unit_local local = { .function = search->function };
	struct die_declaration declaration;
	Dwarf_Attribute attribute;
	Dwarf_Unsigned address;
	int result = die_variable_address(&search->context, die, &address);

	if (result)
		return result < 0 ? -1 : 0;
	if (die_declaration(&search->context, die, &declaration))
		return -1;
	if (!declaration.name || strcmp(declaration.name, search->name))
		return 0;
	result = die_attribute(&search->context, die, DW_AT_location, &attribute);
	if (result == 1)
		dwarf_dealloc_attribute(attribute);
	local.is_kept = result == 1;
	if (result >= 0)
		result = constant_of(&search->context, die, &local.value);
	if (result < 0)
		return -1;
	local.has_value = result;
	if (declaration.has_file) {
		local.file = unit_file(search->context.dwarf, declaration.unit, declaration.file);
		local.line = (unsigned int)declaration.line;
	}
	return search->use(&local, search->use_data);
}

static die_function read_entry;

static int read_function(struct search *search, Dwarf_Die die)
{
	const char *outer = search->function;
	struct die_declaration declaration;
	int result = die_declaration(&search->context, die, &declaration);

	if (result || !declaration.name)
		return result;
	search->function = declaration.name;
	result = die_each_child(&search->context, die, read_entry, search);
	search->function = outer;
	return result;
}

static int read_entry(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct search *search = data;

	switch (tag) {
	case DW_TAG_subprogram:
		return read_function(search, die);
	case DW_TAG_variable:
		return search->function ? read_local(search, die) : 0;
	case DW_TAG_lexical_block:
		return die_each_child(&search->context, die, read_entry, search);
	default:
		return 0;
	}
}

int unit_each_local(struct dwarf_file *dwarf, struct dwarf_unit *unit, const char *name,
		    unit_local_function *use, void *data)
{
	struct search search = {
		.context = { dwarf, unit }, .name = name, .use = use, .use_data = data
	};

	if (dwarf_file_open_unit(dwarf, unit) || unit_files_read(dwarf, unit))
		return -1;
	return die_each_child(&search.context, unit->die, read_entry, &search);
}

/* Opens the entry of DEFINITION, one of UNIT's. -1 after a message. */
static int open_entry(const struct die_context *context, const struct definition *definition,
		      Dwarf_Die *die)
{
	Dwarf_Error error = NULL;

	if (dwarf_file_open_unit(context->dwarf, context->unit))
		return -1;
	if (dwarf_offdie_b(context->unit->debug, definition->die, true, die, &error) != DW_DLV_OK)
		return die_failed(context, error);
	return 0;
}

int unit_constant(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		  const struct definition *variable, long long *value)
{
	struct die_context context = { dwarf, unit };
	Dwarf_Die die;
	int result;

	if (open_entry(&context, variable, &die))
		return -1;
	result = constant_of(&context, die, value);
	dwarf_dealloc_die(die);
	return result;
}

int unit_is_inlined(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		    const struct definition *function)
{
	struct die_context context = { dwarf, unit };
	Dwarf_Unsigned inlined = DW_INL_not_inlined;
	Dwarf_Die die;
	int result;

	if (open_entry(&context, function, &die))
		return -1;
	result = die_number(&context, die, DW_AT_inline, &inlined);
	dwarf_dealloc_die(die);
	if (result < 0)
		return -1;
	return inlined == DW_INL_inlined || inlined == DW_INL_declared_inlined;
}
