/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places in the sources, as they are printed to people. */
#ifndef KLPMAKE_SOURCE_PLACE_H
#define KLPMAKE_SOURCE_PLACE_H

/* The file name belongs to GCC's line maps. */
struct source_place {
	const char *file; /* NULL: no place */
	int line;
};

static inline struct source_place source_place_at(location_t location)
{
	struct source_place place = { LOCATION_FILE(location), LOCATION_LINE(location) };

	return place;
}

#endif
