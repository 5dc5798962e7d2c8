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

#include "base/diag.h"
#include "dwarf/dwarf-file.h"

/* Entries in entries; compilers have blocks and inlined functions in each other, tens of them. */
#define MAX_DEPTH 1000

#define NO_NODE SIZE_MAX

/* An attribute, or several whose values have sizes that are known. */
struct attribute {
	uint64_t form;
	unsigned int size; /* of the values; 0: they vary, or there are none */
	bool sibling;
};

struct abbreviation {
	uint64_t code;
	size_t first, count; /* among the attributes */
	uint64_t tag;
	bool children;
	bool has_place; /* one of its attributes may tell that it has an address of its own, or a symbol nevertheless */
};

struct tree {
	const struct dwarf_file *dwarf;
	const struct dwarf_unit *unit;
	struct abbreviation *abbreviations; /* by code */
	size_t abbreviation_count;
	struct attribute *attributes;
	size_t attribute_count;
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
	struct diag_place place = { tree->dwarf->elf->path, 0 };

	diag_error(&place, "dwarf", "malformed DWARF: %s at offset 0x%llx of %s", what,
		   (unsigned long long)(tree->unit->offset + offset), tree->unit->section->name);
	return -1;
}

/* Bytes of a value of FORM; 0: they vary, or there are none. */
static unsigned int fixed_size(const struct dwarf_unit *unit, uint64_t form)
{
	switch (form) {
	case DW_FORM_data1:
	case DW_FORM_flag:
	case DW_FORM_ref1:
	case DW_FORM_strx1:
	case DW_FORM_addrx1:
		return 1;
	case DW_FORM_data2:
	case DW_FORM_ref2:
	case DW_FORM_strx2:
	case DW_FORM_addrx2:
		return 2;
	case DW_FORM_strx3:
	case DW_FORM_addrx3:
		return 3;
	case DW_FORM_data4:
	case DW_FORM_ref4:
	case DW_FORM_strx4:
	case DW_FORM_addrx4:
	case DW_FORM_ref_sup4:
		return 4;
	case DW_FORM_data8:
	case DW_FORM_ref8:
	case DW_FORM_ref_sig8:
	case DW_FORM_ref_sup8:
		return 8;
	case DW_FORM_data16:
		return 16;
	case DW_FORM_addr:
		return unit->address_size;
	case DW_FORM_ref_addr:
		return unit->version == 2 ? unit->address_size : unit->offset_size;
	case DW_FORM_strp:
	case DW_FORM_line_strp:
	case DW_FORM_sec_offset:
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt:
		return unit->offset_size;
	default:
		return 0;
	}
}

static void add_attribute(struct tree *tree, struct abbreviation *abbreviation, uint64_t form,
			  bool sibling)
{
	struct attribute attribute = { form, fixed_size(tree->unit, form), sibling };
	struct attribute *last = abbreviation->count ? &tree->attributes[tree->attribute_count - 1]
						     : NULL;

	if (last && !sibling && !last->sibling && attribute.size && last->size) {
		last->size += attribute.size;
		return;
	}
	tree->attributes =
		array_grow(tree->attributes, tree->attribute_count, sizeof(*tree->attributes));
	tree->attributes[tree->attribute_count++] = attribute;
	abbreviation->count++;
}

/* The attributes of ABBREVIATION, at CURSOR. */
static void read_attributes(struct tree *tree, struct cursor *cursor,
			    struct abbreviation *abbreviation)
{
	uint64_t attribute, form;

	abbreviation->first = tree->attribute_count;
	for (;;) {
		attribute = cursor_uleb(cursor);
		form = cursor_uleb(cursor);
		if (cursor->short_of || (!attribute && !form))
			break;
		if (form == DW_FORM_implicit_const)
			cursor_uleb(cursor);
		add_attribute(tree, abbreviation, form, attribute == DW_AT_sibling);
		/* A list of locations is that of an automatic variable; __func__ is static without any. */
		if (attribute == DW_AT_artificial ||
		    (attribute == DW_AT_location && form != DW_FORM_sec_offset &&
		     form != DW_FORM_loclistx))
			abbreviation->has_place = true;
	}
}

static int compare_codes(const void *a, const void *b)
{
	const struct abbreviation *x = a, *y = b;

	return (x->code > y->code) - (x->code < y->code);
}

static int read_abbreviations(struct tree *tree)
{
	struct dwarf_section *section = dwarf_file_section(tree->dwarf, ".debug_abbrev");
	struct cursor cursor = { .big_endian = false };
	uint64_t code;

	if (!section || !dwarf_file_section_data(tree->dwarf, section))
		return -1;
	cursor.at = section->data + tree->unit->abbreviations;
	cursor.end = section->data + section->size;
	while ((code = cursor_uleb(&cursor)) && !cursor.short_of) {
		struct abbreviation abbreviation = { .code = code };

		abbreviation.tag = cursor_uleb(&cursor);
		abbreviation.children = cursor_number(&cursor, 1);
		read_attributes(tree, &cursor, &abbreviation);
		tree->abbreviations = array_grow(tree->abbreviations, tree->abbreviation_count,
						 sizeof(*tree->abbreviations));
		tree->abbreviations[tree->abbreviation_count++] = abbreviation;
	}
	if (cursor.short_of)
		return malformed(tree, 0, "abbreviations that are cut off, of the unit");
	if (tree->abbreviation_count)
		qsort(tree->abbreviations, tree->abbreviation_count, sizeof(*tree->abbreviations),
		      compare_codes);
	/* Which of them libdwarf would take is not for us to know. */
	for (size_t i = 1; i < tree->abbreviation_count; i++)
		if (tree->abbreviations[i].code == tree->abbreviations[i - 1].code)
			return malformed(tree, 0, "two abbreviations of one number, of the unit");
	return 0;
}

/* Compilers number them from 1 on. */
static const struct abbreviation *find_abbreviation(const struct tree *tree, uint64_t code)
{
	struct abbreviation key = { .code = code };

	if (code <= tree->abbreviation_count && tree->abbreviations[code - 1].code == code)
		return &tree->abbreviations[code - 1];
	if (!tree->abbreviation_count)
		return NULL;
	return bsearch(&key, tree->abbreviations, tree->abbreviation_count, sizeof(key),
		       compare_codes);
}

/* Passes a value of FORM whose size varies. False: there is no such form. */
static bool pass_varying(struct cursor *cursor, uint64_t form)
{
	switch (form) {
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const:
		return true;
	case DW_FORM_sdata:
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_rnglistx:
	case DW_FORM_loclistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index:
		cursor_uleb(cursor);
		return true;
	case DW_FORM_string:
		while (cursor_number(cursor, 1))
			;
		return true;
	case DW_FORM_block1:
		cursor_skip(cursor, cursor_number(cursor, 1));
		return true;
	case DW_FORM_block2:
		cursor_skip(cursor, cursor_number(cursor, 2));
		return true;
	case DW_FORM_block4:
		cursor_skip(cursor, cursor_number(cursor, 4));
		return true;
	case DW_FORM_block:
	case DW_FORM_exprloc:
		cursor_skip(cursor, cursor_uleb(cursor));
		return true;
	default:
		return false;
	}
}

/* Of a form whose size varies. */
static bool pass_value(const struct tree *tree, struct cursor *cursor, uint64_t form)
{
	unsigned int size = 0;

	/* What tells its form itself does so once. */
	if (form == DW_FORM_indirect) {
		form = cursor_uleb(cursor);
		size = fixed_size(tree->unit, form);
	}
	if (!size)
		return pass_varying(cursor, form);
	cursor_skip(cursor, size);
	return true;
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

/* Passes the attributes of the entry at OFFSET; *SIBLING becomes what they tell, 0: nothing. */
static int pass_attributes(const struct tree *tree, struct cursor *cursor, uint64_t offset,
			   const struct abbreviation *abbreviation, uint64_t *sibling)
{
	*sibling = 0;
	for (size_t i = 0; i < abbreviation->count; i++) {
		const struct attribute *attribute = &tree->attributes[abbreviation->first + i];

		if (attribute->sibling)
			*sibling = read_sibling(cursor, attribute->form);
		else if (attribute->size)
			cursor_skip(cursor, attribute->size);
		else if (!pass_value(tree, cursor, attribute->form))
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
static bool is_node(const struct tree *tree, const struct abbreviation *abbreviation, bool *defines)
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
		*defines = true;
		return true;
	default:
		return abbreviation->tag == DW_TAG_imported_unit;
	}
}

/* Adds the entry at OFFSET to the unit's nodes; the number of it. Until its end is seen, there is nothing in it. */
static size_t add_node(struct tree *tree, uint64_t offset, const struct abbreviation *abbreviation)
{
	size_t number = tree->node_count++;

	tree->nodes = array_grow(tree->nodes, number, sizeof(*tree->nodes));
	tree->nodes[number] =
		(struct dwarf_node){ offset, number + 1, (uint16_t)abbreviation->tag };
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
	uint64_t offset = (uint64_t)(cursor->at - start), code = cursor_uleb(cursor), sibling;
	const struct abbreviation *abbreviation;
	size_t node = NO_NODE;
	bool defines;

	if (!code && tree->depth)
		return leave_entry(tree, offset, (uint64_t)(cursor->at - start));
	abbreviation = find_abbreviation(tree, code);
	if (!abbreviation)
		return malformed(tree, offset, "an entry without an abbreviation");
	if (pass_attributes(tree, cursor, offset, abbreviation, &sibling))
		return -1;
	if (is_node(tree, abbreviation, &defines))
		node = add_node(tree, offset, abbreviation);
	if (!abbreviation->children)
		return check_end(tree, offset, sibling, (uint64_t)(cursor->at - start));
	if (tree->depth == MAX_DEPTH)
		return malformed(tree, offset, "entries that are nested too deeply");
	tree->around[tree->depth].end = sibling;
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
	result = read_abbreviations(&tree);
	if (!result)
		result = pass_unit(&tree);
	free(tree.abbreviations);
	free(tree.attributes);
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
