/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files with debug information, fetched by build ID from the servers that the user has named. For fetch.c.
 */
#ifndef KLPMAKE_DEBUGINFOD_H
#define KLPMAKE_DEBUGINFOD_H

#include <stdbool.h>

#include "base/util.h"

enum debuginfod_result {
	DEBUGINFOD_FOUND,
	DEBUGINFOD_MISSING, /* no server has it */
	DEBUGINFOD_FAILED,  /* nor would another file come */
};

/* Are there servers in the environment variable DEBUGINFOD_URLS? */
bool debuginfod_is_wanted(void);

/*
 * Fetches the debug information of build ID, hexadecimal digits, unless it is in libdebuginfod's cache, and
 * shows how far that is. WHAT names it for that. *PATH becomes the file's path, or *REASON, for a note, says
 * why there is none. Both are in ARENA.
 */
enum debuginfod_result debuginfod_fetch(const char *build_id, const char *what, const char **path,
					const char **reason, struct arena *arena);

#endif
