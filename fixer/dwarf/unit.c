/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one unit defines. Comes in: a unit's tree of DWARF entries. Goes out: a flat list of its
 * functions and of its variables with static storage. Types, parameters and the like are passed
 * over.
 */
#include "dwarf/unit.h"

#include <stdlib.h>
#include <string.h>

#include "dwarf/die.h"

struct reader {
	struct die_context context;
	struct unit_content *content;
	const char *function; /* the one that is being read; NULL: outside of functions */
};

static struct definition *add_definition(struct reader *reader,
					 const struct die_declaration *declaration)
{
	struct unit_content *content = reader->content;
	struct definition *definition;

	content->definitions =
		array_grow(content->definitions, content->count, sizeof(*definition));
	definition = &content->definitions[content->count++];
	memset(definition, 0, sizeof(*definition));
	definition->name = declaration->name;
	definition->die = declaration->die;
	if (declaration->has_file) {
		definition->file = unit_file(reader->context.unit, declaration->file);
		definition->line = (unsigned int)declaration->line;
	}
	return definition;
}

static die_function read_entry;

/* Has DIE a flag, such as DW_AT_declaration: it is not defined in this unit? 1, 0, or -1. */
static int has_flag(const struct reader *reader, Dwarf_Die die, Dwarf_Half number)
{
	Dwarf_Error error = NULL;
	Dwarf_Bool has = false;

	if (dwarf_hasattr(die, number, &has, &error) == DW_DLV_ERROR)
		return die_failed(&reader->context, error);
	return has;
}

/* A function's entry, and the variables inside of it. */
static int read_function(struct reader *reader, Dwarf_Die die)
{
	const char *outer = reader->function;
	struct die_declaration declaration;
	struct definition *definition;
	Dwarf_Unsigned address = 0;
	int has_address, declared = 0, result;

	has_address = die_function_address(&reader->context, die, &address);
	if (has_address < 0)
		return -1;
	if (!has_address)
		declared = has_flag(reader, die, DW_AT_declaration);
	if (declared)
		return declared < 0 ? -1 : 0;
	if (die_declaration(&reader->context, die, &declaration))
		return -1;
	if (!declaration.name)
		return 0;
	definition = add_definition(reader, &declaration);
	definition->kind = DEFINITION_FUNCTION;
	definition->state = has_address ? DEFINITION_PRESENT : DEFINITION_NO_CODE;
	definition->address = address;
	reader->function = declaration.name;
	result = die_each_child(&reader->context, die, read_entry, reader);
	reader->function = outer;
	return result;
}

static int read_variable(struct reader *reader, Dwarf_Die die)
{
	struct die_declaration declaration;
	struct definition *definition;
	Dwarf_Unsigned address = 0;
	int has_address = die_variable_address(&reader->context, die, &address), declared = 0;

	if (has_address < 0)
		return -1;
	if (!has_address && reader->function) {
		/* An automatic one, unless it is the compiler's own: __func__, which is static. */
		int artificial = has_flag(reader, die, DW_AT_artificial);

		if (artificial <= 0)
			return artificial;
	} else if (!has_address) {
		declared = has_flag(reader, die, DW_AT_declaration);
	}
	if (declared < 0 || die_declaration(&reader->context, die, &declaration))
		return -1;
	if (!declaration.name)
		return 0;
	definition = add_definition(reader, &declaration);
	definition->kind = DEFINITION_VARIABLE;
	definition->function = reader->function;
	definition->state = has_address ? DEFINITION_PRESENT
			    : declared	? DEFINITION_ELSEWHERE
					: DEFINITION_OPTIMISED_OUT;
	definition->address = address;
	return 0;
}

static int read_entry(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct reader *reader = data;

	switch (tag) {
	case DW_TAG_subprogram:
		return read_function(reader, die);
	case DW_TAG_variable:
		return read_variable(reader, die);
	case DW_TAG_lexical_block:
		return die_each_child(&reader->context, die, read_entry, reader);
	default:
		return 0;
	}
}

/* The unit's source files, copied out of libdwarf. */
static int read_files(struct reader *reader, Dwarf_Die unit_die)
{
	const struct dwarf_file *dwarf = reader->context.dwarf;
	const char *comp_dir = reader->context.unit->comp_dir;
	Dwarf_Error error = NULL;
	Dwarf_Signed count = 0;
	char **names, **files;
	int result = dwarf_srcfiles(unit_die, &names, &count, &error);

	if (result == DW_DLV_NO_ENTRY)
		return 0;
	if (result == DW_DLV_ERROR)
		return die_failed(&reader->context, error);
	files = arena_alloc(dwarf->arena, (size_t)count * sizeof(*files));
	for (Dwarf_Signed i = 0; i < count; i++) {
		files[i] = arena_strdup(dwarf->arena,
					dwarf_file_without_root(dwarf, names[i], comp_dir));
		dwarf_dealloc(reader->context.unit->debug, names[i], DW_DLA_STRING);
	}
	dwarf_dealloc(reader->context.unit->debug, names, DW_DLA_LIST);
	reader->content->files = (const char *const *)files;
	reader->content->file_count = (size_t)count;
	return 0;
}

static int read_numbering(struct reader *reader, Dwarf_Die unit_die)
{
	Dwarf_Half version, offset_size;

	if (dwarf_get_version_of_die(unit_die, &version, &offset_size) != DW_DLV_OK)
		return die_failed(&reader->context, NULL);
	/* DWARF 5 counts files from 0, earlier versions from 1. */
	reader->content->first_file = version >= 5 ? 0 : 1;
	return 0;
}

/* Chains run in DWARF's order, as they are built from behind. */
static void build_buckets(struct unit_content *content)
{
	for (content->bucket_count = 16; content->bucket_count < content->count;
	     content->bucket_count *= 2)
		;
	content->buckets = xcalloc(content->bucket_count, sizeof(*content->buckets));
	content->next = xcalloc(content->count, sizeof(*content->next));
	for (size_t i = content->count; i-- > 0;) {
		size_t bucket = string_hash(content->definitions[i].name) &
				(content->bucket_count - 1);

		content->next[i] = content->buckets[bucket];
		content->buckets[bucket] = (uint32_t)i + 1;
	}
}

const struct definition *unit_next_named(const struct dwarf_unit *unit, const char *name,
					 const struct definition *after)
{
	const struct unit_content *content = unit->content;
	uint32_t i = after ? content->next[after - content->definitions]
			   : content->buckets[string_hash(name) & (content->bucket_count - 1)];

	for (; i; i = content->next[i - 1])
		if (!strcmp(content->definitions[i - 1].name, name))
			return &content->definitions[i - 1];
	return NULL;
}

int unit_read(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	struct reader reader = { .context = { dwarf, unit } };

	if (unit->content)
		return 0;
	if (dwarf_file_open_unit(dwarf, unit))
		return -1;
	unit->content = reader.content = xcalloc(1, sizeof(*unit->content));
	if (!read_numbering(&reader, unit->die) && !read_files(&reader, unit->die) &&
	    !die_each_child(&reader.context, unit->die, read_entry, &reader)) {
		build_buckets(unit->content);
		return 0;
	}
	unit_free(unit);
	return -1;
}

const char *unit_file(const struct dwarf_unit *unit, uint64_t number)
{
	number -= unit->content->first_file;
	return number < unit->content->file_count ? unit->content->files[number] : NULL;
}

void unit_free(struct dwarf_unit *unit)
{
	if (!unit->content)
		return;
	free(unit->content->definitions);
	free(unit->content->buckets);
	free(unit->content->next);
	free(unit->content);
	unit->content = NULL;
}

int unit_includes(struct dwarf_file *dwarf, struct dwarf_unit *unit, const char *source)
{
	struct unit_content content = { .files = NULL };
	struct reader reader = { .context = { dwarf, unit }, .content = &content };

	if (unit->content)
		content = *unit->content;
	else if (dwarf_file_open_unit(dwarf, unit) || read_files(&reader, unit->die))
		return -1;
	for (size_t i = 0; i < content.file_count; i++)
		if (dwarf_path_matches(content.files[i], unit->comp_dir, source))
			return 1;
	return 0;
}
