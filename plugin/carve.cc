/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cuts the functions that a livepatch replaces out of a whole kernel source file. Comes in: the plan, which
 * plan.cc has read, and the symbol table before the interprocedural passes. Goes out, to reference.cc and to
 * the compiler: the symbol table in which
 *
 *	- what the kernel has is only declared, so that it becomes a reference,
 *	- a replaced function has a name of its own, and whoever refers to it still means the kernel's:
 *	  a pointer to it is compared with those that the kernel keeps,
 *	- what nothing needs any more, and what is for the kernel's build (exported symbols, initcalls,
 *	  parameters), is gone.
 *
 * For example, a diff changes show_val_kb() of fs/proc/meminfo.c, of which the kernel has nothing but what is
 * inlined into meminfo_proc_show(). So klp-plan says
 *
 *	function	proc_meminfo_init	local
 *	replace	meminfo_proc_show	livepatch.fs_proc_meminfo_c.meminfo_proc_show
 *	function	arch_report_meminfo	extern
 *
 * and what becomes of the file's functions is:
 *
 *	meminfo_proc_show	replaced: it is kept under its new name, global, although nothing calls it
 *	show_val_kb		no line: the kernel has none. It is kept as it is, static, as what is replaced
 *				calls it, and may be inlined again
 *	arch_report_meminfo	the kernel's: what is replaced calls it, so that it is a reference now. The weak
 *				body that this file has is dropped, be it the one that the kernel has or not
 *	proc_meminfo_init	the kernel's, and nothing that is kept refers to it: it is dropped. Its initcall
 *				is assembler outside of functions, all of which is dropped
 *
 * Were proc_meminfo_init() kept, it would hand the kernel's meminfo_proc_show to proc_create_single(), not the
 * new one: ftrace leads from the kernel's to the new one as long as the livepatch is enabled.
 */
#include "gcc-compat.h"
#include "carve.h"
#include "plan.h"
#include "static-local.h"
#include "symbol-name.h"

/* Variables of this section of klpmake.h's are there to be found. */
#define TABLE_SECTION "klpmake_table"

#define ADDRESSABLE_SECTION ".discard.addressable"

/* A replaced function and the declaration that stands for the kernel's. */
struct carve_pair {
	tree decl, old;
};

static vec<struct carve_pair> pairs = vNULL;

/* What became a declaration. */
struct carve_reference {
	tree decl;
	bool local;
	char *section;
	unsigned int line; /* carve_origin's */
};

static vec<struct carve_reference> made_external = vNULL;

/* A function's static variable and its place, which only the function's blocks tell. */
struct carve_static {
	tree decl;
	unsigned int order;
};

static vec<struct carve_static> statics = vNULL;

/* While all functions have their blocks. */
static void number_statics(void)
{
	varpool_node *node;

	FOR_EACH_VARIABLE(node)
	if (node->definition && DECL_NAME(node->decl) && decl_function_context(node->decl)) {
		struct carve_static entry = { node->decl, static_local_order(node->decl) };

		statics.safe_push(entry);
	}
}

static unsigned int order_of(tree decl)
{
	struct carve_static *entry;
	unsigned int i;

	FOR_EACH_VEC_ELT(statics, i, entry)
	if (entry->decl == decl)
		return entry->order;
	return 0;
}

static const struct plan_entry *find_entry(tree decl)
{
	tree function = VAR_P(decl) ? decl_function_context(decl) : NULL_TREE;

	if (function)
		return plan_find_static(IDENTIFIER_POINTER(DECL_NAME(decl)),
					IDENTIFIER_POINTER(DECL_NAME(function)), order_of(decl));
	return plan_find(symbol_name(decl));
}

void carve_find_origin(tree decl, struct carve_origin *origin)
{
	tree context = VAR_P(decl) ? decl_function_context(decl) : NULL_TREE;
	struct carve_reference *reference;
	unsigned int i;

	memset(origin, 0, sizeof(*origin));
	origin->function = context ? IDENTIFIER_POINTER(DECL_NAME(context)) : NULL;
	origin->name = context ? IDENTIFIER_POINTER(DECL_NAME(decl)) : symbol_name(decl);
	origin->section = DECL_SECTION_NAME(decl);
	FOR_EACH_VEC_ELT(made_external, i, reference)
	if (reference->decl == decl) {
		origin->local = reference->local;
		origin->section = reference->section;
		origin->line = reference->line;
	}
}

static void add_reference(tree decl, bool local, unsigned int line)
{
	const char *section = DECL_SECTION_NAME(decl);
	struct carve_reference reference = { decl, local, section ? xstrdup(section) : NULL, line };

	made_external.safe_push(reference);
}

/* What function and variable have in common when they become declarations. */
static void make_external(symtab_node *node, const struct plan_entry *entry)
{
	tree decl = node->decl;

	add_reference(decl, entry->action == PLAN_ACTION_REFER_LOCAL, entry->line);
	node->remove_all_references();
	node->definition = node->analyzed = node->alias = node->transparent_alias = false;
	node->weakref = node->cpp_implicit_alias = node->force_output = false;
	node->externally_visible = node->forced_by_abi = false;
	node->alias_target = NULL;
	node->resolution = LDPR_UNKNOWN;
	node->set_comdat_group(NULL);
	node->set_section((const char *)NULL);
	DECL_WEAK(decl) = DECL_COMDAT(decl) = DECL_PRESERVE_P(decl) = 0;
	DECL_EXTERNAL(decl) = TREE_PUBLIC(decl) = 1;
	TREE_STATIC(decl) = 0;
	DECL_INITIAL(decl) = NULL_TREE;
}

static void make_function_external(cgraph_node *node, const struct plan_entry *entry)
{
	node->release_body();
	node->remove_callees();
	node->lowered = false;
	DECL_DECLARED_INLINE_P(node->decl) = 0;
	DECL_SAVED_TREE(node->decl) = NULL_TREE;
	make_external(node, entry);
}

/* The kernel's function, for those who refer to DECL, which is about to become the livepatch's. */
static tree build_old_decl(tree decl)
{
	tree old = build_decl(DECL_SOURCE_LOCATION(decl), FUNCTION_DECL, DECL_NAME(decl),
			      TREE_TYPE(decl));

	DECL_EXTERNAL(old) = TREE_PUBLIC(old) = 1;
	DECL_ARTIFICIAL(old) = 1;
	TREE_THIS_VOLATILE(old) = TREE_THIS_VOLATILE(decl);
	TREE_NOTHROW(old) = TREE_NOTHROW(decl);
	DECL_ATTRIBUTES(old) = DECL_ATTRIBUTES(decl);
	SET_DECL_ASSEMBLER_NAME(old, DECL_ASSEMBLER_NAME(decl));
	return old;
}

static void make_replacement(cgraph_node *node, const char *new_name)
{
	tree decl = node->decl, old = build_old_decl(decl);
	struct carve_pair pair = { decl, old };

	if (!TREE_PUBLIC(decl))
		add_reference(old, true, 0);
	symtab->change_decl_assembler_name(decl, get_identifier(new_name));
	TREE_PUBLIC(decl) = 1;
	DECL_WEAK(decl) = DECL_COMDAT(decl) = 0;
	node->force_output = true;
	cgraph_node::get_create(old);
	pairs.safe_push(pair);
}

/* walk_tree()'s: lets a reference to a replaced function be one to the kernel's. */
static tree redirect(tree *place, int *, void *data)
{
	bool *changed = (bool *)((struct walk_stmt_info *)data)->info;
	struct carve_pair *pair;
	unsigned int i;

	if (TREE_CODE(*place) != FUNCTION_DECL)
		return NULL_TREE;
	FOR_EACH_VEC_ELT(pairs, i, pair)
	if (pair->decl == *place) {
		*place = pair->old;
		*changed = true;
	}
	return NULL_TREE;
}

static void redirect_function(cgraph_node *node)
{
	struct function *body = DECL_STRUCT_FUNCTION(node->decl);
	struct walk_stmt_info info;
	bool changed = false;
	basic_block block;

	if (!node->has_gimple_body_p() || !body || !body->cfg)
		return;
	memset(&info, 0, sizeof(info));
	info.info = &changed;
	FOR_EACH_BB_FN(block, body)
	for (gimple_stmt_iterator i = gsi_start_bb(block); !gsi_end_p(i); gsi_next(&i))
		walk_gimple_op(gsi_stmt(i), redirect, &info);
	if (!changed)
		return;
	push_cfun(body);
	cgraph_edge::rebuild_edges();
	pop_cfun();
}

static void redirect_variable(varpool_node *node)
{
	struct walk_stmt_info info;
	bool changed = false;

	if (!DECL_INITIAL(node->decl) || DECL_INITIAL(node->decl) == error_mark_node)
		return;
	memset(&info, 0, sizeof(info));
	info.info = &changed;
	walk_tree(&DECL_INITIAL(node->decl), redirect, &info, NULL);
	if (!changed)
		return;
	node->remove_all_references();
	record_references_in_initializer(node->decl, false);
}

/* What is not in the plan: a new symbol, if it is global, is for the patch's other files. */
static void keep_new(symtab_node *node)
{
	node->force_output = TREE_PUBLIC(node->decl) && !DECL_EXTERNAL(node->decl);
	DECL_PRESERVE_P(node->decl) = 0;
}

static void carve_functions(void)
{
	auto_vec<cgraph_node *> defined;
	cgraph_node *node;
	unsigned int i;

	FOR_EACH_FUNCTION(node)
	if (node->definition && DECL_NAME(node->decl))
		defined.safe_push(node);
	FOR_EACH_VEC_ELT(defined, i, node)
	{
		const struct plan_entry *entry = find_entry(node->decl);

		if (!entry) {
			keep_new(node);
		} else if (entry->action == PLAN_ACTION_REPLACE) {
			make_replacement(node, entry->new_name);
		} else {
			make_function_external(node, entry);
		}
	}
	FOR_EACH_VEC_ELT(defined, i, node)
	if (node->definition)
		redirect_function(node);
}

static bool is_table_entry(tree decl)
{
	return DECL_SECTION_NAME(decl) && !strcmp(DECL_SECTION_NAME(decl), TABLE_SECTION);
}

static void carve_variables(void)
{
	auto_vec<varpool_node *> defined;
	varpool_node *node;
	unsigned int i;

	FOR_EACH_VARIABLE(node)
	if (node->definition && DECL_NAME(node->decl))
		defined.safe_push(node);
	FOR_EACH_VEC_ELT(defined, i, node)
	{
		const struct plan_entry *entry = find_entry(node->decl);

		if (entry) {
			make_external(node, entry);
			continue;
		}
		if (!is_table_entry(node->decl))
			keep_new(node);
		redirect_variable(node);
	}
}

/* Adds to SEEN all that NODE needs, and what these need. */
static void reach(symtab_node *node, vec<symtab_node *> *seen)
{
	auto_vec<symtab_node *> todo;

	todo.safe_push(node);
	while (todo.length()) {
		symtab_node *at = todo.pop();
		cgraph_node *function = dyn_cast<cgraph_node *>(at);
		ipa_ref *ref;

		if (seen->contains(at))
			continue;
		seen->safe_push(at);
		if (function)
			for (cgraph_edge *edge = function->callees; edge; edge = edge->next_callee)
				todo.safe_push(edge->callee);
		for (int i = 0; at->iterate_reference(i, ref); i++)
			todo.safe_push(ref->referred);
	}
}

/*
 * __ADDRESSABLE() in a function makes a variable that nothing refers to, so that objtool finds the key of
 * a static call. It goes with its function.
 */
static void keep_addressable(void)
{
	auto_vec<symtab_node *> seen;
	varpool_node *variable;
	symtab_node *node;

	FOR_EACH_SYMBOL(node)
	if (node->definition && node->force_output)
		reach(node, &seen);
	FOR_EACH_VARIABLE(variable)
	{
		const char *section = DECL_SECTION_NAME(variable->decl);
		tree function = decl_function_context(variable->decl);
		cgraph_node *owner = function ? cgraph_node::get(function) : NULL;

		if (!variable->definition || !section || strcmp(section, ADDRESSABLE_SECTION) ||
		    !owner)
			continue;
		if (owner->definition && seen.contains(owner))
			variable->force_output = true;
	}
}

void carve_apply(void)
{
	symtab->clear_asm_symbols();
	number_statics();
	carve_functions();
	carve_variables();
	plan_check_used();
	keep_addressable();
	symtab->remove_unreachable_nodes(NULL);
}
