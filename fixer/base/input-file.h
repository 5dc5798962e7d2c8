/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are read: opening one never waits, and what has no end, such as a device, is not read. Used by all stages
 * that read.
 */
#ifndef KLPMAKE_INPUT_FILE_H
#define KLPMAKE_INPUT_FILE_H

#include <stdio.h>

enum {
	INPUT_FILE_FAILED = -1,	     /* errno tells why */
	INPUT_FILE_NOT_REGULAR = -2, /* a folder, a named pipe, a device or a socket */
};

/* Opens the regular file PATH. A descriptor, or one of the above. */
int input_file_open(const char *path);
/*
 * Likewise, as a stream. A pipe without a name, which the caller's shell made for <(COMMAND), is taken as well. NULL:
 * *REASON says why, for messages.
 */
FILE *input_file_stream(const char *path, const char **reason);

#endif
