/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leads from numbered lines to the true ones. For plan.c, behind digest-file.c.
 */
#ifndef KLPMAKE_LINE_TABLE_H
#define KLPMAKE_LINE_TABLE_H

#include "plan/digest-file.h"

/*
 * DIGEST is of files that line-numbers.c has written into FOLDER: gives all that is in it its true lines. FOLDER NULL:
 * it has them. 0, or -1 after a message.
 */
int line_table_apply(struct digest *digest, const char *folder, struct arena *arena);

#endif
