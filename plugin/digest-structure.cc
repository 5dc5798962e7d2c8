/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures and unions that a file looks into. Comes in: from digest-tree.cc, types and members that occur. Goes out:
 * lines of the digest, by which klp-plan tells what a diff changes in them: what is new, what moves, what only has
 * another name, or has inside what changes.
 *
 *	struct inner { u8 x, y; };
 *	struct outer { int a; struct { short b; u8 c : 3; } d; struct inner e[2]; };
 *
 * has these members, with places and sizes in bits:
 *
 *	a	0	32	i32
 *	d	32	32	record_type		its own members are others of the outer one
 *	d.b	32	16	i16
 *	d.c	48	3	u3
 *	e	64	32	A2:record_type	struct inner
 *
 * A member's type is told as far as it is the member's own: what changes in struct inner is struct inner's. digest.cc
 * asks.
 */
#include "gcc-compat.h"
#include "digest-line.h"
#include "digest-structure.h"
#include "digest-text.h"
#include "digest-type.h"
#include "structure.h"
#include "symbol-name.h"

/* By their main variants; those that others have inside are added while lines are written. */
static vec<tree> structures = vNULL;

/* Who uses each member. */
static hash_map<tree, vec<tree>> *users;

/* A function and a structure that it looks into. */
struct look {
	tree user, structure;
};

static vec<struct look> looks = vNULL;

void digest_structure_use(tree type)
{
	type = TYPE_MAIN_VARIANT(strip_array_types(type));
	if (structure_is(type) && COMPLETE_TYPE_P(type) && structure_name(type) &&
	    !structures.contains(type))
		structures.safe_push(type);
}

/* A function's digest is made at once, so that its looks are the last ones. */
static void look_into(tree type, tree user)
{
	struct look look = { user, TYPE_MAIN_VARIANT(strip_array_types(type)) };

	if (!user || !structure_is(look.structure) || !structure_name(look.structure))
		return;
	for (unsigned int i = looks.length(); i-- > 0 && looks[i].user == user;)
		if (looks[i].structure == look.structure)
			return;
	looks.safe_push(look);
}

void digest_structure_have(tree type, tree user)
{
	digest_structure_use(type);
	look_into(type, user);
}

void digest_structure_see(tree field, tree user)
{
	digest_structure_use(DECL_CONTEXT(field));
	look_into(DECL_CONTEXT(field), user);
	if (!users)
		/* In place: C++'s own library, for its "new", would be loaded into each compiler. */
		users = new (xmalloc(sizeof(*users))) hash_map<tree, vec<tree>>;
	vec<tree> &list = users->get_or_insert(field);
	if (!list.is_empty() && list.last() == user)
		return;
	if (!list.contains(user))
		list.safe_push(user);
}

/* The same text where the same functions use the member; NULL: none does. */
static const char *users_of(tree field, char text[17])
{
	vec<tree> *list = users ? users->get(field) : NULL;
	unsigned long long sum = 0;
	unsigned int i;
	tree user;

	if (!list || list->is_empty())
		return NULL;
	FOR_EACH_VEC_ELT(*list, i, user)
	{
		const char *name = user ? symbol_name(user) : "";

		sum += (unsigned long long)iterative_hash(name, strlen(name), 1) << 32 |
		       iterative_hash(name, strlen(name), 2);
	}
	sprintf(text, "%016llx", sum);
	return text;
}

static const char *number(unsigned HOST_WIDE_INT value, char text[LINE_NUMBER_SIZE])
{
	snprintf(text, LINE_NUMBER_SIZE, "%llu", (unsigned long long)value);
	return text;
}

static void write_member(FILE *file, tree field, const char *name, unsigned HOST_WIDE_INT place,
			 tree structure)
{
	const char *fields[DIGEST_MEMBER_COLUMNS] = {};
	char place_text[LINE_NUMBER_SIZE], size[LINE_NUMBER_SIZE], line[LINE_NUMBER_SIZE],
		users_text[17];
	tree type = TREE_TYPE(field), element = strip_array_types(type),
	     stub = TYPE_STUB_DECL(structure);
	const char *own_file = DECL_SOURCE_FILE(field);
	struct digest_text out;
	char *shape;

	digest_text_start(&out, NULL_TREE);
	digest_type_put_shape(&out, type);
	shape = digest_text_take(&out);
	fields[DIGEST_MEMBER_NAME] = name;
	fields[DIGEST_MEMBER_PLACE] = number(place, place_text);
	fields[DIGEST_MEMBER_SIZE] = number(structure_bits(DECL_SIZE(field)), size);
	fields[DIGEST_MEMBER_TYPE] = shape;
	fields[DIGEST_MEMBER_STRUCTURE] = structure_is(element) ? structure_name(element)
								: NULL;
	fields[DIGEST_MEMBER_USERS] = users_of(field, users_text);
	if (!stub || strcmp(own_file, DECL_SOURCE_FILE(stub)))
		fields[DIGEST_MEMBER_FILE] = own_file;
	fields[DIGEST_MEMBER_LINE] = digest_line_of(field, line);
	digest_line_write(file, DIGEST_MEMBER, fields, DIGEST_MEMBER_COLUMNS);
	free(shape);
}

/* Where members go, and whose they are. */
struct members {
	FILE *file;
	tree structure;
};

static void see_member(tree field, const char *name, unsigned HOST_WIDE_INT place, void *data)
{
	const struct members *members = (const struct members *)data;

	if (name)
		write_member(members->file, field, name, place, members->structure);
	if (!structure_is_part(TREE_TYPE(field)))
		digest_structure_use(TREE_TYPE(field));
}

static void write_structure(FILE *file, tree type, const char *name)
{
	const char *fields[DIGEST_STRUCTURE_COLUMNS] = {};
	char layout[DIGEST_SIZE], size[LINE_NUMBER_SIZE], align[LINE_NUMBER_SIZE],
		line[LINE_NUMBER_SIZE];
	tree stub = TYPE_STUB_DECL(TYPE_MAIN_VARIANT(type));
	struct members members = { file, TYPE_MAIN_VARIANT(type) };
	struct digest_text out;

	digest_text_start(&out, NULL_TREE);
	digest_type_put_layout(&out, type);
	digest_text_finish(&out, layout);
	fields[DIGEST_STRUCTURE_NAME] = name;
	fields[DIGEST_STRUCTURE_LAYOUT] = layout;
	fields[DIGEST_STRUCTURE_SIZE] = number(structure_bits(TYPE_SIZE_UNIT(type)), size);
	fields[DIGEST_STRUCTURE_ALIGN] = number(TYPE_ALIGN_UNIT(type), align);
	if (stub) {
		fields[DIGEST_STRUCTURE_FILE] = DECL_SOURCE_FILE(stub);
		fields[DIGEST_STRUCTURE_LINE] = digest_line_of(stub, line);
	} else {
		fields[DIGEST_STRUCTURE_LINE] = "0";
	}
	digest_line_write(file, DIGEST_STRUCTURE, fields, DIGEST_STRUCTURE_COLUMNS);
	structure_each_member(members.structure, see_member, &members);
}

char *digest_structure_of(tree variable)
{
	tree type = strip_array_types(TREE_TYPE(variable));

	if (!structure_is(type) || !COMPLETE_TYPE_P(type))
		return NULL;
	return structure_name(type) ? xstrdup(structure_name(type))
					   : concat("variable ", symbol_name(variable), NULL);
}

void digest_structure_write_own(FILE *file, tree variable)
{
	char *name;

	if (!structure_is_part(TREE_TYPE(variable)))
		return;
	name = digest_structure_of(variable);
	write_structure(file, strip_array_types(TREE_TYPE(variable)), name);
	free(name);
}

void digest_structure_write_looks(FILE *file)
{
	const char *fields[DIGEST_LOOK_COLUMNS] = {};

	for (unsigned int i = 0; i < looks.length(); i++) {
		fields[DIGEST_LOOK_USER] = symbol_name(looks[i].user);
		fields[DIGEST_LOOK_STRUCTURE] = structure_name(looks[i].structure);
		digest_line_write(file, DIGEST_LOOK, fields, DIGEST_LOOK_COLUMNS);
	}
}

void digest_structure_write(FILE *file)
{
	for (unsigned int i = 0; i < structures.length(); i++)
		write_structure(file, structures[i], structure_name(structures[i]));
}
