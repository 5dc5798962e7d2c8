/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Static variables of functions. Comes in: a variable's declaration. Goes out: which one it is of those that
 * have its name in its function, and the block that it stands in. Blocks of a function may each have a variable
 * of one name, as those of macros do:
 *
 *	if (tv.tv_sec < 0) {
 *		static int warned;
 *
 * is the first "warned" of its function until a patch writes a block with another one before it. digest.cc and
 * carve.cc ask: they see the same patched file, in which the places are the same.
 */
#include "gcc-compat.h"
#include "static-local.h"

/* What is looked for in the blocks of a function. */
struct static_local_search {
	tree decl;
	tree block;	    /* that declares DECL */
	unsigned int order; /* 1 + the number of those of its name that are declared before it */
};

static void search_block(struct static_local_search *search, tree block)
{
	for (tree decl = BLOCK_VARS(block); decl; decl = DECL_CHAIN(decl)) {
		if (decl == search->decl)
			search->block = block;
		else if (VAR_P(decl) && TREE_STATIC(decl) &&
			 DECL_NAME(decl) == DECL_NAME(search->decl) &&
			 DECL_UID(decl) < DECL_UID(search->decl))
			search->order++;
	}
	for (tree inner = BLOCK_SUBBLOCKS(block); inner; inner = BLOCK_CHAIN(inner))
		search_block(search, inner);
}

static struct static_local_search search_for(tree decl)
{
	tree function = decl_function_context(decl);
	struct static_local_search search = { decl, NULL_TREE, 1 };

	if (function && DECL_INITIAL(function) && TREE_CODE(DECL_INITIAL(function)) == BLOCK)
		search_block(&search, DECL_INITIAL(function));
	return search;
}

unsigned int static_local_order(tree decl)
{
	return decl_function_context(decl) ? search_for(decl).order : 0;
}

tree static_local_block(tree decl)
{
	return search_for(decl).block;
}

bool static_local_is_outermost(tree block)
{
	return TREE_CODE(BLOCK_SUPERCONTEXT(block)) == FUNCTION_DECL;
}
