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
#include "dwarf/unit-types.h"

struct reader {
	struct die_context context;
	const char *function; /* the one that is being read; NULL: outside of functions */
};

/*
 * Has the number a sign? The form does not tell: of a function's variables GCC writes all numbers with one, clang none. 1, or -1
 * after a message.
 */
static int find_sign(const struct die_context *context, Dwarf_Die die, struct unit_number *value)
{
	Dwarf_Unsigned size = 0;
	int result = unit_unsigned_size(context, die, &size);

	value->is_signed = result != 1;
	if (result == 1 && size < sizeof(value->bits))
		value->bits &= ((uint64_t)1 << 8 * size) - 1;
	return result < 0 ? -1 : 1;
}

/* The number that DIE has in place of storage; 0 also where it is none. */
static int constant_of(const struct die_context *context, Dwarf_Die die, struct unit_number *value)
{
	Dwarf_Attribute attribute;
	Dwarf_Error error = NULL;
	Dwarf_Unsigned number = 0;
	Dwarf_Signed negative = 0;
	Dwarf_Half form;
	int result = die_attribute(context, die, DW_AT_const_value, &attribute);

	if (result != 1)
		return result;
	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK) {
		dwarf_dealloc_attribute(attribute);
		return die_failed(context, error);
	}
	if (form == DW_FORM_sdata || form == DW_FORM_implicit_const)
		result = dwarf_formsdata(attribute, &negative, &error) == DW_DLV_OK;
	else if (form == DW_FORM_data1 || form == DW_FORM_data2 || form == DW_FORM_data4 ||
		 form == DW_FORM_data8 || form == DW_FORM_udata)
		result = dwarf_formudata(attribute, &number, &error) == DW_DLV_OK;
	else
		result = 0;
	dwarf_dealloc_attribute(attribute);
	value->bits = number | (uint64_t)negative;
	return result == 1 ? find_sign(context, die, value) : 0;
}

static int note_variable(const struct reader *reader, Dwarf_Die die)
{
	struct unit_content *content = reader->context.unit->content;
	struct die_declaration declaration;
	struct unit_variable *variable;

	if (die_declaration(&reader->context, die, &declaration))
		return -1;
	if (!declaration.name)
		return 0;
	content->variables =
		array_grow(content->variables, content->variable_count, sizeof(*variable));
	variable = &content->variables[content->variable_count++];
	variable->name = declaration.name;
	variable->function = reader->function;
	variable->die = declaration.die;
	return 0;
}

static die_function read_entry;

static int read_function(struct reader *reader, Dwarf_Die die)
{
	const char *outer = reader->function;
	struct die_declaration declaration;
	int result = die_declaration(&reader->context, die, &declaration);

	if (result || !declaration.name)
		return result;
	reader->function = declaration.name;
	result = die_each_child(&reader->context, die, read_entry, reader);
	reader->function = outer;
	return result;
}

static int read_entry(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct reader *reader = data;

	switch (tag) {
	case DW_TAG_subprogram:
		return read_function(reader, die);
	case DW_TAG_variable:
		return reader->function ? note_variable(reader, die) : 0;
	case DW_TAG_lexical_block:
		return die_each_child(&reader->context, die, read_entry, reader);
	default:
		return 0;
	}
}

/* Read once for all names that are asked for. */
static int read_variables(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	struct reader reader = { .context = { dwarf, unit } };

	if (unit_read(dwarf, unit))
		return -1;
	if (unit->content->has_variables)
		return 0;
	unit->content->variable_count = 0;
	if (dwarf_file_open_unit(dwarf, unit) ||
	    die_each_child(&reader.context, unit->die, read_entry, &reader) < 0)
		return -1;
	unit->content->has_variables = true;
	return 0;
}

/* LOCAL's place and value, of the entry DIE. 1, 0 where it has an address, or -1 after a message. */
static int read_local(const struct die_context *context, Dwarf_Die die, struct unit_local *local)
{
	struct die_declaration declaration;
	Dwarf_Attribute attribute;
	Dwarf_Unsigned address;
	int result = die_variable_address(context, die, &address);

	if (result)
		return result < 0 ? -1 : 0;
	if (die_declaration(context, die, &declaration))
		return -1;
	result = die_attribute(context, die, DW_AT_location, &attribute);
	if (result == 1)
		dwarf_dealloc_attribute(attribute);
	local->is_kept = result == 1;
	if (result >= 0)
		result = constant_of(context, die, &local->value);
	if (result < 0)
		return -1;
	local->has_value = result;
	if (declaration.has_file) {
		local->file = unit_file(context->dwarf, declaration.unit, declaration.file);
		local->line = (unsigned int)declaration.line;
	}
	return 1;
}

static int use_variable(const struct die_context *context, const struct unit_variable *variable,
			unit_local_function *use, void *data)
{
	struct unit_local local = { .function = variable->function };
	Dwarf_Die die;
	int result;

	if (die_at(context, variable->die, &die))
		return -1;
	result = read_local(context, die, &local);
	dwarf_dealloc_die(die);
	return result == 1 ? use(&local, data) : result;
}

int unit_each_local(struct dwarf_file *dwarf, struct dwarf_unit *unit, const char *name,
		    unit_local_function *use, void *data)
{
	struct die_context context = { dwarf, unit };
	int result = read_variables(dwarf, unit);

	for (size_t i = 0; !result && i < unit->content->variable_count; i++)
		if (!strcmp(unit->content->variables[i].name, name))
			result = use_variable(&context, &unit->content->variables[i], use, data);
	return result;
}

int unit_constant(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		  const struct definition *variable, struct unit_number *value)
{
	struct die_context context = { dwarf, unit };
	Dwarf_Die die;
	int result;

	if (die_at(&context, variable->die, &die))
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

	if (die_at(&context, function->die, &die))
		return -1;
	result = die_number(&context, die, DW_AT_inline, &inlined);
	dwarf_dealloc_die(die);
	if (result < 0)
		return -1;
	return inlined == DW_INL_inlined || inlined == DW_INL_declared_inlined;
}
