/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C files that say what units' parts of the livepatch replace. After plan-write.c.
 */
#ifndef KLPMAKE_ENTRIES_H
#define KLPMAKE_ENTRIES_H

#include "plan/plan.h"

/*
 * Writes the entries files of those COUNT units that contribute to the livepatch: one for all that name the same. 0, or -1
 * after a message.
 */
int entries_write(const struct plan_unit *units, size_t count, struct arena *arena);
/*
 * Writes PATH, a line "SOURCE<tab>FUNCTION" for each function whose old code nobody runs any more although it is not replaced:
 * those that contain or call it are. 0, or -1 after a message.
 */
int entries_write_unreached(const struct plan_unit *units, size_t count, const char *path,
			    struct arena *arena);

#endif
