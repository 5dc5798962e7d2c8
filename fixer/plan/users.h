/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who includes what a patch touches: klp-plan --users. After applied.c, before units-of.c, which finds out what of
 * that is compiled.
 */
#ifndef KLPMAKE_USERS_H
#define KLPMAKE_USERS_H

#include <stdio.h>

#include "base/util.h"
#include "kernel/target.h"

struct users_options {
	const char *source; /* the folder of the kernel's source */
	const char *files;  /* that of the patched files */
	const char *arch;   /* the kernel's, as in arch/; NULL: not known */
	const char *cache;  /* a file for the include graph; NULL: it is not kept */
	size_t few; /* C files that include a header: what of it they use is not asked where these are no more */
	const char *built; /* a file for what the kernel is built from; NULL: that is not asked */
	struct target_options kernel;
};

/*
 * Prints lines "HOW<tab>FILE<tab>USER" to STREAM, sorted, for those FILES of which there is another text, or none, in
 * one of the two folders. HOW is "includes" where USER includes FILE, directly or through others; or "mentions" where
 * nothing but macros and declarations has changed, and these are known: USER includes it and mentions these, or leads to
 * them. USERs are .c and .S files, a FILE of that kind is one of its own users. Where BUILT is given, and more than FEW
 * include FILE, those that the kernel is not built from are none. FILEs that nobody uses have a line with
 * an empty USER; headers of which only comments, or the number of blanks, have changed have none. Where HOW is
 * "changes", there is the name of a macro or declaration of FILE that has changed in the place of USER. 0, or -1 after
 * messages.
 */
int users_print(const struct users_options *options, char *const *files, size_t count, FILE *stream,
		struct arena *arena);

#endif
