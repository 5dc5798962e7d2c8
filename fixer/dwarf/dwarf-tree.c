/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are a unit's entries a tree? Comes in: a unit that libdwarf is about to see. Goes out: yes or a message, and those of its
 * entries that unit.c reads, a tenth of all. After dwarf-scan.c, before dwarf-handle.c.
 *
 * libdwarf goes where DW_AT_sibling leads, and whoever passes a tree goes as deep as that is. An entry whose sibling is
 * itself, or one before it, would be passed for ever, and entries whose siblings are their own children 2^n times. So all
 * entries are passed here once, in the order in which they stand in the file: each sibling has to be where the entry's
 * children end.
 *
 *	0x2a	DW_TAG_subprogram	sibling 0x40
 *	0x33		DW_TAG_variable
 *	0x3f		(end)
 *	0x40	DW_TAG_variable
 */
#include <stdlib.h>

#include "dwarf/dwarf-abbreviations.h"

/* Entries in entries; compilers have blocks and inlined functions in each other, tens of them. */
#define MAX_DEPTH 1000

#define NO_NODE SIZE_MAX

/* What an entry's attributes tell. */
struct values {
	uint64_t sibling;	   /* 0: none */
	uint64_t name_form;	   /* 0: there is no name */
	const unsigned char *name; /* its value */
	uint64_t file, line;
};

struct tree {
	const struct dwarf_file *dwarf;
	const struct dwarf_unit *unit;
	struct dwarf_abbreviations abbreviations;
	struct {
		uint64_t end; /* where its children end; 0: not told */
		size_t node;  /* its number among the nodes, NO_NODE: it is none */
		bool defines; /* may its children define something? */
	} around[MAX_DEPTH];  /* the entries around this one */
	size_t depth;
	struct dwarf_node *nodes; /* from malloc */
	size_t node_count;
};

static int malformed(const struct tree *tree, uint64_t offset, const char *what)
{
	return dwarf_file_malformed(tree->dwarf, what, "", tree->unit->offset + offset,
				    tree->unit->section->name);
}

/* The place that a sibling's value leads to, from the unit's start; UINT64_MAX: it is of no form that does so. */
static uint64_t read_sibling(struct cursor *cursor, uint64_t form)
{
	switch (form) {
	case DW_FORM_ref1:
		return cursor_number(cursor, 1);
	case DW_FORM_ref2:
		return cursor_number(cursor, 2);
	case DW_FORM_ref4:
		return cursor_number(cursor, 4);
	case DW_FORM_ref8:
		return cursor_number(cursor, 8);
	case DW_FORM_ref_udata:
		return cursor_uleb(cursor);
	default:
		return UINT64_MAX;
	}
}

static uint64_t read_number(struct cursor *cursor, const struct dwarf_attribute *attribute)
{
	if (attribute->form == DW_FORM_implicit_const)
		return attribute->constant;
	return attribute->size ? cursor_number(cursor, attribute->size) : cursor_uleb(cursor);
}

/* Passes the value of ATTRIBUTE, which is of use. */
static void read_value(const struct tree *tree, struct cursor *cursor,
		       const struct dwarf_attribute *attribute, struct values *values)
{
	switch (attribute->use) {
	case DWARF_USE_SIBLING:
		values->sibling = read_sibling(cursor, attribute->form);
		break;
	case DWARF_USE_NAME:
		values->name = cursor->at;
		values->name_form = attribute->form;
		dwarf_abbreviations_pass(tree->unit, cursor, attribute->form);
		break;
	case DWARF_USE_FILE:
		values->file = read_number(cursor, attribute);
		break;
	default:
		values->line = read_number(cursor, attribute);
	}
}

/* Passes the attributes of the entry at OFFSET; VALUES are what they tell. */
static int pass_attributes(const struct tree *tree, struct cursor *cursor, uint64_t offset,
			   const struct dwarf_abbreviation *abbreviation, struct values *values)
{
	for (size_t i = 0; i < abbreviation->count; i++) {
		const struct dwarf_attribute *attribute =
			&tree->abbreviations.attributes[abbreviation->first + i];

		if (attribute->use)
			read_value(tree, cursor, attribute, values);
		else if (attribute->size)
			cursor_skip(cursor, attribute->size);
		else if (!dwarf_abbreviations_pass(tree->unit, cursor, attribute->form))
			return malformed(tree, offset, "an attribute of an unknown form");
	}
	return cursor->short_of ? malformed(tree, offset, "an entry that is cut off") : 0;
}

/* Of an entry at OFFSET whose children end at END. */
static int check_end(const struct tree *tree, uint64_t offset, uint64_t sibling, uint64_t end)
{
	return !sibling || sibling == end
		       ? 0
		       : malformed(tree, offset,
				   "an entry with another DW_AT_sibling than what follows it");
}

/*
 * Does the entry belong to the unit's nodes? *DEFINES becomes whether its children may. Instances of inlined functions have
 * what the functions themselves have.
 */
static bool is_node(const struct tree *tree, const struct dwarf_abbreviation *abbreviation,
		    bool *defines)
{
	*defines = !tree->depth;
	if (!tree->depth || !tree->around[tree->depth - 1].defines)
		return false;
	switch (abbreviation->tag) {
	case DW_TAG_lexical_block:
		*defines = true;
		return false;
	case DW_TAG_variable:
		return tree->depth == 1 || abbreviation->has_place;
	case DW_TAG_subprogram:
		*defines = abbreviation->has_code || !abbreviation->is_declared;
		return *defines;
	default:
		return abbreviation->tag == DW_TAG_imported_unit;
	}
}

/* What an entry is called; NULL: the attributes do not tell as compilers have them do. */
static const char *entry_name(const struct tree *tree,
			      const struct dwarf_abbreviation *abbreviation,
			      const struct values *values)
{
	const struct dwarf_unit *unit = tree->unit;

	if (!abbreviation->is_plain)
		return NULL;
	if (values->name_form == DW_FORM_string)
		return (const char *)values->name;
	return dwarf_file_string(
		tree->dwarf, values->name_form == DW_FORM_strp ? ".debug_str" : ".debug_line_str",
		bytes_load(values->name, unit->offset_size,
			   elf_file_is_big_endian(tree->dwarf->elf)));
}

/* Adds the entry at OFFSET to the unit's nodes; the number of it. Until its end is seen, there is nothing in it. */
static size_t add_node(struct tree *tree, uint64_t offset,
		       const struct dwarf_abbreviation *abbreviation, const struct values *values)
{
	size_t number = tree->node_count++;

	tree->nodes = array_grow(tree->nodes, number, sizeof(*tree->nodes));
	tree->nodes[number] = (struct dwarf_node){
		.offset = offset,
		.end = number + 1,
		.tag = (uint16_t)abbreviation->tag,
		.has_code = abbreviation->has_code,
		.name = entry_name(tree, abbreviation, values),
		.file = values->file,
		.line = values->line,
	};
	return number;
}

/* The children of the entry around this place end at END; OFFSET is of what tells so. */
static int leave_entry(struct tree *tree, uint64_t offset, uint64_t end)
{
	size_t depth = --tree->depth;

	if (tree->around[depth].node != NO_NODE)
		tree->nodes[tree->around[depth].node].end = tree->node_count;
	return check_end(tree, offset, tree->around[depth].end, end);
}

/* One entry, or the end of an entry's children. START: of the unit. */
static int pass_entry(struct tree *tree, struct cursor *cursor, const unsigned char *start)
{
	uint64_t offset = (uint64_t)(cursor->at - start), code = cursor_uleb(cursor);
	const struct dwarf_abbreviation *abbreviation;
	struct values values = { .sibling = 0 };
	size_t node = NO_NODE;
	bool defines;

	if (!code && tree->depth)
		return leave_entry(tree, offset, (uint64_t)(cursor->at - start));
	abbreviation = dwarf_abbreviations_find(&tree->abbreviations, code);
	if (!abbreviation)
		return malformed(tree, offset, "an entry without an abbreviation");
	if (pass_attributes(tree, cursor, offset, abbreviation, &values))
		return -1;
	if (is_node(tree, abbreviation, &defines))
		node = add_node(tree, offset, abbreviation, &values);
	if (!abbreviation->children)
		return check_end(tree, offset, values.sibling, (uint64_t)(cursor->at - start));
	if (tree->depth == MAX_DEPTH)
		return malformed(tree, offset, "entries that are nested too deeply");
	tree->around[tree->depth].end = values.sibling;
	tree->around[tree->depth].node = node;
	tree->around[tree->depth++].defines = defines;
	return 0;
}

static int pass_unit(struct tree *tree)
{
	const struct dwarf_unit *unit = tree->unit;
	const unsigned char *start = dwarf_file_section_data(tree->dwarf, unit->section);
	struct cursor cursor = { .big_endian = elf_file_is_big_endian(tree->dwarf->elf) };

	if (!start)
		return -1;
	start += unit->offset;
	cursor.at = start + unit->entry;
	cursor.end = start + unit->size;
	do {
		if (pass_entry(tree, &cursor, start))
			return -1;
	} while (tree->depth && cursor.at < cursor.end);
	/* The ends of what is around the last entry may be missing. */
	while (tree->depth)
		if (leave_entry(tree, unit->size, unit->size))
			return -1;
	return 0;
}

int dwarf_tree_nodes(const struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	struct tree tree = { .dwarf = dwarf, .unit = unit };
	int result;

	if (unit->nodes || unit->is_malformed)
		return unit->is_malformed ? -1 : 0;
	result = dwarf_abbreviations_read(dwarf, unit, &tree.abbreviations);
	if (!result)
		result = pass_unit(&tree);
	dwarf_abbreviations_free(&tree.abbreviations);
	unit->is_tree = !result;
	unit->is_malformed = result;
	if (result) {
		free(tree.nodes);
		return -1;
	}
	unit->nodes = tree.nodes;
	unit->node_count = tree.node_count;
	return 0;
}

int dwarf_tree_check(const struct dwarf_file *dwarf, struct dwarf_unit *unit)
{
	return unit->is_tree ? 0 : dwarf_tree_nodes(dwarf, unit);
}
