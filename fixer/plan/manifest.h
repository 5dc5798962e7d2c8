/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the prepared source was when it was prepared: klp-plan --manifest, and --agrees, which looks whether what a run
 * uses of it still is that. Before and after all of patch mode's other stages.
 */
#ifndef KLPMAKE_MANIFEST_H
#define KLPMAKE_MANIFEST_H

#include <stdio.h>

#include "base/util.h"

/*
 * Prints a line "PATH<tab>SIZE<tab>MTIME<tab>HASH" for each regular file below SOURCE, MTIME in nanoseconds, and a last
 * line "end<tab>NUMBER" of these. With an EARLIER one, not NULL, its lines stay but for files that are as new as the
 * file SINCE, or newer. 0, or -1 after messages.
 */
int manifest_print(const char *source, const char *earlier, const char *since, FILE *stream,
		   struct arena *arena);

/*
 * Prints those files to STREAM that are not what MANIFEST says, of these: the paths in each line of the file TOUCHED,
 * those that the COUNT lists of dependencies FILES name, and all that Kbuild takes its commands from. Files that MANIFEST
 * does not have are none of them. 0, or -1 after messages.
 */
int manifest_compare(const char *source, const char *manifest, const char *touched,
		     char *const *files, size_t count, FILE *stream, struct arena *arena);

#endif
