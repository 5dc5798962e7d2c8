/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cuts what a livepatch replaces out of a whole kernel source file. */
#ifndef KLPMAKE_CARVE_H
#define KLPMAKE_CARVE_H

/* Does what the plan says. Before the interprocedural passes, and before references are collected. */
void carve_apply(void);
/* What DECL, now a declaration, was in the file. */
struct carve_origin {
	bool local;	      /* a local symbol of the file */
	const char *function; /* the one that it is local to; NULL: none */
	const char *name;     /* in the source */
	const char *section;  /* of a variable; NULL: none is given */
	unsigned int
		line; /* that declares the kernel's, if the plan says which of several it is; else 0 */
};

void carve_find_origin(tree decl, struct carve_origin *origin);

#endif
