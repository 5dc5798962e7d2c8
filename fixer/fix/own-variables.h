/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables that a patch source has of its own, beside the kernel's. After source.c, in livepatch.c.
 */
#ifndef KLPMAKE_OWN_VARIABLES_H
#define KLPMAKE_OWN_VARIABLES_H

#include "fix/note.h"
#include "kernel/source.h"

/*
 * Has SOURCE, which was found, and which UNIT of NOTE belongs to, a variable that the unit defines as well? 0, or -1 after
 * messages.
 */
int own_variables_check(const struct note *note, const struct note_unit *unit,
			const struct source *source);

#endif
