/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares how a patch declares a symbol of the kernel with what the kernel has. After resolve.c.
 */
#ifndef KLPMAKE_PROTOTYPE_H
#define KLPMAKE_PROTOTYPE_H

#include "kernel/resolve.h"

/* A declaration in the patch. */
struct declared {
	const char *name;
	const char *replacement; /* of a replaced function: the new one; NULL: it is a reference */
	const char *signature;	 /* as klpmake-note.h spells types */
	bool is_function;
	struct diag_place place;
	const struct source *source; /* the tagged file */
};

/*
 * 0: they agree, or the kernel's debug information does not tell, or the difference is allowed; -1
 * after a message.
 */
int prototype_check(struct resolver *resolver, const struct declared *declared,
		    const struct resolved *resolved);

#endif
