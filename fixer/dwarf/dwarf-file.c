/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DWARF of a kernel image or module. Comes in: an ELF file. Goes out: the list of its units,
 * and libdwarf handles for those that are asked for.
 *
 * libdwarf's own file reader copies every debug section into memory, relocations included; a
 * kernel image has 400 MB of them. Here libdwarf reads the sections where libelf mapped them. An
 * executable's sections are as they should be (Debian's vmlinux keeps its .rela.debug_* sections;
 * they have been applied by the linker). A module's have to be relocated, in a copy.
 *
 * Moreover libdwarf builds tables for each unit that it passes on the way to another one: with
 * 2000 units, that alone takes longer than "nm". A handle therefore sees a .debug_info that holds
 * its one unit. References within a unit are relative to it; should a reference lead to another
 * unit (link-time optimisation and dwz make such ones), libdwarf reports it.
 */
#include "dwarf/dwarf-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "elf/elf-relocate.h"

/* What a libdwarf handle sees as its object file. */
struct window {
	const struct dwarf_file *dwarf;
	const struct dwarf_unit *unit;
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

static bool is_debug_info(const struct dwarf_section *section)
{
	return !strcmp(section->name, ".debug_info");
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
	info->FIELD(name) = section->hidden ? "" : section->name;
	info->FIELD(size) = is_debug_info(section) ? window->unit->size : section->size;
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
	*data = section->data + (is_debug_info(section) ? window->unit->offset : 0);
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

int dwarf_file_error(const struct dwarf_file *dwarf, Dwarf_Debug debug, Dwarf_Error error)
{
	struct diag_place place = { dwarf->elf->path, 0 };

	diag_error(&place, "dwarf", "malformed DWARF: %s",
		   error ? dwarf_errmsg(error) : "no more entries");
	if (debug && error)
		dwarf_dealloc_error(debug, error);
	return -1;
}

const unsigned char *dwarf_file_section_data(const struct dwarf_file *dwarf,
					     struct dwarf_section *section)
{
	Elf_Data *contents;

	if (section->data)
		return section->data;
	contents = elf_file_raw_data(dwarf->elf, section->index);
	if (!contents)
		return NULL;
	section->size = contents->d_size;
	if (dwarf->elf->header.e_type == ET_REL)
		section->copy = elf_relocated_copy(dwarf->elf, section->index, contents);
	section->data = dwarf->elf->header.e_type == ET_REL ? section->copy : contents->d_buf;
	return section->data;
}

int dwarf_file_read(const struct dwarf_file *dwarf, struct dwarf_section *section, uint64_t offset,
		    unsigned char *buffer, size_t room, struct cursor *cursor)
{
	struct diag_place place = { dwarf->elf->path, 0 };
	ssize_t got;

	memset(cursor, 0, sizeof(*cursor));
	cursor->big_endian = elf_file_is_big_endian(dwarf->elf);
	if (offset > section->size)
		return 0;
	if (room > section->size - offset)
		room = section->size - offset;
	if (!section->file_offset) {
		if (!dwarf_file_section_data(dwarf, section))
			return -1;
		cursor->at = section->data + offset;
		cursor->end = cursor->at + room;
		return 0;
	}
	got = pread(dwarf->elf->fd, buffer, room, (off_t)(section->file_offset + offset));
	if (got < 0) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		return -1;
	}
	cursor->at = buffer;
	cursor->end = buffer + got;
	return 0;
}

/* Compressed sections are decompressed in memory. -1 after a message. */
static int add_section(struct dwarf_file *dwarf, size_t index)
{
	const struct elf_section *from = &dwarf->elf->sections[index];
	struct dwarf_section *section = &dwarf->sections[dwarf->section_count];
	struct diag_place place = { dwarf->elf->path, 0 };
	GElf_Shdr header = from->header;

	section->index = index;
	section->name = from->name;
	if (header.sh_flags & SHF_COMPRESSED) {
		if (elf_compress(from->scn, 0, 0) < 0 || !gelf_getshdr(from->scn, &header)) {
			diag_error(&place, "dwarf", "cannot decompress %s: %s", from->name,
				   elf_errmsg(-1));
			return -1;
		}
	} else if (dwarf->elf->header.e_type != ET_REL) {
		section->file_offset = header.sh_offset;
	}
	section->size = header.sh_size;
	section->hidden = !strcmp(section->name, ".debug_rnglists") ||
			  !strcmp(section->name, ".debug_aranges");
	dwarf->section_count++;
	return 0;
}

/*
 * What is read here. libdwarf prepares tables of some sections in each handle, whether they are
 * needed or not.
 */
static bool is_needed(const struct elf_section *section)
{
	static const char *const names[] = {
		".debug_info",	      ".debug_abbrev",	".debug_str",	   ".debug_line",
		".debug_line_str",    ".debug_ranges",	".debug_rnglists", ".debug_addr",
		".debug_str_offsets", ".debug_aranges",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(section->name, names[i]))
			return section->header.sh_type != SHT_NOBITS;
	return false;
}

static int list_sections(struct dwarf_file *dwarf)
{
	const struct elf_file *elf = dwarf->elf;

	dwarf->sections = arena_alloc(dwarf->arena, elf->section_count * sizeof(*dwarf->sections));
	dwarf->sections[0].name = "";
	dwarf->section_count = 1;
	for (size_t i = 1; i < elf->section_count; i++)
		if (is_needed(&elf->sections[i]) && add_section(dwarf, i))
			return -1;
	return 0;
}

struct dwarf_section *dwarf_file_section(const struct dwarf_file *dwarf, const char *name)
{
	for (size_t i = 1; i < dwarf->section_count; i++)
		if (!strcmp(dwarf->sections[i].name, name))
			return &dwarf->sections[i];
	return NULL;
}

/* The name of the file that dwz moved a part of DWARF to (.gnu_debugaltlink; DWARF 5, 7.3.6); NULL: there is none. */
static const char *supplementary_file(const struct elf_file *elf)
{
	static const struct {
		const char *section;
		size_t offset; /* bytes before the name */
	} known[] = { { ".gnu_debugaltlink", 0 }, { ".debug_sup", 3 } };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		size_t section = elf_file_find_section(elf, known[i].section);
		Elf_Data *data = section ? elf_file_raw_data(elf, section) : NULL;
		const char *bytes = data ? data->d_buf : NULL;

		if (!section)
			continue;
		if (!bytes || data->d_size <= known[i].offset ||
		    !memchr(bytes + known[i].offset, 0, data->d_size - known[i].offset))
			return "unknown";
		return bytes + known[i].offset;
	}
	return NULL;
}

int dwarf_file_refuse_dwz(const struct dwarf_file *dwarf, const char *what)
{
	struct diag_place place = { dwarf->elf->path, 0 };

	diag_error(&place, "dwarf", "dwz has %s, which is not supported", what);
	diag_note(
		NULL,
		"give the file as it was before dwz, or build its package without it (in an RPM's spec file: "
		"%%global _find_debuginfo_dwz_opts %%{nil})");
	return -1;
}

int dwarf_file_open(struct dwarf_file *dwarf, const struct elf_file *elf, const char *what,
		    struct arena *arena)
{
	struct diag_place place = { elf->path, 0 };
	struct dwarf_section *info;
	const char *supplement;

	memset(dwarf, 0, sizeof(*dwarf));
	dwarf->elf = elf;
	dwarf->arena = arena;
	if (list_sections(dwarf))
		return -1;
	info = dwarf_file_section(dwarf, ".debug_info");
	if (!info || !info->size) {
		diag_error(&place, "no-dwarf", "%s has no debug information", what);
		return -1;
	}
	supplement = supplementary_file(elf);
	if (supplement)
		return dwarf_file_refuse_dwz(
			dwarf, arena_printf(arena, "moved a part of its debug information to '%s'",
					    supplement));
	if (dwarf_scan(dwarf)) {
		dwarf_file_close(dwarf);
		return -1;
	}
	return 0;
}

static int open_handle(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	access_interface *interface = arena_alloc(dwarf->arena, sizeof(*interface));
	struct window *window = arena_alloc(dwarf->arena, sizeof(*window));
	Dwarf_Error error = NULL;
	int result;

	window->dwarf = dwarf;
	window->unit = unit;
	interface->INTERFACE(object) = window;
	interface->INTERFACE(methods) = &methods;
	result = dwarf_object_init_b(interface, NULL, NULL, DW_GROUPNUMBER_ANY, &unit->debug,
				     &error);
	if (result == DW_DLV_OK)
		return 0;
	unit->debug = NULL;
	return dwarf_file_error(dwarf, NULL, error);
}

static void close_unit(struct dwarf_unit *unit)
{
	if (!unit || !unit->debug)
		return;
	if (unit->die)
		dwarf_dealloc_die(unit->die);
#ifdef HAVE_DWARF_OBJECT_FINISH_1
	dwarf_object_finish(unit->debug);
#else
	dwarf_object_finish(unit->debug, NULL);
#endif
	unit->debug = NULL;
	unit->die = NULL;
}

int dwarf_file_open_unit(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	Dwarf_Unsigned length, type_offset, next;
	Dwarf_Half version, address_size, length_size, extension_size, type;
	Dwarf_Off abbreviations;
	Dwarf_Sig8 signature;
	Dwarf_Error error = NULL;

	if (unit->debug)
		return 0;
	if (open_handle(dwarf, unit))
		return -1;
	if (dwarf_next_cu_header_d(unit->debug, true, &length, &version, &abbreviations,
				   &address_size, &length_size, &extension_size, &signature,
				   &type_offset, &next, &type, &error) != DW_DLV_OK ||
	    dwarf_siblingof_b(unit->debug, NULL, true, &unit->die, &error) != DW_DLV_OK) {
		dwarf_file_error(dwarf, unit->debug, error);
		unit->die = NULL;
		close_unit(unit);
		return -1;
	}
	close_unit(dwarf->open[dwarf->next_open]);
	dwarf->open[dwarf->next_open] = unit;
	dwarf->next_open = (dwarf->next_open + 1) % DWARF_OPEN_UNITS;
	return 0;
}

void dwarf_file_close_units(struct dwarf_file *dwarf)
{
	for (size_t i = 0; i < DWARF_OPEN_UNITS; i++) {
		close_unit(dwarf->open[i]);
		dwarf->open[i] = NULL;
	}
}

void dwarf_file_close(struct dwarf_file *dwarf)
{
	dwarf_file_close_units(dwarf);
	for (size_t i = 0; i < dwarf->section_count; i++)
		free(dwarf->sections[i].copy);
	free(dwarf->units);
	free(dwarf->ranges);
	memset(dwarf, 0, sizeof(*dwarf));
}

/* Copies PATH into OUT without "." components and resolves "x/.."; keeps leading "..". */
static void normalise(char *out, size_t size, const char *path)
{
	bool absolute = *path == '/';
	size_t length = 0;

	if (absolute)
		out[length++] = '/';
	while (*path) {
		size_t part = strcspn(path, "/"), root = absolute;
		bool up = part == 2 && !memcmp(path, "..", 2);
		bool after_up = length >= 2 && !memcmp(out + length - 2, "..", 2);

		if (up && length > root && !after_up) {
			while (length > root && out[length - 1] != '/')
				length--;
			if (length > root)
				length--;
		} else if (part && !(part == 1 && *path == '.') && part + length + 2 <= size) {
			if (length > root)
				out[length++] = '/';
			memcpy(out + length, path, part);
			length += part;
		}
		path += part;
		path += *path == '/';
	}
	out[length] = '\0';
}

const char *dwarf_file_find_root(const struct dwarf_file *dwarf)
{
	static const char known[] = "init/main.c";
	const char *root = NULL;

	for (size_t i = 0; i < dwarf->unit_count; i++) {
		const char *name = dwarf->units[i].name;
		size_t length = strlen(name);

		if (!string_ends_with(name, known))
			continue;
		length -= strlen(known);
		if (length && name[length - 1] != '/')
			continue;
		if (root && (strlen(root) != length || strncmp(root, name, length)))
			return NULL;
		root = arena_strndup(dwarf->arena, name, length);
	}
	return root;
}

void dwarf_file_set_root(struct dwarf_file *dwarf, const char *root)
{
	dwarf->root = root && *root ? root : NULL;
	for (size_t i = 0; i < dwarf->unit_count; i++)
		dwarf->units[i].name = dwarf_file_without_root(dwarf, dwarf->units[i].name,
							       dwarf->units[i].comp_dir);
}

const char *dwarf_file_without_root(const struct dwarf_file *dwarf, const char *path,
				    const char *comp_dir)
{
	const char *plain = dwarf->root ? dwarf_path_strip(path, comp_dir) : path;

	return dwarf->root && string_starts_with(plain, dwarf->root) ? plain + strlen(dwarf->root)
								     : path;
}

const char *dwarf_path_strip(const char *path, const char *comp_dir)
{
	size_t length = strlen(comp_dir);

	return length && !strncmp(path, comp_dir, length) && path[length] == '/' ? path + length + 1
										 : path;
}

bool dwarf_path_matches(const char *path, const char *comp_dir, const char *source)
{
	size_t length, source_length = strlen(source);
	char plain[4096];

	/* A quick answer for nearly all: another file name. */
	if (strcmp(path_base(path), path_base(source)))
		return false;
	normalise(plain, sizeof(plain), dwarf_path_strip(path, comp_dir));
	path = plain;
	/* Seen from a build folder of its own, the source root is a few levels up. */
	while (!strncmp(path, "../", 3))
		path += 3;
	if (*path != '/')
		return !strcmp(path, source);
	length = strlen(path);
	return length > source_length && path[length - source_length - 1] == '/' &&
	       !strcmp(path + length - source_length, source);
}
