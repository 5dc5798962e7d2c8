/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the types that a patch source defines itself with the kernel's. After source.c, in livepatch.c.
 */
#ifndef KLPMAKE_OWN_TYPES_H
#define KLPMAKE_OWN_TYPES_H

#include "fix/note.h"
#include "kernel/source.h"

/* UNIT belongs to SOURCE, which was found. 0, or -1 after messages. */
int own_types_check(struct resolver *resolver, const struct note_unit *unit,
		    const struct source *source);

#endif
