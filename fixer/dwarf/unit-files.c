/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source files that a unit was compiled from, its headers too. Comes in: a unit's line table. Goes out: paths by
 * the numbers that entries give them. After dwarf-handle.c, before unit.c.
 */
#include <stdlib.h>

#include "dwarf/die.h"
#include "dwarf/unit.h"

struct unit_files {
	const char **paths;
	size_t count;
	unsigned int first; /* number that DWARF gives to paths[0] */
	bool is_malformed;  /* which was reported */
};

/* The unit's source files, copied out of libdwarf. -1 after a message. */
static int read_files(const struct die_context *context, struct unit_files *files)
{
	const struct dwarf_file *dwarf = context->dwarf;
	Dwarf_Error error = NULL;
	Dwarf_Signed count = 0;
	Dwarf_Unsigned table;
	char **names;
	bool indexed;
	int result = die_offset(context, context->unit->die, DW_AT_stmt_list, &table, &indexed);

	if (result < 0 || (result && line_header_check(dwarf, context->unit, table)))
		return -1;
	result = dwarf_srcfiles(context->unit->die, &names, &count, &error);
	if (result == DW_DLV_NO_ENTRY)
		return 0;
	if (result == DW_DLV_ERROR)
		return die_failed(context, error);
	files->paths = arena_alloc(dwarf->arena, (size_t)count * sizeof(*files->paths));
	files->count = (size_t)count;
	for (Dwarf_Signed i = 0; i < count; i++) {
		files->paths[i] = arena_strdup(dwarf->arena,
					       dwarf_file_without_root(dwarf, names[i],
								       context->unit->comp_dir));
		dwarf_dealloc(context->unit->debug, names[i], DW_DLA_STRING);
	}
	dwarf_dealloc(context->unit->debug, names, DW_DLA_LIST);
	return 0;
}

/* Of UNIT's line table. It need not be the unit's own: GNU as 2.35 writes one of version 3 for all of GCC's. */
static int line_table_version(const struct die_context *context, unsigned int *version)
{
	struct dwarf_section *section = dwarf_file_section(context->dwarf, ".debug_line");
	Dwarf_Half unit_version, offset_size;
	unsigned char start[16];
	struct cursor cursor;

	if (!section || !context->unit->has_lines) {
		if (dwarf_get_version_of_die(context->unit->die, &unit_version, &offset_size) !=
		    DW_DLV_OK)
			return die_failed(context, NULL);
		*version = unit_version;
		return 0;
	}
	if (dwarf_file_read(context->dwarf, section, context->unit->lines, start, sizeof(start),
			    &cursor))
		return -1;
	if (cursor_number(&cursor, 4) == 0xffffffff)
		cursor_skip(&cursor, 8);
	*version = (unsigned int)cursor_number(&cursor, 2);
	return 0;
}

/* DWARF 5 counts files from 0, earlier versions from 1. */
static int read_numbering(const struct die_context *context, struct unit_files *files)
{
	unsigned int version = 0;

	if (line_table_version(context, &version))
		return -1;
	files->first = version >= 5 ? 0 : 1;
	return 0;
}

int unit_files_read(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	struct die_context context = { dwarf, unit };
	struct unit_files *files;

	if (unit->files)
		return unit->files->is_malformed ? -1 : 0;
	if (dwarf_file_open_unit(dwarf, unit))
		return -1;
	unit->files = files = arena_alloc(dwarf->arena, sizeof(*files));
	files->is_malformed = read_numbering(&context, files) || read_files(&context, files);
	return files->is_malformed ? -1 : 0;
}

const char *unit_file(struct dwarf_file *dwarf, struct dwarf_unit *unit, uint64_t number)
{
	if (unit_files_read(dwarf, unit))
		return NULL;
	number -= unit->files->first;
	return number < unit->files->count ? unit->files->paths[number] : NULL;
}

int unit_includes(struct dwarf_file *dwarf, struct dwarf_unit *unit, const char *source)
{
	if (unit_files_read(dwarf, unit))
		return -1;
	for (size_t i = 0; i < unit->files->count; i++)
		if (dwarf_path_matches(unit->files->paths[i], unit->comp_dir, source))
			return 1;
	return 0;
}
