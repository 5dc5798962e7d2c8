/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes of DWARF entries. Comes in: an entry of an open unit. Goes out: numbers, addresses and
 * names, gathered from where the entry refers to. libdwarf's three results become 1, 0 and -1.
 */
#include "dwarf/die.h"

#include <string.h>

#include "base/diag.h"
#include "elf/bytes.h"

/* How far DW_AT_abstract_origin and DW_AT_specification are followed; compilers need two. */
#define MAX_ORIGINS 8

/* DW_OP_addr with its operand. */
#define ADDRESS_EXPRESSION_SIZE 9

int die_failed(const struct die_context *context, Dwarf_Error error)
{
	return dwarf_file_error(context->dwarf, context->unit->debug, error);
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
	case DW_FORM_ref4:
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
	if (result == DW_DLV_OK)
		result = dwarf_offdie_b(context->unit->debug, offset, true, origin, &error);
	return result == DW_DLV_OK ? 1 : die_failed(context, error);
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

/* The number of an indexed form, by way of the unit's table, as an offset in .debug_rnglists. */
static int rnglist_offset(const struct die_context *context, struct dwarf_section *section,
			  Dwarf_Unsigned *list)
{
	Dwarf_Unsigned base = 0;
	int result = die_number(context, context->unit->die, DW_AT_rnglists_base, &base);

	if (result < 0)
		return -1;
	if (*list >= section->size / 4 || !range_is_within(base, 4 * *list + 4, section->size))
		return die_failed(context, NULL);
	*list = base + bytes_load(section->data + base + 4 * *list, 4,
				  elf_file_is_big_endian(context->dwarf->elf));
	return 0;
}

/*
 * The start of the first range of a DWARF 5 list (DWARF 5, 2.17.3); as die_number(). libdwarf reads
 * the headers of all units' lists before it reads one.
 */
static int first_of_rnglist(const struct die_context *context, Dwarf_Unsigned list, bool indexed,
			    Dwarf_Unsigned *address)
{
	struct dwarf_section *section = dwarf_file_section(context->dwarf, ".debug_rnglists");
	struct cursor cursor = { .big_endian = elf_file_is_big_endian(context->dwarf->elf) };
	Dwarf_Error error = NULL;
	Dwarf_Addr base = 0;

	if (!section || !dwarf_file_section_data(context->dwarf, section))
		return die_failed(context, NULL);
	if (indexed && rnglist_offset(context, section, &list))
		return -1;
	if (list >= section->size)
		return die_failed(context, NULL);
	cursor.at = section->data + list;
	cursor.end = section->data + section->size;
	if (dwarf_lowpc(context->unit->die, &base, &error) == DW_DLV_ERROR)
		return die_failed(context, error);
	for (;;) {
		switch (cursor_number(&cursor, 1)) {
		case DW_RLE_base_address:
			base = cursor_number(&cursor, 8);
			break;
		case DW_RLE_offset_pair:
			*address = base + cursor_uleb(&cursor);
			return cursor.short_of ? die_failed(context, NULL) : 1;
		case DW_RLE_start_end:
		case DW_RLE_start_length:
			*address = cursor_number(&cursor, 8);
			return cursor.short_of ? die_failed(context, NULL) : 1;
		case DW_RLE_end_of_list:
			return cursor.short_of ? die_failed(context, NULL) : 0;
		default:
			return die_failed(context, NULL);
		}
	}
}

/* The same for DWARF up to 4. */
static int first_of_ranges(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned list,
			   Dwarf_Unsigned *address)
{
	Dwarf_Ranges *ranges;
	Dwarf_Signed count;
	Dwarf_Off offset;
	Dwarf_Unsigned base = 0;
	Dwarf_Error error = NULL;
	int found = 0;

	if (dwarf_get_ranges_b(context->unit->debug, list, die, &offset, &ranges, &count, NULL,
			       &error) != DW_DLV_OK)
		return die_failed(context, error);
	for (Dwarf_Signed i = 0; i < count && !found; i++) {
		if (ranges[i].dwr_type == DW_RANGES_ADDRESS_SELECTION) {
			base = ranges[i].dwr_addr2;
		} else if (ranges[i].dwr_type == DW_RANGES_ENTRY) {
			*address = base + ranges[i].dwr_addr1;
			found = 1;
		}
	}
	dwarf_dealloc_ranges(context->unit->debug, ranges, count);
	return found;
}

int die_function_address(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned *address)
{
	Dwarf_Attribute attribute;
	Dwarf_Unsigned list;
	Dwarf_Addr low;
	Dwarf_Half form, version, offset_size;
	Dwarf_Error error = NULL;
	int result = dwarf_lowpc(die, &low, &error);

	if (result == DW_DLV_ERROR)
		return die_failed(context, error);
	if (result == DW_DLV_OK) {
		*address = low;
		return 1;
	}
	result = die_attribute(context, die, DW_AT_ranges, &attribute);
	if (result != 1)
		return result;
	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK)
		result = die_failed(context, error);
	else if (form == DW_FORM_sec_offset &&
		 dwarf_global_formref(attribute, &list, &error) != DW_DLV_OK)
		result = die_failed(context, error);
	else if (form != DW_FORM_sec_offset)
		result = form_number(context, attribute, &list);
	dwarf_dealloc_attribute(attribute);
	if (result != 1)
		return result;
	if (dwarf_get_version_of_die(die, &version, &offset_size) != DW_DLV_OK)
		return die_failed(context, NULL);
	if (version >= 5)
		return first_of_rnglist(context, list, form == DW_FORM_rnglistx, address);
	return first_of_ranges(context, die, list, address);
}

int die_variable_address(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned *address)
{
	Dwarf_Attribute attribute;
	Dwarf_Unsigned length = 0;
	Dwarf_Ptr bytes = NULL;
	Dwarf_Error error = NULL;
	int result = die_attribute(context, die, DW_AT_location, &attribute);
	Dwarf_Block *block;
	Dwarf_Half form;

	if (result != 1)
		return result;
	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK) {
		result = die_failed(context, error);
	} else if (form == DW_FORM_exprloc) {
		if (dwarf_formexprloc(attribute, &length, &bytes, &error) != DW_DLV_OK)
			result = die_failed(context, error);
	} else if (form == DW_FORM_block1) {
		if (dwarf_formblock(attribute, &block, &error) != DW_DLV_OK) {
			result = die_failed(context, error);
		} else {
			length = block->bl_len;
			bytes = block->bl_data;
			dwarf_dealloc(context->unit->debug, block, DW_DLA_BLOCK);
		}
	}
	dwarf_dealloc_attribute(attribute);
	if (result < 0)
		return -1;
	if (length != ADDRESS_EXPRESSION_SIZE || *(unsigned char *)bytes != DW_OP_addr)
		return 0;
	*address = bytes_load((unsigned char *)bytes + 1, 8,
			      elf_file_is_big_endian(context->dwarf->elf));
	return 1;
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
