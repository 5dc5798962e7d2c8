/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Static variables of functions: which one of several that have one name is meant. */
#ifndef KLPMAKE_STATIC_LOCAL_H
#define KLPMAKE_STATIC_LOCAL_H

/* The place, from 1, of DECL among the static variables of its name in its function. 0: it is in none. */
unsigned int static_local_order(tree decl);
/* The block that declares DECL; NULL_TREE: none does. */
tree static_local_block(tree decl);
/* Is BLOCK a function's outermost one? There is but one such. */
bool static_local_is_outermost(tree block);

#endif
