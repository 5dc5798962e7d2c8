/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two files of a kernel object, where what is loaded and the debug information were parted. Between the first of
 * them, which target.c opens, and what target.c reads of both.
 */
#ifndef KLPMAKE_OBJECT_FILES_H
#define KLPMAKE_OBJECT_FILES_H

#include "kernel/target.h"

/*
 * OBJECT's elf is open; WHAT names it in messages. Finds and opens the other file where that one has no debug
 * information, or no contents but that, so that elf has the first and image the second. 0, or -1 after a message; what
 * is open is the caller's to close.
 */
int object_files_complete(struct kernel_object *object, const char *what,
			  const struct target *target);

#endif
