/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file's struct klp_func and what belongs to them: what is replaced by what. */
#ifndef KLPMAKE_KLP_FUNC_H
#define KLPMAKE_KLP_FUNC_H

#include "note.h"

/* Finds them. Before the interprocedural passes. */
void klp_func_collect(void);
/* Reports KLPMAKE_REPLACE() and the like in a file that has no tag. */
void klp_func_check_untagged(void);
/*
 * Writes PATCH and CALLBACK records of those that are left in the object. BY_FILE, the unit that was written last: each
 * replacement belongs to the kernel source in which it stands by its location; NULL: all are of the one unit.
 */
void klp_func_write(struct note_unit *by_file);

#endif
