/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DWARF of a kernel image or module. Comes in: an ELF file. Goes out: its sections, and the list
 * of its units.
 *
 * libdwarf's own file reader copies every debug section into memory, relocations included; a
 * kernel image has 400 MB of them. Here libdwarf reads the sections where libelf mapped them. An
 * executable's sections are as they should be (Debian's vmlinux keeps its .rela.debug_* sections;
 * they have been applied by the linker). A module's have to be relocated, in a copy.
 */
#include "dwarf/dwarf-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "elf/elf-relocate.h"

int dwarf_file_error(const struct dwarf_file *dwarf, Dwarf_Debug debug, Dwarf_Error error)
{
	struct diag_place place = { dwarf->elf->path, 0 };

	if (error && dwarf_errno(error) == DW_DLE_ALLOC_FAIL)
		out_of_memory();
	memory_check();
	diag_error(&place, "dwarf", "malformed DWARF: %s",
		   error ? dwarf_errmsg(error) : "no more entries");
	if (debug && error)
		dwarf_dealloc_error(debug, error);
	return -1;
}

int dwarf_file_malformed(const struct dwarf_file *dwarf, const char *what, const char *where,
			 uint64_t offset, const char *section)
{
	struct diag_place place = { dwarf->elf->path, 0 };

	diag_error(&place, "dwarf", "malformed DWARF: %s %sat offset 0x%llx of %s", what, where,
		   (unsigned long long)offset, section);
	return -1;
}

const unsigned char *dwarf_file_section_data(const struct dwarf_file *dwarf,
					     struct dwarf_section *section)
{
	static unsigned char nothing[1];
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
	/* libelf has no contents of an empty one, which is no failure. */
	if (!section->data && !section->size)
		section->data = nothing;
	return section->data;
}

const char *dwarf_file_string(const struct dwarf_file *dwarf, const char *section_name,
			      uint64_t offset)
{
	struct dwarf_section *section = dwarf_file_section(dwarf, section_name);
	const unsigned char *data = section ? dwarf_file_section_data(dwarf, section) : NULL;

	if (!data || offset >= section->size || !memchr(data + offset, 0, section->size - offset))
		return NULL;
	return (const char *)data + offset;
}

int dwarf_file_read(const struct dwarf_file *dwarf, struct dwarf_section *section, uint64_t offset,
		    unsigned char *buffer, size_t room, struct cursor *cursor)
{
	struct diag_place place = { dwarf->elf->path, 0 };
	size_t count = 0;
	ssize_t got;

	*cursor = (struct cursor){
		.at = buffer,
		.end = buffer,
		.big_endian = elf_file_is_big_endian(dwarf->elf),
	};
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
	do {
		got = pread(dwarf->elf->fd, buffer + count, room - count,
			    (off_t)(section->file_offset + offset + count));
		count += got > 0 ? (size_t)got : 0;
	} while (got > 0 && count < room);
	if (got < 0) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		return -1;
	}
	cursor->end = buffer + count;
	return 0;
}

/*
 * NAME, of a section that is read here, or of one that is compressed in the form that GNU had before ELF had one: in
 * place of .zdebug_info, .debug_info. NULL: it is neither. libdwarf prepares tables of some sections in each handle,
 * whether they are needed or not.
 */
static const char *needed_name(const char *name)
{
	static const char *const names[] = {
		".debug_info",	      ".debug_abbrev",	".debug_str",	   ".debug_line",
		".debug_line_str",    ".debug_ranges",	".debug_rnglists", ".debug_addr",
		".debug_str_offsets", ".debug_aranges", ".debug_types",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]) ||
		    (string_starts_with(name, ".z") && !strcmp(name + 2, names[i] + 1)))
			return names[i];
	return NULL;
}

bool dwarf_file_is_in(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t strings;

	if (elf_getshdrstrndx(elf, &strings))
		return false;
	while ((section = elf_nextscn(elf, section))) {
		const char *name = gelf_getshdr(section, &header)
					   ? elf_strptr(elf, strings, header.sh_name)
					   : NULL;

		name = name ? needed_name(name) : NULL;
		if (name && !strcmp(name, ".debug_info"))
			return header.sh_type != SHT_NOBITS && header.sh_size;
	}
	return false;
}

/* Decompresses FROM in memory, if it is compressed; HEADER becomes what it is then. -1 after a message. */
static int decompress(const struct dwarf_file *dwarf, const struct elf_section *from,
		      GElf_Shdr *header)
{
	struct diag_place place = { dwarf->elf->path, 0 };
	const char *reason;
	int result = elf_decompress(from->scn, from->name, header, &reason);

	if (result < 0)
		diag_error(&place, "dwarf", "cannot decompress %s: %s", from->name, reason);
	return result;
}

/* Adds the section with that INDEX, which is to be called NAME. -1 after a message. */
static int add_section(struct dwarf_file *dwarf, size_t index, const char *name)
{
	const struct elf_section *from = &dwarf->elf->sections[index];
	struct dwarf_section *section = &dwarf->sections[dwarf->section_count];
	GElf_Shdr header = from->header;
	int decompressed = decompress(dwarf, from, &header);

	if (decompressed < 0)
		return -1;
	section->index = index;
	section->name = name;
	if (!decompressed && dwarf->elf->header.e_type != ET_REL)
		section->file_offset = header.sh_offset;
	section->size = header.sh_size;
	section->hidden = !strcmp(section->name, ".debug_rnglists") ||
			  !strcmp(section->name, ".debug_aranges");
	dwarf->section_count++;
	return 0;
}

static int list_sections(struct dwarf_file *dwarf)
{
	const struct elf_file *elf = dwarf->elf;

	dwarf->sections = arena_alloc(dwarf->arena, elf->section_count * sizeof(*dwarf->sections));
	dwarf->sections[0].name = "";
	dwarf->section_count = 1;
	for (size_t i = 1; i < elf->section_count; i++) {
		const struct elf_section *section = &elf->sections[i];
		const char *name = needed_name(section->name);

		if (name && section->header.sh_type != SHT_NOBITS && add_section(dwarf, i, name))
			return -1;
	}
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

static int refuse_supplement(const struct elf_file *elf, const char *what, const char *supplement)
{
	struct diag_place place = { elf->path, 0 };

	diag_error(&place, "no-dwarf",
		   "dwz has moved a part of the debug information of %s to '%s', which is not read",
		   what, supplement);
	diag_note(
		NULL,
		"the file as it was before dwz is needed, or one of which dwz was not run together "
		"with others (-m; in an RPM's spec file: %%global _find_debuginfo_dwz_opts %%{nil})");
	return -1;
}

int dwarf_file_open(struct dwarf_file *dwarf, const struct elf_file *elf, const char *what,
		    struct arena *arena)
{
	struct diag_place place = { elf->path, 0 };
	const char *supplement = supplementary_file(elf);
	struct dwarf_section *info;

	memset(dwarf, 0, sizeof(*dwarf));
	dwarf->elf = elf;
	dwarf->arena = arena;
	if (list_sections(dwarf))
		return -1;
	if (supplement)
		return refuse_supplement(elf, what, supplement);
	info = dwarf_file_section(dwarf, ".debug_info");
	if (!info || !info->size) {
		diag_error(&place, "no-dwarf", "%s has no debug information", what);
		return -1;
	}
	if (dwarf_scan(dwarf)) {
		dwarf_file_close(dwarf);
		return -1;
	}
	return 0;
}

void dwarf_file_close(struct dwarf_file *dwarf)
{
	dwarf_file_close_units(dwarf);
	for (size_t i = 0; i < dwarf->section_count; i++)
		free(dwarf->sections[i].copy);
	for (size_t i = 0; i < dwarf->unit_count; i++)
		free(dwarf->units[i].nodes);
	for (size_t i = 0; i < dwarf->part_count; i++)
		free(dwarf->parts[i].nodes);
	free(dwarf->units);
	free(dwarf->parts);
	free(dwarf->ranges);
	free(dwarf->entries);
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
