/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds every initialised struct klp_func. Comes in: the initialisers of the file's variables,
 * before the interprocedural passes. Goes out: PATCH records with what is replaced by what, and
 * where the module keeps what klp-fixer fills in: old_sympos, and in the short form, whose callbacks
 * become CALLBACK records, the name of the object.
 */
#include "gcc-compat.h"
#include "initialiser.h"
#include "klp-func.h"
#include "note.h"
#include "signature.h"
#include "source-place.h"
#include "symbol-name.h"

#include "klpmake-note.h"

/* The initialiser of a klp_object: the array that it points to and the object's name. */
struct object_funcs {
	tree array;
	const char *name; /* NULL: vmlinux */
	location_t location;
};

struct patch {
	char *variable;	  /* assembler name of the variable that holds the klp_func */
	char *identifier; /* the same as GCC keeps it */
	unsigned HOST_WIDE_INT sympos_at; /* offset of old_sympos in it, in bytes */
	unsigned HOST_WIDE_INT sympos;
	unsigned int sympos_size;
	unsigned int flags;
	char *object;
	unsigned HOST_WIDE_INT object_at; /* by tag: offset of the object's name, in bytes */
	unsigned int object_size;
	char *old_name;
	char *new_name; /* assembler name of the replacement */
	char *signature;
	struct source_place place;
};

/* One of the short form's callbacks. */
struct callback {
	char *variable, *identifier; /* as in struct patch */
	unsigned HOST_WIDE_INT object_at;
	unsigned int object_size;
	const char *kind;
	struct source_place place;
};

/* What a walk through an initialiser knows about where it is. */
struct walk {
	varpool_node *node;
	bool by_tag;			  /* in a struct klpmake_entry */
	const char *entry_object;	  /* and its object, NULL: none named */
	unsigned HOST_WIDE_INT object_at; /* offset of the field for its name, in bytes */
	unsigned int object_size;
	vec<struct object_funcs> *objects;
	bool collecting_objects; /* the first of two walks */
};

static vec<struct patch> patches = vNULL;
static vec<struct callback> callbacks = vNULL;

static void collect_object(struct walk *walk, tree constructor)
{
	tree name = initialiser_value(constructor, "name");
	struct object_funcs object = { initialiser_target(initialiser_value(constructor, "funcs")),
				       initialiser_string(name),
				       initialiser_place(walk->node->decl) };

	if (!object.array)
		return;
	if (name && !integer_zerop(name) && !object.name) {
		error_at(object.location,
			 "the name of this %<struct klp_object%> is not a string constant");
		return;
	}
	/* klp_is_module() in include/linux/livepatch.h asks for the name only. */
	if (object.name && !strcmp(object.name, "vmlinux")) {
		error_at(object.location,
			 "this %<struct klp_object%> names a module %<vmlinux%>, which the kernel "
			 "waits for: for the kernel itself, leave out the name");
		return;
	}
	walk->objects->safe_push(object);
}

/* The object of the klp_funcs in WALK's variable. False, with an error: it cannot be told. */
static bool find_object(const struct walk *walk, location_t location, const char **name)
{
	const struct object_funcs *found = NULL;
	struct object_funcs *object;
	unsigned int i;

	if (walk->by_tag) {
		*name = walk->entry_object;
		return true;
	}
	FOR_EACH_VEC_ELT(*walk->objects, i, object)
	{
		if (object->array != walk->node->decl)
			continue;
		if (found && strcmp(found->name ? found->name : "vmlinux",
				    object->name ? object->name : "vmlinux")) {
			error_at(location,
				 "this %<struct klp_func%> belongs to two objects, %qs and %qs",
				 found->name ? found->name : "vmlinux",
				 object->name ? object->name : "vmlinux");
			return false;
		}
		found = object;
	}
	if (!found) {
		error_at(location,
			 "no initialised %<struct klp_object%> of this file has this "
			 "%<struct klp_func%>, so that the object it patches is not known");
		return false;
	}
	*name = found->name;
	return true;
}

static bool collect_sympos(struct patch *patch, tree constructor, unsigned HOST_WIDE_INT offset,
			   location_t location)
{
	tree field = initialiser_field(TREE_TYPE(constructor), "old_sympos");
	tree value = initialiser_value(constructor, "old_sympos");

	if (!field) {
		error_at(location, "%<struct klp_func%> has no field %<old_sympos%>: "
				   "livepatches of this kernel are not supported");
		return false;
	}
	patch->sympos_at = offset + int_byte_position(field);
	patch->sympos_size = tree_to_uhwi(DECL_SIZE_UNIT(field));
	if (!value)
		return true;
	if (!tree_fits_uhwi_p(value)) {
		error_at(location, "%<old_sympos%> is not a constant");
		return false;
	}
	patch->flags |= KLP_NOTE_SYMPOS_GIVEN;
	patch->sympos = tree_to_uhwi(value);
	return true;
}

static void collect_func(struct walk *walk, tree constructor, unsigned HOST_WIDE_INT offset)
{
	tree variable = walk->node->decl,
	     new_func = initialiser_target(initialiser_value(constructor, "new_func"));
	tree old_name = initialiser_value(constructor, "old_name");
	location_t location = initialiser_place(variable);
	struct patch patch = {};
	const char *object;

	if (!old_name || integer_zerop(old_name))
		return; /* the terminator of an array, or filled in later */
	if (!initialiser_string(old_name) || !*initialiser_string(old_name)) {
		error_at(location, "%<old_name%> is not a string constant, or an empty one");
		return;
	}
	if (!new_func || TREE_CODE(new_func) != FUNCTION_DECL) {
		error_at(location,
			 "%<new_func%> of the %<struct klp_func%> for %qs is not a function",
			 initialiser_string(old_name));
		return;
	}
	if (!collect_sympos(&patch, constructor, offset, location) ||
	    !find_object(walk, location, &object))
		return;
	if (walk->by_tag && !object) {
		patch.flags |= KLP_NOTE_OBJECT_BY_TAG;
		patch.object_at = walk->object_at;
		patch.object_size = walk->object_size;
	}
	patch.variable = xstrdup(symbol_name(variable));
	patch.identifier = xstrdup(IDENTIFIER_POINTER(DECL_ASSEMBLER_NAME(variable)));
	patch.object = object ? xstrdup(object) : NULL;
	patch.old_name = xstrdup(initialiser_string(old_name));
	patch.new_name = xstrdup(symbol_name(new_func));
	patch.signature = signature_of(TREE_TYPE(new_func));
	patch.place = source_place_at(location);
	patches.safe_push(patch);
}

/* A klpmake_entry whose kind, enum klpmake_kind of klpmake.h, is not that of a replacement. */
static void collect_callback(const struct walk *walk, tree constructor)
{
	static const char *const kinds[] = { NULL, "pre_patch", "post_patch", "pre_unpatch",
					     "post_unpatch" };
	tree variable = walk->node->decl, kind = initialiser_value(constructor, "kind");
	location_t location = initialiser_place(variable);
	struct callback callback = {};

	if (walk->entry_object || !kind || !tree_fits_uhwi_p(kind) || integer_zerop(kind) ||
	    tree_to_uhwi(kind) >= ARRAY_SIZE(kinds))
		return;
	callback.variable = xstrdup(symbol_name(variable));
	callback.identifier = xstrdup(IDENTIFIER_POINTER(DECL_ASSEMBLER_NAME(variable)));
	callback.object_at = walk->object_at;
	callback.object_size = walk->object_size;
	callback.kind = kinds[tree_to_uhwi(kind)];
	callback.place = source_place_at(location);
	callbacks.safe_push(callback);
}

/* An entry of the short form: what its own object is, and where the name of it stands. */
static void enter_entry(struct walk *walk, tree constructor, unsigned HOST_WIDE_INT offset)
{
	tree object = initialiser_value(constructor, "object");
	tree field = initialiser_field(TREE_TYPE(constructor), "object");

	walk->by_tag = true;
	walk->entry_object = object && TREE_CODE(object) == STRING_CST &&
					     *TREE_STRING_POINTER(object)
				     ? TREE_STRING_POINTER(object)
				     : NULL;
	if (!field)
		return;
	walk->object_at = offset + int_byte_position(field);
	walk->object_size = tree_to_uhwi(DECL_SIZE_UNIT(field));
	if (!walk->collecting_objects)
		collect_callback(walk, constructor);
}

static void walk_initialiser(struct walk *walk, tree value, unsigned HOST_WIDE_INT offset);

static void walk_record(struct walk *walk, tree constructor, unsigned HOST_WIDE_INT offset)
{
	tree type = TREE_TYPE(constructor), field, value;
	struct walk inner = *walk;
	unsigned HOST_WIDE_INT i;

	if (initialiser_has_tag(type, "klp_object") && walk->collecting_objects)
		collect_object(walk, constructor);
	if (initialiser_has_tag(type, "klp_func")) {
		if (!walk->collecting_objects)
			collect_func(walk, constructor, offset);
		return;
	}
	if (initialiser_has_tag(type, "klpmake_entry"))
		enter_entry(&inner, constructor, offset);
	FOR_EACH_CONSTRUCTOR_ELT(CONSTRUCTOR_ELTS(constructor), i, field, value)
	if (field)
		walk_initialiser(&inner, value, offset + int_byte_position(field));
}

static void walk_array(struct walk *walk, tree constructor, unsigned HOST_WIDE_INT offset)
{
	unsigned HOST_WIDE_INT size, next = 0, i;
	tree element = TREE_TYPE(TREE_TYPE(constructor)), index, value;

	if (!TYPE_SIZE_UNIT(element) || !tree_fits_uhwi_p(TYPE_SIZE_UNIT(element)))
		return;
	size = tree_to_uhwi(TYPE_SIZE_UNIT(element));
	FOR_EACH_CONSTRUCTOR_ELT(CONSTRUCTOR_ELTS(constructor), i, index, value)
	{
		unsigned HOST_WIDE_INT last;

		if (index && TREE_CODE(index) == RANGE_EXPR) {
			next = tree_to_uhwi(TREE_OPERAND(index, 0));
			last = tree_to_uhwi(TREE_OPERAND(index, 1));
		} else {
			if (index)
				next = tree_to_uhwi(index);
			last = next;
		}
		if (TREE_CODE(value) != CONSTRUCTOR) {
			next = last + 1;
			continue;
		}
		for (; next <= last; next++)
			walk_initialiser(walk, value, offset + next * size);
	}
}

/* OFFSET: bytes from the variable's start to VALUE. */
static void walk_initialiser(struct walk *walk, tree value, unsigned HOST_WIDE_INT offset)
{
	if (TREE_CODE(value) != CONSTRUCTOR)
		return;
	if (TREE_CODE(TREE_TYPE(value)) == ARRAY_TYPE)
		walk_array(walk, value, offset);
	else if (RECORD_OR_UNION_TYPE_P(TREE_TYPE(value)))
		walk_record(walk, value, offset);
}

static void walk_variables(vec<struct object_funcs> *objects, bool collecting_objects)
{
	auto_vec<varpool_node *> nodes;
	varpool_node *node;
	unsigned int i;

	/* GCC lists last what comes first in the source. */
	FOR_EACH_VARIABLE(node)
	nodes.safe_push(node);
	FOR_EACH_VEC_ELT_REVERSE(nodes, i, node)
	{
		struct walk walk = {};

		walk.node = node;
		walk.objects = objects;
		walk.collecting_objects = collecting_objects;

		if (!DECL_EXTERNAL(node->decl) && DECL_INITIAL(node->decl) &&
		    DECL_INITIAL(node->decl) != error_mark_node)
			walk_initialiser(&walk, DECL_INITIAL(node->decl), 0);
	}
}

void klp_func_collect(void)
{
	vec<struct object_funcs> objects = vNULL;

	walk_variables(&objects, true);
	walk_variables(&objects, false);
	objects.release();
}

void klp_func_check_untagged(void)
{
	varpool_node *node;

	FOR_EACH_VARIABLE(node)
	{
		location_t location = initialiser_place(node->decl);

		if (DECL_EXTERNAL(node->decl) ||
		    !initialiser_has_tag(TREE_TYPE(node->decl), "klpmake_entry"))
			continue;
		/* A callback has no original. */
		if (!DECL_INITIAL(node->decl) ||
		    TREE_CODE(DECL_INITIAL(node->decl)) != CONSTRUCTOR ||
		    !initialiser_value(DECL_INITIAL(node->decl), "func"))
			continue;
		error_at(location, "a replacement in a file without a tag");
		inform(location, "say which kernel source has the original: %<//KLPMAKE path%>");
	}
}

/* Optimisation may have removed the variable. */
static bool is_written(const char *variable)
{
	tree identifier = maybe_get_identifier(variable);
	symtab_node *node = identifier ? symtab_node::get_for_asmname(identifier) : NULL;

	return node && TREE_ASM_WRITTEN(node->decl);
}

static void write_patch(const struct patch *patch)
{
	note_begin(KLP_NOTE_PATCH, sizeof(struct klp_note_patch));
	note_u32(patch->flags);
	note_address(patch->new_name, 0);
	note_address(patch->variable, patch->sympos_at);
	note_u64(patch->sympos);
	note_u32(patch->sympos_size);
	note_string(patch->object);
	note_string(patch->old_name);
	note_string(patch->new_name);
	note_file(patch->place.file);
	note_u32(patch->place.line);
	note_string(patch->signature);
	if (patch->flags & KLP_NOTE_OBJECT_BY_TAG)
		note_address(patch->variable, patch->object_at);
	else
		note_u64(0);
	note_u32(patch->object_size);
	note_end();
}

static void write_callback(const struct callback *callback)
{
	note_begin(KLP_NOTE_CALLBACK, sizeof(struct klp_note_callback));
	note_address(callback->variable, callback->object_at);
	note_u32(callback->object_size);
	note_string(callback->kind);
	note_file(callback->place.file);
	note_u32(callback->place.line);
	note_end();
}

void klp_func_write(struct note_unit *by_file)
{
	struct callback *callback;
	struct patch *patch;
	unsigned int i;

	FOR_EACH_VEC_ELT(patches, i, patch)
	{
		if (!is_written(patch->identifier))
			continue;
		if (by_file && patch->place.file && strcmp(patch->place.file, by_file->tag)) {
			by_file->tag = patch->place.file;
			by_file->line = 0;
			note_unit(by_file);
		}
		write_patch(patch);
	}
	FOR_EACH_VEC_ELT(callbacks, i, callback)
	if (is_written(callback->identifier))
		write_callback(callback);
}
