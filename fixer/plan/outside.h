/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are none of the kernel's source, and that a patched unit was compiled with: klp-plan --outside. After the
 * driver's compiling of the units.
 */
#ifndef KLPMAKE_OUTSIDE_H
#define KLPMAKE_OUTSIDE_H

#include <stdio.h>

#include "base/util.h"

/*
 * LIST has folders, one a line; the first one is that in which the compiler ran. FILES are what it says of the units'
 * dependencies, N.* of unit N, and, where they are called N.*.asm.d, what the assembler says. Prints a line "N<tab>PATH" for
 * each file that is in none of the folders, whatever way leads to it. 0, or -1 after messages.
 */
int outside_print(const char *list, char *const *files, size_t count, FILE *stream,
		  struct arena *arena);

#endif
