/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libdwarf handles. Comes in: a unit of dwarf-file.c. Goes out: the unit's own entry, in a handle that sees as little
 * as it has to.
 *
 * libdwarf builds tables for each unit that it passes on the way to another one: with 2000 units, that alone takes
 * longer than "nm". A handle therefore sees a .debug_info that holds its one unit. References within a unit are
 * relative to it. Should some lead to other units, which dwz and link-time optimisation make, the unit is opened in a
 * handle that sees all of .debug_info: there, places are those of the file.
 */
#include "dwarf/dwarf-file.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

/* What a libdwarf handle sees as its object file. */
struct window {
	const struct dwarf_file *dwarf;
	const struct dwarf_unit *unit; /* NULL: all */
};

#ifdef HAVE_DWARF_OBJ_ACCESS_INTERFACE_A
typedef Dwarf_Obj_Access_Interface_a access_interface;
typedef Dwarf_Obj_Access_Methods_a access_methods;
typedef Dwarf_Obj_Access_Section_a access_section;
typedef LIBDWARF_SECTION_INDEX section_index;
typedef Dwarf_Small byte_order;
#define FIELD(name)	as_##name
#define METHOD(name)	om_##name
#define INTERFACE(name) ai_##name
#define ORDER_BIG	DW_END_big
#define ORDER_LITTLE	DW_END_little
#else
typedef Dwarf_Obj_Access_Interface access_interface;
typedef Dwarf_Obj_Access_Methods access_methods;
typedef Dwarf_Obj_Access_Section access_section;
typedef Dwarf_Half section_index;
typedef Dwarf_Endianness byte_order;
#define FIELD(name)	name
#define METHOD(name)	name
#define INTERFACE(name) name
#define ORDER_BIG	DW_OBJECT_MSB
#define ORDER_LITTLE	DW_OBJECT_LSB
#endif

/* Is it the section of which the window shows one unit? */
static bool is_cut(const struct window *window, const struct dwarf_section *section)
{
	return window->unit && section == window->unit->section;
}

/* Sections of units are hidden where another one is shown. */
static bool is_hidden(const struct window *window, const struct dwarf_section *section)
{
	bool types = !strcmp(section->name, ".debug_types");

	if (types || !strcmp(section->name, ".debug_info"))
		return window->unit ? section != window->unit->section : types;
	return section->hidden;
}

static int get_section_info(void *object, section_index index, access_section *info, int *error)
{
	const struct window *window = object;
	const struct dwarf_section *section;

	(void)error;
	if (index >= window->dwarf->section_count)
		return DW_DLV_NO_ENTRY;
	section = &window->dwarf->sections[index];
	memset(info, 0, sizeof(*info));
	info->FIELD(name) = is_hidden(window, section) ? "" : section->name;
	info->FIELD(size) = is_cut(window, section) ? window->unit->size : section->size;
	info->FIELD(type) = index ? SHT_PROGBITS : SHT_NULL;
	return DW_DLV_OK;
}

static byte_order get_byte_order(void *object)
{
	const struct window *window = object;

	return elf_file_is_big_endian(window->dwarf->elf) ? ORDER_BIG : ORDER_LITTLE;
}

static Dwarf_Small get_length_size(void *object)
{
	(void)object;
	return 8;
}

static Dwarf_Small get_pointer_size(void *object)
{
	(void)object;
	return 8;
}

static Dwarf_Unsigned get_section_count(void *object)
{
	const struct window *window = object;

	return window->dwarf->section_count;
}

static int load_section(void *object, section_index index, Dwarf_Small **data, int *error)
{
	const struct window *window = object;
	struct dwarf_section *section;

	(void)error;
	if (!index || index >= window->dwarf->section_count)
		return DW_DLV_NO_ENTRY;
	section = &window->dwarf->sections[index];
	if (!dwarf_file_section_data(window->dwarf, section))
		return DW_DLV_ERROR;
	*data = section->data + (is_cut(window, section) ? window->unit->offset : 0);
	return DW_DLV_OK;
}

#ifdef HAVE_DWARF_OBJ_ACCESS_INTERFACE_A
/*
 * libdwarf 0.11 makes a table by this size for each unit that is opened: of a vmlinux, 288 MB. What is handed to it is
 * the sections of one unit.
 */
static Dwarf_Unsigned get_filesize(void *object)
{
	(void)object;
	return 1 << 20;
}
#endif

static const access_methods methods = {
	.METHOD(get_section_info) = get_section_info,
	.METHOD(get_byte_order) = get_byte_order,
	.METHOD(get_length_size) = get_length_size,
	.METHOD(get_pointer_size) = get_pointer_size,
	.METHOD(get_section_count) = get_section_count,
	.METHOD(load_section) = load_section,
#ifdef HAVE_DWARF_OBJ_ACCESS_INTERFACE_A
	.METHOD(get_filesize) = get_filesize,
#endif
};

/* UNIT NULL: for all of them. */
static int open_handle(struct dwarf_file *dwarf, const struct dwarf_unit *unit, Dwarf_Debug *debug)
{
	access_interface *interface = arena_alloc(dwarf->arena, sizeof(*interface));
	struct window *window = arena_alloc(dwarf->arena, sizeof(*window));
	Dwarf_Error error = NULL;
	int result;

	window->dwarf = dwarf;
	window->unit = unit;
	interface->INTERFACE(object) = window;
	interface->INTERFACE(methods) = &methods;
	result = dwarf_object_init_b(interface, NULL, NULL, DW_GROUPNUMBER_ANY, debug, &error);
	if (result == DW_DLV_OK)
		return 0;
	*debug = NULL;
	return dwarf_file_error(dwarf, NULL, error);
}

static void close_handle(Dwarf_Debug debug)
{
#ifdef HAVE_DWARF_OBJECT_FINISH_1
	dwarf_object_finish(debug);
#else
	dwarf_object_finish(debug, NULL);
#endif
}

static void close_unit(struct dwarf_unit *unit)
{
	if (!unit || !unit->debug)
		return;
	if (unit->die)
		dwarf_dealloc_die(unit->die);
	close_handle(unit->debug);
	unit->debug = NULL;
	unit->die = NULL;
	free(unit->nodes);
	unit->nodes = NULL;
}

static int first_entry(struct dwarf_unit *unit, bool is_info, Dwarf_Error *error)
{
	Dwarf_Unsigned length, type_offset, next;
	Dwarf_Half version, address_size, length_size, extension_size, type;
	Dwarf_Off abbreviations;
	Dwarf_Sig8 signature;

	if (dwarf_next_cu_header_d(unit->debug, is_info, &length, &version, &abbreviations,
				   &address_size, &length_size, &extension_size, &signature,
				   &type_offset, &next, &type, error) != DW_DLV_OK ||
	    dwarf_siblingof_b(unit->debug, NULL, is_info, &unit->die, error) != DW_DLV_OK)
		return -1;
	return 0;
}

/* The place for one more open unit, which becomes free. All but two are not in use. */
static struct dwarf_unit **free_place(struct dwarf_file *dwarf)
{
	struct dwarf_unit **place;

	do {
		place = &dwarf->open[dwarf->next_open];
		dwarf->next_open = (dwarf->next_open + 1) % DWARF_OPEN_UNITS;
	} while (*place && (*place)->in_use);
	close_unit(*place);
	return place;
}

/* In the handle that sees all units, where it stays open. */
static int open_linked(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	Dwarf_Error error = NULL;

	if (!dwarf->whole && open_handle(dwarf, NULL, &dwarf->whole))
		return -1;
	if (dwarf_offdie_b(dwarf->whole, unit->offset + unit->entry, true, &unit->die, &error) !=
	    DW_DLV_OK) {
		unit->die = NULL;
		return dwarf_file_error(dwarf, dwarf->whole, error);
	}
	unit->debug = dwarf->whole;
	return 0;
}

int dwarf_file_open_unit(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	Dwarf_Error error = NULL;

	if (unit->debug)
		return 0;
	if (dwarf_tree_check(dwarf, unit))
		return -1;
	if (dwarf_scan_links(dwarf, unit))
		return open_linked(dwarf, unit);
	if (open_handle(dwarf, unit, &unit->debug))
		return -1;
	if (first_entry(unit, strcmp(unit->section->name, ".debug_types"), &error)) {
		dwarf_file_error(dwarf, unit->debug, error);
		unit->die = NULL;
		close_unit(unit);
		return -1;
	}
	*free_place(dwarf) = unit;
	return 0;
}

const char *dwarf_file_producer(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	Dwarf_Error error = NULL;
	char *text = NULL;

	if (dwarf_file_open_unit(dwarf, unit))
		return NULL;
	switch (dwarf_die_text(unit->die, DW_AT_producer, &text, &error)) {
	case DW_DLV_OK:
		return text;
	case DW_DLV_NO_ENTRY:
		return "";
	default:
		dwarf_file_error(dwarf, unit->debug, error);
		return NULL;
	}
}

void dwarf_file_close_units(struct dwarf_file *dwarf)
{
	for (size_t i = 0; i < DWARF_OPEN_UNITS; i++) {
		close_unit(dwarf->open[i]);
		dwarf->open[i] = NULL;
	}
	for (size_t i = 0; i < dwarf->unit_count + dwarf->part_count && dwarf->whole; i++) {
		struct dwarf_unit *unit = i < dwarf->unit_count
						  ? &dwarf->units[i]
						  : &dwarf->parts[i - dwarf->unit_count];

		if (unit->die)
			dwarf_dealloc_die(unit->die);
		unit->debug = NULL;
		unit->die = NULL;
	}
	if (dwarf->whole)
		close_handle(dwarf->whole);
	dwarf->whole = NULL;
}
