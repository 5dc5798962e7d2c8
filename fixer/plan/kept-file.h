/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts that klp-plan keeps beside the prepared source from run to run, as what they are made of is the same for each
 * patch. Only what is whole, and was kept by the same KEY, a line, is there the next time. Used by source-cache.c and
 * commands.c.
 */
#ifndef KLPMAKE_KEPT_FILE_H
#define KLPMAKE_KEPT_FILE_H

#include "base/util.h"

/* The text that FILE keeps, in ARENA. NULL: there is no such file, it is not whole, or has another key. */
char *kept_file_read(const char *file, const char *key, struct arena *arena);
/*
 * Keeps TEXT of SIZE bytes. A file that cannot be written is no error: the next run finds out again WHAT it would have
 * had, which is for the message of --verbose.
 */
void kept_file_write(const char *file, const char *key, const char *text, size_t size,
		     const char *what, struct arena *arena);

#endif
