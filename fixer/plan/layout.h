/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changed structures of a few units. A mode of klp-plan. */
#ifndef KLPMAKE_LAYOUT_H
#define KLPMAKE_LAYOUT_H

#include "base/util.h"

/*
 * Refuses what changed in all units of LIST, in the form of changed_print(). NUMBERED: the folder of files with numbered
 * lines, as for plan_make(). 0, or -1 after messages.
 */
int layout_refuse(const char *list, const char *numbered, struct arena *arena);

#endif
