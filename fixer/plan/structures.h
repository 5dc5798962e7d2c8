/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures whose layout a patch changes. For plan.c, and for klp-plan --layout, which is asked of a few units before
 * all others are compiled.
 */
#ifndef KLPMAKE_STRUCTURES_H
#define KLPMAKE_STRUCTURES_H

#include "base/util.h"
#include "plan/digest-file.h"

/* Refuses each structure of a unit that has become another one, once for all units. 0, or -1 after messages. */
int structures_compare(const struct digest *old, const struct digest *new, struct arena *arena);

/* Likewise of all units of LIST, in the form of changed_print(). NUMBERED: as for plan_make(). */
int structures_compare_all(const char *list, const char *numbered, struct arena *arena);

#endif
