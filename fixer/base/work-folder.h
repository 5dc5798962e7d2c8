/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder for files that are gone at the end. Used by fix/link.c.
 */
#ifndef KLPMAKE_WORK_FOLDER_H
#define KLPMAKE_WORK_FOLDER_H

#include "base/util.h"

/*
 * Makes a folder, called NAME and six letters, in that for temporary files, which $TMPDIR names. Its path, without
 * symbolic links, is in ARENA; NULL after a message. Signals are to be held (program.h) until it is removed.
 */
const char *work_folder_make(const char *name, struct arena *arena);
/* With all that is in it. */
void work_folder_remove(const char *path);

#endif
