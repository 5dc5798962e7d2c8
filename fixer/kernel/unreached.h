/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of the kernel whose old code nobody runs once the livepatch is there, although it does not replace them: all that
 * call or contain them are replaced, which klp-plan has seen to. For patchable.c.
 */
#ifndef KLPMAKE_UNREACHED_H
#define KLPMAKE_UNREACHED_H

#include "dwarf/dwarf-file.h"

struct unreached {
	struct unreached_function {
		const char *source, *name;
	} * list; /* from malloc */
	size_t count;
};

/*
 * Reads the file PATH, which has a line "SOURCE<tab>FUNCTION" for each. What is read is in ARENA and, to be freed, in LIST. 0,
 * or -1 after a message.
 */
int unreached_read(struct unreached *unreached, const char *path, struct arena *arena);
void unreached_free(struct unreached *unreached);
/* Is the function NAME of UNIT one of them? */
bool unreached_has(const struct unreached *unreached, const struct dwarf_unit *unit,
		   const char *name);

#endif
