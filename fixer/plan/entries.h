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

#endif
