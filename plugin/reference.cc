/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References to symbols that a tagged file does not define. Comes in: while the file is parsed,
 * prototypes of static functions, which GCC has to be kept from complaining about; before the
 * interprocedural passes, the symbol table, and from the stages before, by way of plugin.cc, whose symbol a
 * declaration stands for. Goes out: file-local references with assembler names that carry their unit, so
 * that "ld -r" cannot merge those of two files, and, through note.cc, REF records; and DEF records for what
 * the file defines for the patch's other files.
 */
#include "gcc-compat.h"
#include "note.h"
#include "reference.h"
#include "signature.h"
#include "source-place.h"
#include "symbol-name.h"

#include "klpmake-note.h"

/* Static functions seen as prototypes. GCC makes them public before they are looked at here. */
static vec<tree> undefined_statics = vNULL;

/* Collected before the passes and written after them. */
struct reference {
	char *elf_name;
	char *name;
	char *function;	       /* whose static variable it is; NULL: none's */
	char *section;	       /* that a variable is declared to be in; NULL: none */
	unsigned int declared; /* reference_origin's line */
	char *signature;
	enum klp_note_ref_kind kind;
	enum klp_note_ref_scope scope;
	struct source_place use;
	struct source_place pointer; /* where its address is taken; file NULL: nowhere */
};

static vec<struct reference> references = vNULL;

/*
 * Identifiers of their names. GCC marks the identifier of a symbol that it writes into the
 * assembler file, if there is one: a name given by the user (an asm label) has none by itself.
 */
static vec<tree> identifiers = vNULL;

/* What the file defines for others. */
struct definition {
	char *name;
	char *signature;
};

static vec<struct definition> definitions = vNULL;

void reference_accept_undefined(void)
{
	unsigned int i;
	tree decl;

	/*
	 * GCC asks twice: c-decl.cc whether the function is used, in the C standard's sense, and
	 * check_global_declaration() whether a warning about it was given already.
	 */
	FOR_EACH_VEC_ELT(undefined_statics, i, decl)
	{
		if (DECL_INITIAL(decl))
			continue;
		C_DECL_USED(decl) = 0;
		compat_suppress_unused(decl, true);
	}
}

void reference_see_declaration(tree decl)
{
	if (TREE_CODE(decl) == FUNCTION_DECL && DECL_FILE_SCOPE_P(decl) && !TREE_PUBLIC(decl) &&
	    DECL_EXTERNAL(decl) && !DECL_INITIAL(decl) && !undefined_statics.contains(decl))
		undefined_statics.safe_push(decl);
}

void reference_see_definition(tree decl)
{
	if (undefined_statics.contains(decl))
		compat_suppress_unused(decl, false);
}

void reference_mark(void)
{
	unsigned int i;
	tree decl;

	FOR_EACH_VEC_ELT(undefined_statics, i, decl)
	gt_ggc_mx(decl);
	FOR_EACH_VEC_ELT(identifiers, i, decl)
	gt_ggc_mx(decl);
}

static bool in_main_file(location_t location)
{
	const char *file = LOCATION_FILE(location);

	return file && !strcmp(file, compat_main_file());
}

/*
 * Where in the file's text STATEMENT stands: if it came from an inline function of a header, where
 * that was called.
 */
static location_t statement_location(gimple *statement)
{
	location_t location = gimple_location(statement);

	if (location == UNKNOWN_LOCATION || in_main_file(location))
		return location;
	for (tree block = gimple_block(statement); block && TREE_CODE(block) == BLOCK;
	     block = BLOCK_SUPERCONTEXT(block))
		if (inlined_function_outer_scope_p(block) &&
		    in_main_file(BLOCK_SOURCE_LOCATION(block)))
			return BLOCK_SOURCE_LOCATION(block);
	return location;
}

/* Keeps the first of two places: the main file's before a header's, then by line. */
static void note_use(location_t *first, location_t location)
{
	if (location == UNKNOWN_LOCATION)
		return;
	if (*first == UNKNOWN_LOCATION || in_main_file(location) > in_main_file(*first) ||
	    (in_main_file(location) == in_main_file(*first) &&
	     LOCATION_LINE(location) < LOCATION_LINE(*first)))
		*first = location;
}

static location_t referring_location(ipa_ref *ref)
{
	return ref->stmt ? statement_location(ref->stmt)
			 : DECL_SOURCE_LOCATION(ref->referring->decl);
}

/* Where NODE is used first; its declaration if no use has a place. */
static struct source_place first_use(symtab_node *node)
{
	location_t first = UNKNOWN_LOCATION;
	cgraph_node *function = dyn_cast<cgraph_node *>(node);
	ipa_ref *ref;

	if (function)
		for (cgraph_edge *edge = function->callers; edge; edge = edge->next_caller)
			if (edge->call_stmt)
				note_use(&first, statement_location(edge->call_stmt));
	for (int i = 0; node->iterate_referring(i, ref); i++)
		note_use(&first, referring_location(ref));
	return source_place_at(first == UNKNOWN_LOCATION ? DECL_SOURCE_LOCATION(node->decl)
							 : first);
}

/* Where the address of NODE, a function, is taken first; file NULL: nowhere. */
static struct source_place first_pointer(symtab_node *node)
{
	location_t first = UNKNOWN_LOCATION;
	ipa_ref *ref;

	for (int i = 0; is_a<cgraph_node *>(node) && node->iterate_referring(i, ref); i++)
		if (ref->use == IPA_REF_ADDR)
			note_use(&first, referring_location(ref));
	return source_place_at(first);
}

static void give_own_name(tree decl, const struct reference *reference, const char *unit_id)
{
	char *name = xasprintf(KLP_NOTE_LOCAL_PREFIX "%s.%s%s%s", unit_id,
			       reference->function ? reference->function : "",
			       reference->function ? "." : "", reference->name);

	if (reference->declared) {
		char *numbered = xasprintf("%s.%u", name, reference->declared);

		free(name);
		name = numbered;
	}
	symtab->change_decl_assembler_name(decl, get_identifier(name));
	free(name);
}

static void collect_reference(symtab_node *node, const char *unit_id,
			      const struct reference_origin *origin)
{
	tree decl = node->decl;
	struct reference reference = {};
	bool local = origin->local || undefined_statics.contains(decl);

	reference.name = xstrdup(origin->name);
	reference.kind = TREE_CODE(decl) == FUNCTION_DECL ? KLP_NOTE_FUNCTION : KLP_NOTE_OBJECT;
	reference.scope = local ? KLP_NOTE_LOCAL : KLP_NOTE_EXTERN;
	reference.function = origin->function ? xstrdup(origin->function) : NULL;
	if (VAR_P(decl) && origin->section)
		reference.section = xstrdup(origin->section);
	reference.declared = origin->line;
	reference.signature = signature_of(TREE_TYPE(decl));
	reference.use = first_use(node);
	reference.pointer = first_pointer(node);
	if (local || origin->own_name)
		give_own_name(decl, &reference, unit_id);
	reference.elf_name = xstrdup(symbol_name(decl));
	identifiers.safe_push(get_identifier(reference.elf_name));
	references.safe_push(reference);
}

static void collect_definition(tree decl)
{
	struct definition definition = { xstrdup(symbol_name(decl)),
					 signature_of(TREE_TYPE(decl)) };

	definitions.safe_push(definition);
}

void reference_collect(const char *unit_id, reference_origin_fn *origin_of)
{
	symtab_node *node;

	FOR_EACH_SYMBOL(node)
	{
		if (!VAR_OR_FUNCTION_DECL_P(node->decl) || !DECL_NAME(node->decl))
			continue;
		if (DECL_EXTERNAL(node->decl)) {
			struct reference_origin origin = {};

			origin_of(node->decl, &origin);
			collect_reference(node, unit_id, &origin);
		} else if (TREE_PUBLIC(node->decl) && node->definition) {
			collect_definition(node->decl);
		}
	}
}

static void write_reference(const struct reference *reference)
{
	note_begin(KLP_NOTE_REF, sizeof(struct klp_note_ref));
	note_u32(reference->kind);
	note_u32(reference->scope);
	note_string(reference->elf_name);
	note_string(reference->name);
	note_string(reference->function);
	note_string(reference->section);
	note_file(reference->use.file);
	note_u32(reference->use.line);
	note_file(reference->pointer.file);
	note_u32(reference->pointer.file ? reference->pointer.line : 0);
	note_string(reference->signature);
	note_u32(reference->declared);
	note_end();
}

void reference_write(void)
{
	struct definition *definition;
	struct reference *reference;
	unsigned int i;

	/* GCC lists what comes first last. Optimisation may have removed what was collected. */
	FOR_EACH_VEC_ELT_REVERSE(references, i, reference)
	if (TREE_SYMBOL_REFERENCED(identifiers[i]))
		write_reference(reference);
	FOR_EACH_VEC_ELT(definitions, i, definition)
	{
		note_begin(KLP_NOTE_DEF, sizeof(struct klp_note_def));
		note_string(definition->name);
		note_string(definition->signature);
		note_end();
	}
}
