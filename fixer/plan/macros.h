/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The macros of a header. For users.c.
 */
#ifndef KLPMAKE_MACROS_H
#define KLPMAKE_MACROS_H

#include "base/string-list.h"
#include "base/util.h"

/* A #define or #undef. */
struct macro {
	const char *name;
	const char *text;  /* the directive, and the conditions that it stands under */
	size_t definition; /* where in TEXT the directive begins */
	size_t order;
};

struct macros {
	struct macro *list; /* from malloc; strings are in the arena */
	size_t count;
};

/* Those of a header's TEXT, of SIZE bytes, in their order. */
void macros_read(struct macros *macros, const char *text, size_t size, struct arena *arena);
void macros_free(struct macros *macros);
/*
 * Adds to NAMES those that one header defines and the other does not, or not in the same way under the same
 * conditions. The two lists get sorted.
 */
void macros_compare(struct macros *old, struct macros *new, struct string_list *names);

#endif
