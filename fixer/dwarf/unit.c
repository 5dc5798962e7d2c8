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

/* Partial units that import others, in each other; dwz makes one of them. */
#define MAX_IMPORT_DEPTH 16

struct reader {
	struct die_context context;
	struct unit_content *content;
	const char *function; /* the one that is being read; NULL: outside of functions */
	Dwarf_Off *imported;  /* partial units that were read; from malloc */
	size_t imported_count;
	unsigned int import_depth;
};

/* One of a unit's nodes. */
struct entry {
	struct dwarf_unit *unit;
	size_t number;
	uint64_t offset; /* as libdwarf counts */
	Dwarf_Die die;	 /* NULL: the node tells everything */
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
		definition->file =
			unit_file(reader->context.dwarf, declaration->unit, declaration->file);
		definition->line = (unsigned int)declaration->line;
	}
	return definition;
}

static int read_nodes(struct reader *reader, struct dwarf_unit *unit, size_t from, size_t to);

/* Has DIE a flag, such as DW_AT_declaration: it is not defined in this unit? 1, 0, or -1. */
static int has_flag(const struct reader *reader, Dwarf_Die die, Dwarf_Half number)
{
	Dwarf_Error error = NULL;
	Dwarf_Bool has = false;

	if (dwarf_hasattr(die, number, &has, &error) == DW_DLV_ERROR)
		return die_failed(&reader->context, error);
	return has;
}

/* What ENTRY is called and where it is declared. 0, or -1 after a message. */
static int read_declaration(const struct reader *reader, const struct entry *entry,
			    struct die_declaration *declaration)
{
	const struct dwarf_node *node = &entry->unit->nodes[entry->number];

	if (!node->name)
		return die_declaration(&reader->context, entry->die, declaration);
	*declaration = (struct die_declaration){
		.name = node->name,
		.file = node->file,
		.line = node->line,
		.has_file = true,
		.unit = entry->unit,
		.die = entry->offset,
	};
	return 0;
}

/* A function's entry, and the variables inside of it. */
static int read_function(struct reader *reader, const struct entry *entry)
{
	const struct dwarf_node *node = &entry->unit->nodes[entry->number];
	const char *outer = reader->function;
	struct die_declaration declaration;
	struct definition *definition;
	Dwarf_Unsigned address = 0;
	int has_address = 0, declared = 0, result;

	if (node->has_code) {
		has_address = die_function_address(&reader->context, entry->die, &address);
		if (!has_address)
			declared = has_flag(reader, entry->die, DW_AT_declaration);
	}
	if (has_address < 0 || declared)
		return has_address < 0 || declared < 0 ? -1 : 0;
	if (read_declaration(reader, entry, &declaration))
		return -1;
	if (!declaration.name)
		return 0;
	definition = add_definition(reader, &declaration);
	definition->kind = DEFINITION_FUNCTION;
	definition->state = has_address ? DEFINITION_PRESENT : DEFINITION_NO_CODE;
	definition->address = address;
	reader->function = declaration.name;
	result = read_nodes(reader, entry->unit, entry->number + 1, node->end);
	reader->function = outer;
	return result;
}

static int read_variable(struct reader *reader, const struct entry *entry)
{
	struct die_declaration declaration;
	struct definition *definition;
	Dwarf_Unsigned address = 0;
	int has_address = die_variable_address(&reader->context, entry->die, &address),
	    declared = 0;

	if (has_address < 0)
		return -1;
	if (!has_address && reader->function) {
		/* An automatic one, unless it is the compiler's own: __func__, which is static. */
		int artificial = has_flag(reader, entry->die, DW_AT_artificial);

		if (artificial <= 0)
			return artificial;
	} else if (!has_address) {
		declared = has_flag(reader, entry->die, DW_AT_declaration);
	}
	if (declared < 0 || read_declaration(reader, entry, &declaration))
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

/* Is the partial unit at OFFSET read already? Those may import others. */
static bool was_imported(struct reader *reader, Dwarf_Off offset)
{
	for (size_t i = 0; i < reader->imported_count; i++)
		if (reader->imported[i] == offset)
			return true;
	reader->imported =
		array_grow(reader->imported, reader->imported_count, sizeof(*reader->imported));
	reader->imported[reader->imported_count++] = offset;
	return false;
}

/* What dwz has found to be the same in several units, and put into one of its own. */
static int read_imported(struct reader *reader, Dwarf_Die die)
{
	struct dwarf_file *dwarf = reader->context.dwarf;
	struct dwarf_unit *part = NULL;
	Dwarf_Error error = NULL;
	Dwarf_Die entry;
	Dwarf_Off offset;
	int result = die_follow(&reader->context, die, DW_AT_import, &entry);

	if (result != 1)
		return result;
	if (dwarf_dieoffset(entry, &offset, &error) != DW_DLV_OK)
		result = die_failed(&reader->context, error);
	dwarf_dealloc_die(entry);
	if (result < 0 || was_imported(reader, offset))
		return result < 0 ? -1 : 0;
	part = dwarf_scan_unit(dwarf, offset);
	if (!part || offset != part->offset + part->entry)
		return die_malformed(&reader->context, "an import of something that is no unit");
	if (++reader->import_depth > MAX_IMPORT_DEPTH)
		return die_malformed(&reader->context, "units that import each other too deeply");
	result = dwarf_tree_nodes(dwarf, part);
	if (!result)
		result = read_nodes(reader, part, 0, part->node_count);
	reader->import_depth--;
	return result;
}

/* UNIT's node NUMBER, with those that are in it. */
static int read_node(struct reader *reader, struct dwarf_unit *unit, size_t number)
{
	const struct die_context *context = &reader->context;
	const struct dwarf_node *node = &unit->nodes[number];
	/* A handle for one unit sees nothing before it. */
	uint64_t start = context->unit->debug == context->dwarf->whole ? unit->offset : 0;
	struct entry entry = { unit, number, start + node->offset, NULL };
	bool is_function = node->tag == DW_TAG_subprogram;
	int result;

	if ((!is_function || node->has_code || !node->name) &&
	    die_at(context, entry.offset, &entry.die))
		return -1;
	if (is_function)
		result = read_function(reader, &entry);
	else if (node->tag == DW_TAG_variable)
		result = read_variable(reader, &entry);
	else
		result = read_imported(reader, entry.die);
	if (entry.die)
		dwarf_dealloc_die(entry.die);
	return result;
}

/* UNIT's nodes from FROM up to TO: each with those that are in it. */
static int read_nodes(struct reader *reader, struct dwarf_unit *unit, size_t from, size_t to)
{
	while (from < to) {
		if (read_node(reader, unit, from))
			return -1;
		from = unit->nodes[from].end;
	}
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
	uint32_t i;

	/* It could not be read, which was said. */
	if (!content)
		return NULL;
	i = after ? content->next[after - content->definitions]
		  : content->buckets[string_hash(name) & (content->bucket_count - 1)];
	for (; i; i = content->next[i - 1])
		if (!strcmp(content->definitions[i - 1].name, name))
			return &content->definitions[i - 1];
	return NULL;
}

int unit_read(struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	struct reader reader = { .context = { dwarf, unit } };
	int result;

	if (unit->content)
		return 0;
	if (dwarf_file_open_unit(dwarf, unit) || unit_files_read(dwarf, unit) ||
	    dwarf_tree_nodes(dwarf, unit))
		return -1;
	unit->content = reader.content = xcalloc(1, sizeof(*unit->content));
	result = read_nodes(&reader, unit, 0, unit->node_count);
	free(unit->nodes);
	unit->nodes = NULL;
	free(reader.imported);
	if (!result)
		build_buckets(unit->content);
	else
		unit_free(unit);
	return result ? -1 : 0;
}

void unit_free(struct dwarf_unit *unit)
{
	if (!unit->content)
		return;
	free(unit->content->definitions);
	free(unit->content->buckets);
	free(unit->content->next);
	free(unit->content->copied);
	free(unit->content->variables);
	free(unit->content);
	unit->content = NULL;
}
