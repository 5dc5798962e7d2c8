/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can the kernel divert a function to another one? After target.c, used by patchable.c and the plan.
 */
#ifndef KLPMAKE_SITE_H
#define KLPMAKE_SITE_H

#include "kernel/target.h"

struct site {
	/* What is in the way, "has no ftrace site", for messages about the function; "": nothing is. */
	char lacks[128];
	const char *id; /* of the error that this is */
	bool is_there;	/* there is an ftrace site */
};

/* Fills in SITE for SYMBOL, a function of OBJECT. 0, or -1 after a message. */
int site_find(struct kernel_object *object, const struct elf_symbol *symbol, struct site *site);

#endif
