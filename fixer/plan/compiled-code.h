/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which functions does the compiler make something else of, when a file is patched? The second witness, for
 * changed.c and plan.c.
 */
#ifndef KLPMAKE_COMPILED_CODE_H
#define KLPMAKE_COMPILED_CODE_H

#include "base/string-list.h"
#include "base/util.h"

/*
 * Compares the functions of two objects, of a file as it was and as it is patched, with numbered lines (see
 * line-numbers.h). NAMES becomes those whose code differs, sorted, as the source calls them. 0, or -1 after a message.
 */
int compiled_code_compare(const char *old_path, const char *new_path, struct string_list *names,
			  struct arena *arena);

/*
 * Another function of the object PATH that has the same place as NAME, as the compiler has found that they are the
 * same (-fipa-icf). *TWIN becomes NULL where there is none. 0, or -1 after a message.
 */
int compiled_code_twin(const char *path, const char *name, const char **twin, struct arena *arena);

#endif
