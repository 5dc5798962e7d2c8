/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables that a patch source defines itself, but for constants. Comes in: before the interprocedural passes, the symbol
 * table. Goes out: through note.cc, VARIABLE records, for klp-fixer to tell which the tagged file has, too:
 *
 *	static DEFINE_MUTEX(lock);	copied with the function that takes it: nobody else takes this one
 */
#include "gcc-compat.h"
#include "author-file.h"
#include "note.h"
#include "own-variable.h"
#include "source-place.h"
#include "structure.h"

#include "klpmake-note.h"

struct own_variable {
	char *name;
	char *function; /* whose static variable it is; NULL: none's */
	struct source_place place;
};

static vec<struct own_variable> variables = vNULL;

/*
 * Is its name written in the file that is compiled, or in a header of the author's? Those that macros of headers make up, as
 * WARN_ONCE() and mutex_init() do, are for each place of its own: such a name stands in what the macro is defined as.
 */
static bool is_named_by_author(tree decl)
{
	location_t location = DECL_SOURCE_LOCATION(decl);
	location_t spelled = linemap_resolve_location(line_table, location, LRK_SPELLING_LOCATION, NULL);
	const char *file = LOCATION_FILE(spelled);

	if (file && !strcmp(file, compat_main_file()))
		return true;
	if (linemap_location_from_macro_expansion_p(line_table, location) &&
	    linemap_resolve_location(line_table, location, LRK_MACRO_DEFINITION_LOCATION, NULL) == spelled)
		return false;
	return !in_system_header_at(spelled) && author_file_is(file);
}

/* The structures of a livepatch are each module's own. */
static bool is_of_livepatch(tree decl)
{
	tree type = strip_array_types(TREE_TYPE(decl));
	const char *name = structure_is(type) ? structure_name(TYPE_MAIN_VARIANT(type)) : NULL;

	return name && !strncmp(name, "struct klp_", strlen("struct klp_"));
}

void own_variable_collect(void)
{
	varpool_node *node;

	FOR_EACH_DEFINED_VARIABLE(node)
	{
		tree decl = node->decl, function = decl_function_context(decl);
		struct own_variable variable = {};

		/* Where a constant has no value, it is the kernel's that is meant. */
		if (!DECL_NAME(decl) || DECL_ARTIFICIAL(decl) ||
		    (TREE_READONLY(decl) && DECL_INITIAL(decl)) ||
		    !is_named_by_author(decl) || is_of_livepatch(decl))
			continue;
		variable.name = xstrdup(IDENTIFIER_POINTER(DECL_NAME(decl)));
		if (function)
			variable.function = xstrdup(IDENTIFIER_POINTER(DECL_NAME(function)));
		variable.place = source_place_at(DECL_SOURCE_LOCATION(decl));
		variables.safe_push(variable);
	}
}

void own_variable_write(void)
{
	struct own_variable *variable;
	unsigned int i;

	/* GCC lists what comes first last. */
	FOR_EACH_VEC_ELT_REVERSE(variables, i, variable)
	{
		note_begin(KLP_NOTE_VARIABLE, sizeof(struct klp_note_variable));
		note_string(variable->name);
		note_string(variable->function);
		note_file(variable->place.file);
		note_u32(variable->place.line);
		note_end();
	}
}
