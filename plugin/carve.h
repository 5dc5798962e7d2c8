/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cuts what a livepatch replaces out of a whole kernel source file. */
#ifndef KLPMAKE_CARVE_H
#define KLPMAKE_CARVE_H

/* Does what the plan says. Before the interprocedural passes, and before references are collected. */
void carve_apply(void);
/*
 * Was DECL, now a declaration, a local symbol of the file? *FUNCTION becomes the name of the function
 * that it is local to, NULL if it is none's, *NAME its name in the source.
 */
bool carve_is_local(tree decl, const char **function, const char **name);

#endif
