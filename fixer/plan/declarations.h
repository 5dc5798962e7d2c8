/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a header's declarations has changed. For users.c, beside macros.c.
 */
#ifndef KLPMAKE_DECLARATIONS_H
#define KLPMAKE_DECLARATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/string-list.h"
#include "base/util.h"

/*
 * Adds to NAMES those that inline functions, types, constants and prototypes declare which only one of two texts of a
 * header has. The texts are plain ones (tokens.h), without the macros that have changed, and end with a NUL. False:
 * something else has changed as well, or it is not understood; NAMES are then those that are.
 */
bool declarations_compare(const char *old, size_t old_size, const char *new, size_t new_size,
			  struct string_list *names, struct arena *arena);

#endif
