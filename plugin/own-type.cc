/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures and enumerations that a patch source defines itself. Comes in: while the file is parsed, types that are
 * defined. Goes out: through note.cc, STRUCTURE and CONSTANT records, for klp-fixer to compare with what the tagged file
 * has: such are copies of what a kernel source keeps to itself, and a member at another place than there, as another
 * version of the kernel has it, would be read and written without a word.
 *
 * Types of the kernel's headers are not asked for: these are the headers of the kernel that the livepatch is for. Those of the
 * author's are, wherever they are: a folder of another kernel's source may be among these.
 */
#include "gcc-compat.h"
#include "author-file.h"
#include "note.h"
#include "own-type.h"
#include "source-place.h"
#include "structure.h"

#include "klpmake-note.h"

static vec<tree> types = vNULL;

/* Those of types, before the passes. */
struct own_structure {
	char *name;
	char *members; /* as the note has them */
	unsigned HOST_WIDE_INT size;
	struct source_place place;
};

static vec<struct own_structure> structures = vNULL;

/* Of enumerations. */
struct own_constant {
	char *name;
	unsigned HOST_WIDE_INT value;
	struct source_place place;
};

static vec<struct own_constant> constants = vNULL;

void own_type_see(tree type)
{
	tree stub;

	/* What a function defines is its own. */
	if (current_function_decl || !TYPE_P(type) || !COMPLETE_TYPE_P(type) ||
	    (!structure_is(type) && TREE_CODE(type) != ENUMERAL_TYPE))
		return;
	type = TYPE_MAIN_VARIANT(type);
	stub = TYPE_STUB_DECL(type);
	if (stub && !in_system_header_at(DECL_SOURCE_LOCATION(stub)) &&
	    author_file_is(DECL_SOURCE_FILE(stub)) && !types.contains(type))
		types.safe_push(type);
}

void own_type_mark(void)
{
	unsigned int i;
	tree type;

	FOR_EACH_VEC_ELT(types, i, type)
	gt_ggc_mx(type);
}

static void add_member(tree field, const char *name, unsigned HOST_WIDE_INT place, void *data)
{
	struct own_structure *structure = (struct own_structure *)data;
	char *line, *all;

	if (!name)
		return;
	line = xasprintf("%s %llu %llu\n", name, (unsigned long long)place,
			 (unsigned long long)structure_bits(DECL_SIZE(field)));
	all = concat(structure->members, line, NULL);
	free(structure->members);
	free(line);
	structure->members = all;
}

static void collect_structure(tree type)
{
	const char *name = structure_name(type);
	struct own_structure structure = {};

	if (!name)
		return;
	structure.name = xstrdup(name);
	structure.members = xstrdup("");
	structure.size = structure_bits(TYPE_SIZE_UNIT(type));
	structure.place = source_place_at(DECL_SOURCE_LOCATION(TYPE_STUB_DECL(type)));
	structure_each_member(type, add_member, &structure);
	structures.safe_push(structure);
}

static void collect_constants(tree type)
{
	for (tree value = TYPE_VALUES(type); value; value = TREE_CHAIN(value)) {
		tree number = TREE_VALUE(value);
		struct own_constant constant = {};

		if (TREE_CODE(number) == CONST_DECL)
			number = DECL_INITIAL(number);
		if (!number || TREE_CODE(number) != INTEGER_CST)
			continue;
		constant.name = xstrdup(IDENTIFIER_POINTER(TREE_PURPOSE(value)));
		constant.value = TREE_INT_CST_LOW(number);
		constant.place = source_place_at(DECL_SOURCE_LOCATION(TYPE_STUB_DECL(type)));
		constants.safe_push(constant);
	}
}

void own_type_collect(void)
{
	unsigned int i;
	tree type;

	FOR_EACH_VEC_ELT(types, i, type)
	{
		if (structure_is(type))
			collect_structure(type);
		else
			collect_constants(type);
	}
}

void own_type_write(void)
{
	for (unsigned int i = 0; i < structures.length(); i++) {
		note_begin(KLP_NOTE_STRUCTURE, sizeof(struct klp_note_structure));
		note_u64(structures[i].size);
		note_string(structures[i].name);
		note_string(structures[i].members);
		note_file(structures[i].place.file);
		note_u32(structures[i].place.line);
		note_end();
	}
	for (unsigned int i = 0; i < constants.length(); i++) {
		note_begin(KLP_NOTE_CONSTANT, sizeof(struct klp_note_constant));
		note_u64(constants[i].value);
		note_string(constants[i].name);
		note_file(constants[i].place.file);
		note_u32(constants[i].place.line);
		note_end();
	}
}
