/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that use a header's changed macros: klp-plan --users. After applied.c, before units-of.c, which finds the
 * units that were compiled from them.
 */
#ifndef KLPMAKE_USERS_H
#define KLPMAKE_USERS_H

#include <stdio.h>

#include "base/util.h"

struct users_options {
	const char *source; /* the folder of the kernel's source */
	const char *files;  /* that of the patched files */
	const char *arch;   /* the kernel's, as in arch/; NULL: not known */
};

/*
 * Prints lines "HEADER<tab>USER" to STREAM, sorted, for those HEADERS of which FILES has one with other macros than
 * SOURCE; HEADER is one of its users, as its other users are of interest, too. 0, or -1 after messages.
 */
int users_print(const struct users_options *options, char *const *headers, size_t count,
		FILE *stream, struct arena *arena);

#endif
