/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A search for the units that were compiled from a file, by its name alone.
 */
#ifndef KLPMAKE_DWARF_SEARCH_H
#define KLPMAKE_DWARF_SEARCH_H

#include "dwarf/dwarf-file.h"

/* More places than this are not told apart: every unit may be one then. */
#define DWARF_SEARCH_PLACES 64

/* A search for the units that were compiled from a file whose last path component is NAME. */
struct dwarf_search {
	const char *name; /* the caller's */
	struct {
		uint64_t first, last; /* offsets in .debug_line_str that may mean NAME */
	} places[DWARF_SEARCH_PLACES];
	size_t place_count;
};

void dwarf_search_start(const struct dwarf_file *dwarf, struct dwarf_search *search,
			const char *name);
/*
 * May UNIT be one? Looks at its line table only coarsely: a no is certain. 1, 0, or -1 after a
 * message.
 */
int dwarf_search_may_include(const struct dwarf_file *dwarf, const struct dwarf_search *search,
			     const struct dwarf_unit *unit);

#endif
