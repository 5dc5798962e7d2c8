/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are read: opening one never waits, and what has no end, such as a device, is not read. Used by all stages
 * that read.
 */
#ifndef KLPMAKE_INPUT_FILE_H
#define KLPMAKE_INPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

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

/*
 * Is PATH there, or can it be read as well? These and the next ones end the program, with a message, where the system
 * cannot tell, for want of memory say: nothing is ever taken for absent that may be there.
 */
bool input_file_is_there(const char *path);
bool input_file_is_readable(const char *path);
/* Sets *STATUS to that of what PATH leads to, or where it is a symbolic link, that of the link. False: it is not there. */
bool input_file_status(const char *path, struct stat *status);
bool input_file_link_status(const char *path, struct stat *status);
/* After a look at PATH that failed, by errno: it is not there, or nobody may look at it. */
void input_file_check_absent(const char *path);

#endif
