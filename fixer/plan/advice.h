/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What messages advise in place of what a livepatch cannot do. Not every kernel has the means: those of openEuler may have
 * neither shadow variables nor callbacks. After kernel/build-config.c, before all that has messages about a patch.
 */
#ifndef KLPMAKE_ADVICE_H
#define KLPMAKE_ADVICE_H

#include "base/util.h"

/*
 * From here on, what is advised is for the kernel with the build folder BUILD; NULL: for one that has all, as before. 0,
 * or -1 after a message.
 */
int advice_set(const char *build, struct arena *arena);

/* Where a structure's new members can be: "a shadow variable, klp_shadow_alloc()" */
const char *advice_members(void);
/* Gives the note on a variable of the kernel's that should have more members. */
void advice_note_variable(void);
/* Where the livepatch can do something when it comes: "a KLPMAKE_POST_PATCH() callback" */
const char *advice_callback(void);

#endif
