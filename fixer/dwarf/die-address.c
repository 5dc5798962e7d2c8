/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of DWARF entries. Comes in: an entry of an open unit. Goes out: where its code or its storage is. With
 * die.c, for whoever asks that.
 *
 * DWARF 5 has tables of a unit's addresses and ranges, to which entries have indices. libdwarf reads the headers of all
 * units' tables before it reads one, so that they are read here.
 */
#include <string.h>

#include "dwarf/die.h"
#include "elf/bytes.h"

#define ADDRESS_SIZE 8

/* Where a unit's table in .debug_addr begins if it does not say so: behind the only header (DWARF 5, 7.27). */
#define FIRST_TABLE 8

#define OUT_OF_TABLE "an index that is not in its table"

/* Sets CURSOR to SECTION from OFFSET on; -1 after a message. */
static int open_section(const struct die_context *context, const char *name, uint64_t offset,
			struct cursor *cursor)
{
	struct dwarf_section *section = dwarf_file_section(context->dwarf, name);

	if (section && !dwarf_file_section_data(context->dwarf, section))
		return -1;
	if (!section || offset >= section->size)
		return die_malformed(context, "a place outside of its section");
	*cursor = (struct cursor){
		.at = section->data + offset,
		.end = section->data + section->size,
		.big_endian = elf_file_is_big_endian(context->dwarf->elf),
	};
	return 0;
}

/* The address with that INDEX in the unit's table. 1, or -1 after a message. */
static int indexed_address(const struct die_context *context, uint64_t index,
			   Dwarf_Unsigned *address)
{
	Dwarf_Unsigned base = FIRST_TABLE;
	struct cursor cursor;
	bool indexed;

	if (die_offset(context, context->unit->die, DW_AT_addr_base, &base, &indexed) < 0)
		return -1;
	if (index > UINT32_MAX || base > UINT64_MAX - ADDRESS_SIZE * index)
		return die_malformed(context, OUT_OF_TABLE);
	if (open_section(context, ".debug_addr", base + ADDRESS_SIZE * index, &cursor))
		return -1;
	*address = cursor_number(&cursor, ADDRESS_SIZE);
	return cursor.short_of ? die_malformed(context, OUT_OF_TABLE) : 1;
}

/* The number of an indexed list, by way of the unit's table, as an offset in .debug_rnglists. */
static int list_offset(const struct die_context *context, Dwarf_Unsigned *list)
{
	Dwarf_Unsigned base = 0;
	struct cursor cursor;
	bool indexed;

	if (die_offset(context, context->unit->die, DW_AT_rnglists_base, &base, &indexed) < 0)
		return -1;
	if (*list > UINT32_MAX || base > UINT64_MAX - 4 * *list)
		return die_malformed(context, OUT_OF_TABLE);
	if (open_section(context, ".debug_rnglists", base + 4 * *list, &cursor))
		return -1;
	*list = base + cursor_number(&cursor, 4);
	return cursor.short_of ? die_malformed(context, OUT_OF_TABLE) : 0;
}

/* One entry of a DWARF 5 list (DWARF 5, 2.17.3). */
struct list_entry {
	Dwarf_Unsigned start, end;
	bool is_range; /* not a base for those that follow */
	bool is_last;
};

/* Reads what follows KIND; BASE is the one of offsets. 0, or -1 after a message. */
static int read_list_entry(const struct die_context *context, struct cursor *cursor,
			   Dwarf_Unsigned base, struct list_entry *entry)
{
	uint64_t kind = cursor_number(cursor, 1), index;
	int result = 1;

	memset(entry, 0, sizeof(*entry));
	entry->is_range = kind != DW_RLE_base_address && kind != DW_RLE_base_addressx;
	switch (kind) {
	case DW_RLE_end_of_list:
		entry->is_last = true;
		break;
	case DW_RLE_base_address:
		entry->start = cursor_number(cursor, ADDRESS_SIZE);
		break;
	case DW_RLE_base_addressx:
		result = indexed_address(context, cursor_uleb(cursor), &entry->start);
		break;
	case DW_RLE_offset_pair:
		entry->start = base + cursor_uleb(cursor);
		entry->end = base + cursor_uleb(cursor);
		break;
	case DW_RLE_start_end:
		entry->start = cursor_number(cursor, ADDRESS_SIZE);
		entry->end = cursor_number(cursor, ADDRESS_SIZE);
		break;
	case DW_RLE_start_length:
		entry->start = cursor_number(cursor, ADDRESS_SIZE);
		entry->end = entry->start + cursor_uleb(cursor);
		break;
	case DW_RLE_startx_length:
		result = indexed_address(context, cursor_uleb(cursor), &entry->start);
		entry->end = entry->start + cursor_uleb(cursor);
		break;
	case DW_RLE_startx_endx:
		index = cursor_uleb(cursor);
		result = indexed_address(context, index, &entry->start);
		if (result == 1)
			result = indexed_address(context, cursor_uleb(cursor), &entry->end);
		break;
	default:
		return die_malformed(context, "a list of ranges of an unknown kind");
	}
	if (result != 1)
		return -1;
	return cursor->short_of ? die_malformed(context, "half a list of ranges") : 0;
}

/* The unit's address, to which offsets are relative where nothing else is said. 0, or -1 after a message. */
static int unit_base(const struct die_context *context, Dwarf_Unsigned *base)
{
	Dwarf_Error error = NULL;
	Dwarf_Addr low = 0;

	if (dwarf_lowpc(context->unit->die, &low, &error) == DW_DLV_ERROR)
		return die_failed(context, error);
	*base = low;
	return 0;
}

static int each_of_list(const struct die_context *context, Dwarf_Unsigned list, bool indexed,
			die_range_function *use, void *data)
{
	struct list_entry entry;
	struct cursor cursor;
	Dwarf_Unsigned base = 0;
	int result = 0;

	if ((indexed && list_offset(context, &list)) || unit_base(context, &base) ||
	    open_section(context, ".debug_rnglists", list, &cursor))
		return -1;
	while (!result) {
		if (read_list_entry(context, &cursor, base, &entry))
			return -1;
		if (entry.is_last)
			break;
		if (entry.is_range)
			result = use(data, entry.start, entry.end);
		else
			base = entry.start;
	}
	return result;
}

/* The same for DWARF up to 4. */
static int each_of_ranges(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned list,
			  die_range_function *use, void *data)
{
	Dwarf_Ranges *ranges;
	Dwarf_Signed count;
	Dwarf_Off offset;
	Dwarf_Unsigned base = 0;
	Dwarf_Error error = NULL;
	int result = 0;

	if (unit_base(context, &base))
		return -1;
	if (dwarf_get_ranges_b(context->unit->debug, list, die, &offset, &ranges, &count, NULL,
			       &error) != DW_DLV_OK)
		return die_failed(context, error);
	for (Dwarf_Signed i = 0; i < count && !result; i++) {
		if (ranges[i].dwr_type == DW_RANGES_ADDRESS_SELECTION)
			base = ranges[i].dwr_addr2;
		else if (ranges[i].dwr_type == DW_RANGES_ENTRY)
			result = use(data, base + ranges[i].dwr_addr1, base + ranges[i].dwr_addr2);
	}
	dwarf_dealloc_ranges(context->unit->debug, ranges, count);
	return result;
}

/* The one range of an entry without a list. */
static int use_plain_range(const struct die_context *context, Dwarf_Die die,
			   die_range_function *use, void *data)
{
	enum Dwarf_Form_Class class = DW_FORM_CLASS_UNKNOWN;
	Dwarf_Error error = NULL;
	Dwarf_Addr low, high;
	Dwarf_Half form;
	int result = dwarf_lowpc(die, &low, &error);

	if (result == DW_DLV_OK)
		result = dwarf_highpc_b(die, &high, &form, &class, &error);
	if (result == DW_DLV_ERROR)
		return die_failed(context, error);
	if (result == DW_DLV_NO_ENTRY)
		return 0;
	return use(data, low, class == DW_FORM_CLASS_CONSTANT ? low + high : high);
}

int die_each_range(const struct die_context *context, Dwarf_Die die, die_range_function *use,
		   void *data)
{
	Dwarf_Half version, offset_size;
	Dwarf_Unsigned list;
	bool indexed;
	int result = die_offset(context, die, DW_AT_ranges, &list, &indexed);

	if (result < 0)
		return -1;
	if (!result)
		return use_plain_range(context, die, use, data);
	if (dwarf_get_version_of_die(die, &version, &offset_size) != DW_DLV_OK)
		return die_failed(context, NULL);
	if (version >= 5)
		return each_of_list(context, list, indexed, use, data);
	return each_of_ranges(context, die, list, use, data);
}

static int take_start(void *data, uint64_t start, uint64_t end)
{
	(void)end;
	*(Dwarf_Unsigned *)data = start;
	return 1;
}

int die_function_address(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned *address)
{
	Dwarf_Error error = NULL;
	Dwarf_Addr low = 0;
	int result = dwarf_lowpc(die, &low, &error);

	if (result == DW_DLV_ERROR)
		return die_failed(context, error);
	*address = low;
	result = result == DW_DLV_NO_ENTRY ? die_each_range(context, die, take_start, address) : 1;
	if (result == 1)
		*address = dwarf_file_entry(context->dwarf, *address);
	return result;
}

/* The bytes of an expression that is in place; 0 also for a list of them. */
static int expression_of(const struct die_context *context, Dwarf_Attribute attribute,
			 struct cursor *cursor)
{
	Dwarf_Unsigned length = 0;
	Dwarf_Ptr bytes = NULL;
	Dwarf_Error error = NULL;
	Dwarf_Block *block;
	Dwarf_Half form;

	if (dwarf_whatform(attribute, &form, &error) != DW_DLV_OK)
		return die_failed(context, error);
	if (form == DW_FORM_exprloc) {
		if (dwarf_formexprloc(attribute, &length, &bytes, &error) != DW_DLV_OK)
			return die_failed(context, error);
	} else if (form == DW_FORM_block1) {
		if (dwarf_formblock(attribute, &block, &error) != DW_DLV_OK)
			return die_failed(context, error);
		length = block->bl_len;
		bytes = block->bl_data;
		dwarf_dealloc(context->unit->debug, block, DW_DLA_BLOCK);
	}
	if (length <= 1)
		return 0;
	cursor->at = bytes;
	cursor->end = cursor->at + length;
	return 1;
}

int die_variable_address(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned *address)
{
	struct cursor cursor = { .big_endian = elf_file_is_big_endian(context->dwarf->elf) };
	Dwarf_Attribute attribute;
	Dwarf_Unsigned number;
	uint64_t operation;
	int result = die_attribute(context, die, DW_AT_location, &attribute);

	if (result != 1)
		return result;
	result = expression_of(context, attribute, &cursor);
	dwarf_dealloc_attribute(attribute);
	if (result != 1)
		return result;
	operation = cursor_number(&cursor, 1);
	if (operation == DW_OP_addr)
		number = cursor_number(&cursor, ADDRESS_SIZE);
	else if (operation == DW_OP_addrx)
		number = cursor_uleb(&cursor);
	else
		return 0;
	/* Anything behind makes something else of it. */
	if (cursor.short_of || cursor.at != cursor.end)
		return 0;
	if (operation == DW_OP_addrx)
		return indexed_address(context, number, address);
	*address = number;
	return 1;
}
