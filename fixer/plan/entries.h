/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C file that says what a unit's part of the livepatch replaces. After plan-write.c.
 */
#ifndef KLPMAKE_ENTRIES_H
#define KLPMAKE_ENTRIES_H

#include "plan/plan.h"

/* Writes UNIT's entries file. 0, or -1 after a message. */
int entries_write(const struct plan_unit *unit, struct arena *arena);

#endif
