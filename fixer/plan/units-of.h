/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which source files are compiled anew when a file changes. Used by klp-plan.
 */
#ifndef KLPMAKE_UNITS_OF_H
#define KLPMAKE_UNITS_OF_H

#include <stdio.h>

#include "base/string-list.h"
#include "kernel/resolve.h"

/*
 * Prints lines "SOURCE<tab>OBJECT", sorted, each once, for all source files that were compiled from some
 * of FILES, paths relative to the root of the kernel source. 0, or -1 after messages about files that
 * are not part of the kernel, which are left out with IF_BUILT.
 */
int units_of_files(struct resolver *resolver, char *const *files, size_t count, bool if_built,
		   FILE *stream);

/*
 * Prints such lines for those files of LIST, a path in each line, that are compiled. Whether others include them
 * is not asked. 0, or -1 after messages.
 */
int units_compiled(struct resolver *resolver, const char *list, FILE *stream);

/*
 * Which of PATHS, relative to the source's root, a unit called PATH is compiled from. The assembler writes absolute paths where
 * the compiler is told to write relative ones, and where the source was then, nobody knows: the end of such a path tells. NULL:
 * of none.
 */
const struct name_entry *units_find_path(const struct name_table *paths, const char *path);

/*
 * Adds the paths of all files that the image and those modules were compiled from whose debug information mentions one of
 * NAMES, base names of files. 0, or -1 after messages.
 */
int units_of_kernel(struct resolver *resolver, const struct name_table *names,
		    struct string_list *paths);

#endif
