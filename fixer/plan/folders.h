/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which folders of the patched source are real ones: klp-plan --folders and --missed. Between the driver's making
 * of that source and its compiling of the units there.
 */
#ifndef KLPMAKE_FOLDERS_H
#define KLPMAKE_FOLDERS_H

#include <stdio.h>

#include "base/util.h"

/*
 * Reads paths, one a line, from standard input and prints the folders, sorted, each once, that have to be real
 * ones so that these paths lead to files that were put there. A path that ends with a slash is a folder's.
 * 0, or -1 after a message.
 */
int folders_print(FILE *stream, struct arena *arena);

/*
 * FILES are what GCC says of the units' dependencies, N.new.d of unit N; TOUCHED has the paths of the patched
 * files, one a line. Prints a line "N<tab>PATH" for each way PATH, over "..", by which a unit came to one of
 * these files, or to its original. 0, or -1 after messages.
 */
int folders_print_missed(const char *touched, char *const *files, size_t count, FILE *stream,
			 struct arena *arena);

/* The unit's number that FILE's name begins with; 0: none. */
unsigned long folders_unit_number(const char *file);

/* PATH without "." and "..", in ARENA; NULL: it is absolute, or leads out of the source. */
const char *folders_plain_path(const char *path, struct arena *arena);

#endif
