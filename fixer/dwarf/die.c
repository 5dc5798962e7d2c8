/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes of DWARF entries. Comes in: an entry of an open unit. Goes out: numbers, addresses and
 * names, gathered from where the entry refers to. libdwarf's three results become 1, 0 and -1.
 */
#include "dwarf/die.h"

#include <string.h>

#include "base/diag.h"

/* How far DW_AT_abstract_origin and DW_AT_specification are followed; compilers need two. */
#define MAX_ORIGINS 8

int die_failed(const struct die_context *context, Dwarf_Error error)
{
	return dwarf_file_error(context->dwarf, context->unit->debug, error);
}

int die_malformed(const struct die_context *context, const char *what)
{
	struct diag_place place = { context->dwarf->elf->path, 0 };

	if (*context->unit->name)
		diag_error(&place, "dwarf", "malformed DWARF: %s in '%s'", what,
			   context->unit->name);
	else
		diag_error(&place, "dwarf", "malformed DWARF: %s, in %s at 0x%llx", what,
			   context->unit->section->name, (unsigned long long)context->unit->offset);
	return -1;
}

int die_at(const struct die_context *context, uint64_t offset, Dwarf_Die *die)
{
	Dwarf_Error error = NULL;

	if (dwarf_file_open_unit(context->dwarf, context->unit))
		return -1;
	if (dwarf_offdie_b(context->unit->debug, offset, true, die, &error) != DW_DLV_OK)
		return die_failed(context, error);
	return 0;
}

int die_attribute(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
		  Dwarf_Attribute *attribute)
{
	Dwarf_Error error = NULL;

	switch (dwarf_attr(die, number, attribute, &error)) {
	case DW_DLV_OK:
		return 1;
	case DW_DLV_NO_ENTRY:
		return 0;
	default:
		return die_failed(context, error);
	}
}

/*
 * The number in ATTRIBUTE; as die_number(). Not all versions of libdwarf take every form: an
 * implicit constant is refused by dwarf_formudata(), a length that is computed by all.
 */
static int form_number(const struct die_context *context, Dwarf_Attribute attribute,
		       Dwarf_Unsigned *value)
{
	Dwarf_Error error = NULL;
	Dwarf_Signed number;
	Dwarf_Half form;
	int result;

	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK)
		return die_failed(context, error);
	switch (form) {
	case DW_FORM_exprloc:
	case DW_FORM_block1:
	case DW_FORM_ref1:
	case DW_FORM_ref2:
	case DW_FORM_ref4:
	case DW_FORM_ref8:
	case DW_FORM_ref_udata:
	case DW_FORM_ref_addr:
	case DW_FORM_sec_offset:
	case DW_FORM_loclistx:
		return 0;
	case DW_FORM_implicit_const:
	case DW_FORM_sdata:
		result = dwarf_formsdata(attribute, &number, &error);
		*value = (Dwarf_Unsigned)number;
		break;
	default:
		result = dwarf_formudata(attribute, value, &error);
	}
	return result == DW_DLV_OK ? 1 : die_failed(context, error);
}

int die_number(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
	       Dwarf_Unsigned *value)
{
	Dwarf_Attribute attribute;
	int result = die_attribute(context, die, number, &attribute);

	if (result != 1)
		return result;
	result = form_number(context, attribute, value);
	dwarf_dealloc_attribute(attribute);
	return result;
}

int die_offset(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
	       Dwarf_Unsigned *offset, bool *indexed)
{
	Dwarf_Attribute attribute;
	Dwarf_Error error = NULL;
	Dwarf_Half form = 0;
	int result = die_attribute(context, die, number, &attribute);

	*indexed = false;
	if (result != 1)
		return result;
	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK)
		result = die_failed(context, error);
	else if (form != DW_FORM_sec_offset)
		result = form_number(context, attribute, offset);
	else if (dwarf_global_formref(attribute, offset, &error) != DW_DLV_OK)
		result = die_failed(context, error);
	*indexed = form == DW_FORM_rnglistx;
	dwarf_dealloc_attribute(attribute);
	return result;
}

int die_address(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
		Dwarf_Unsigned *address)
{
	Dwarf_Attribute attribute;
	Dwarf_Error error = NULL;
	Dwarf_Addr value = 0;
	int result = die_attribute(context, die, number, &attribute);

	if (result != 1)
		return result;
	result = dwarf_formaddr(attribute, &value, &error);
	dwarf_dealloc_attribute(attribute);
	*address = value;
	return result == DW_DLV_OK ? 1 : die_failed(context, error);
}

/* Is the unit of the entry at OFFSET one that libdwarf may see? Its own is. */
static int check_target(const struct die_context *context, Dwarf_Off offset)
{
	struct dwarf_unit *unit;

	if (!dwarf_scan_links(context->dwarf, context->unit))
		return 0;
	unit = dwarf_scan_unit(context->dwarf, offset);
	return unit ? dwarf_tree_check(context->dwarf, unit)
		    : die_malformed(context, "a reference to no unit");
}

int die_follow(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
	       Dwarf_Die *origin)
{
	Dwarf_Attribute attribute;
	Dwarf_Error error = NULL;
	Dwarf_Off offset;
	int result = die_attribute(context, die, number, &attribute);

	if (result != 1)
		return result;
	result = dwarf_global_formref(attribute, &offset, &error);
	dwarf_dealloc_attribute(attribute);
	if (result == DW_DLV_OK && check_target(context, offset))
		return -1;
	if (result == DW_DLV_OK)
		result = dwarf_offdie_b(context->unit->debug, offset, true, origin, &error);
	return result == DW_DLV_OK ? 1 : die_failed(context, error);
}

/* The unit whose files DIE numbers. */
static struct dwarf_unit *die_unit(const struct die_context *context, Dwarf_Die die)
{
	struct dwarf_unit *unit = NULL;
	Dwarf_Error error = NULL;
	Dwarf_Off offset;

	if (dwarf_scan_links(context->dwarf, context->unit) &&
	    dwarf_dieoffset(die, &offset, &error) == DW_DLV_OK)
		unit = dwarf_scan_unit(context->dwarf, offset);
	return unit ? unit : context->unit;
}

static int own_declaration(const struct die_context *context, Dwarf_Die die,
			   struct die_declaration *declaration)
{
	Dwarf_Error error = NULL;
	char *name;
	int result;

	if (!declaration->name) {
		result = dwarf_die_text(die, DW_AT_name, &name, &error);
		if (result == DW_DLV_ERROR)
			return die_failed(context, error);
		if (result == DW_DLV_OK)
			declaration->name = name;
	}
	if (!declaration->has_file) {
		result = die_number(context, die, DW_AT_decl_file, &declaration->file);
		if (result < 0 ||
		    (result && die_number(context, die, DW_AT_decl_line, &declaration->line) < 0))
			return -1;
		declaration->has_file = result;
		if (result)
			declaration->unit = die_unit(context, die);
	}
	return 0;
}

int die_declaration(const struct die_context *context, Dwarf_Die die,
		    struct die_declaration *declaration)
{
	Dwarf_Die current = die, next = NULL;
	Dwarf_Error error = NULL;
	int result = 0;

	memset(declaration, 0, sizeof(*declaration));
	if (dwarf_dieoffset(die, &declaration->die, &error) != DW_DLV_OK)
		return die_failed(context, error);
	for (int i = 0; i < MAX_ORIGINS; i++) {
		if (own_declaration(context, current, declaration)) {
			result = -1;
			break;
		}
		if (declaration->name && declaration->has_file)
			break;
		result = die_follow(context, current, DW_AT_abstract_origin, &next);
		if (!result)
			result = die_follow(context, current, DW_AT_specification, &next);
		if (result != 1)
			break;
		if (current != die)
			dwarf_dealloc_die(current);
		current = next;
	}
	if (current != die)
		dwarf_dealloc_die(current);
	return result < 0 ? -1 : 0;
}

int die_each_child(const struct die_context *context, Dwarf_Die parent, die_function *use,
		   void *data)
{
	Dwarf_Error error = NULL;
	Dwarf_Die child, next;
	int result = dwarf_child(parent, &child, &error), ended = 0;

	while (result == DW_DLV_OK) {
		Dwarf_Half tag;

		if (dwarf_tag(child, &tag, &error) != DW_DLV_OK)
			ended = die_failed(context, error);
		else
			ended = use(data, child, tag);
		result =
			ended ? DW_DLV_NO_ENTRY
			      : dwarf_siblingof_b(context->unit->debug, child, true, &next, &error);
		dwarf_dealloc_die(child);
		child = next;
	}
	return result == DW_DLV_ERROR ? die_failed(context, error) : ended;
}
