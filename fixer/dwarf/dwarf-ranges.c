/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which unit's code is at an address. Comes in: .debug_aranges, a table that GCC makes for this
 * question (DWARF 5, 6.1.2), and the units that it leaves out, as clang makes none. Goes out: a unit
 * of dwarf-file.c.
 *
 * libdwarf's reader of this table insists that the units are in the .debug_info that it sees, but
 * its handles see one unit only.
 */
#include <stdlib.h>

#include "dwarf/die.h"

/* Who asks for few addresses only does not have the ranges sorted. */
#define FEW_ASKED 8

static struct dwarf_unit *unit_at_offset(const struct dwarf_file *dwarf, uint64_t offset)
{
	size_t low = 0, high = dwarf->unit_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dwarf->units[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < dwarf->unit_count && dwarf->units[low].offset == offset ? &dwarf->units[low]
									     : NULL;
}

static void add_range(struct dwarf_file *dwarf, struct dwarf_unit *unit, uint64_t start,
		      uint64_t size)
{
	if (!unit || !size)
		return;
	dwarf->ranges = array_grow(dwarf->ranges, dwarf->range_count, sizeof(*dwarf->ranges));
	dwarf->ranges[dwarf->range_count++] = (struct dwarf_range){ start, size, unit };
	unit->has_ranges = true;
}

static int add_unit_range(void *data, uint64_t start, uint64_t end)
{
	struct die_context *context = data;

	if (end > start)
		add_range(context->dwarf, context->unit, start, end - start);
	return 0;
}

/* Of each unit without code in the table, its own. -1 after a message. */
static int add_units_ranges(struct dwarf_file *dwarf)
{
	dwarf->has_all_ranges = true;
	dwarf->are_ranges_sorted = false;
	for (size_t i = 0; i < dwarf->unit_count; i++) {
		struct die_context context = { dwarf, &dwarf->units[i] };

		if (context.unit->has_ranges)
			continue;
		if (dwarf_file_open_unit(dwarf, context.unit) ||
		    die_each_range(&context, context.unit->die, add_unit_range, &context))
			return -1;
	}
	return 0;
}

/* Adds one unit's ranges and leaves CURSOR behind them. */
static void read_set(struct dwarf_file *dwarf, struct cursor *cursor)
{
	const unsigned char *start = cursor->at, *end;
	unsigned int offset_size = 4, address_size, segment_size;
	uint64_t length = cursor_number(cursor, 4), tuple;
	struct dwarf_unit *unit;

	if (length == 0xffffffff) {
		offset_size = 8;
		length = cursor_number(cursor, 8);
	}
	if (length > (uint64_t)(cursor->end - cursor->at))
		length = (uint64_t)(cursor->end - cursor->at);
	end = cursor->at + length;
	cursor_number(cursor, 2); /* the version */
	unit = unit_at_offset(dwarf, cursor_number(cursor, offset_size));
	address_size = (unsigned int)cursor_number(cursor, 1);
	segment_size = (unsigned int)cursor_number(cursor, 1);
	/* The tuples are aligned to their size, seen from the set's start. */
	tuple = 2ull * address_size;
	if (address_size == 8 && !segment_size) {
		cursor_skip(cursor, (tuple - (uint64_t)(cursor->at - start) % tuple) % tuple);
		while (cursor->at < end && (uint64_t)(end - cursor->at) >= tuple) {
			uint64_t low = cursor_number(cursor, address_size);

			add_range(dwarf, unit, low, cursor_number(cursor, address_size));
		}
	}
	cursor->at = end;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct dwarf_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static int read_ranges(struct dwarf_file *dwarf)
{
	struct dwarf_section *section = dwarf_file_section(dwarf, ".debug_aranges");
	struct cursor cursor = { .big_endian = elf_file_is_big_endian(dwarf->elf) };

	dwarf->has_ranges = true;
	if (section) {
		if (!dwarf_file_section_data(dwarf, section))
			return -1;
		cursor.at = section->data;
		cursor.end = cursor.at + section->size;
	}
	while (cursor.at < cursor.end && !cursor.short_of)
		read_set(dwarf, &cursor);
	return 0;
}

/* The last one of the ranges that start at ADDRESS or below; NULL: none does. */
static const struct dwarf_range *look_for_range(const struct dwarf_file *dwarf, uint64_t address)
{
	const struct dwarf_range *last = NULL;

	for (size_t i = 0; i < dwarf->range_count; i++)
		if (dwarf->ranges[i].start <= address &&
		    (!last || dwarf->ranges[i].start >= last->start))
			last = &dwarf->ranges[i];
	return last;
}

static void sort_ranges(struct dwarf_file *dwarf)
{
	if (dwarf->range_count && !dwarf->are_ranges_sorted)
		qsort(dwarf->ranges, dwarf->range_count, sizeof(*dwarf->ranges), compare_ranges);
	dwarf->are_ranges_sorted = true;
}

/* How many ranges start at ADDRESS or below: those of the smaller numbers. */
static size_t ranges_up_to(struct dwarf_file *dwarf, uint64_t address)
{
	size_t low = 0, high = dwarf->range_count;

	sort_ranges(dwarf);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dwarf->ranges[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct dwarf_unit *find_unit(struct dwarf_file *dwarf, uint64_t address)
{
	const struct dwarf_range *range;
	size_t count;

	if (!dwarf->are_ranges_sorted && dwarf->ranges_asked < FEW_ASKED) {
		dwarf->ranges_asked++;
		range = look_for_range(dwarf, address);
	} else {
		count = ranges_up_to(dwarf, address);
		range = count ? &dwarf->ranges[count - 1] : NULL;
	}
	return range && address - range->start < range->size ? range->unit : NULL;
}

/* A range may begin where debug information has its first function begin, behind the symbol ADDRESS (dwarf-entries.c). */
static struct dwarf_unit *find_unit_behind(struct dwarf_file *dwarf, uint64_t address)
{
	unsigned int room = dwarf->elf->arch->entry_room;
	size_t i;

	if (!room)
		return NULL;
	i = ranges_up_to(dwarf, address);
	for (; i < dwarf->range_count && dwarf->ranges[i].start - address <= room; i++)
		if (dwarf_file_entry(dwarf, dwarf->ranges[i].start) == address)
			return dwarf->ranges[i].unit;
	return NULL;
}

struct dwarf_unit *dwarf_file_unit_at(struct dwarf_file *dwarf, uint64_t address)
{
	struct dwarf_unit *unit;

	if (!dwarf->has_ranges && read_ranges(dwarf))
		return NULL;
	unit = find_unit(dwarf, address);
	if (!unit && !dwarf->has_all_ranges) {
		if (add_units_ranges(dwarf))
			return NULL;
		unit = find_unit(dwarf, address);
	}
	return unit ? unit : find_unit_behind(dwarf, address);
}
