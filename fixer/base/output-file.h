/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is written completely or not at all: a temporary one beside it, renamed when it is
 * done. Used by all stages that write.
 */
#ifndef KLPMAKE_OUTPUT_FILE_H
#define KLPMAKE_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct output_file {
	const char *path; /* the caller's */
	char *temporary;  /* NULL: nothing to remove */
	char *earlier; /* while it is committed: the name of what was there before; NULL: nothing */
	int fd, earlier_fd;
};

/*
 * Creates the temporary file with the given mode, ".NAME.klpmake-XXXXXX" beside PATH. 0, or -1 after a message. On an error
 * later, a signal or exit(), the temporary file is removed; after SIGKILL, by the next one that writes PATH.
 */
int output_file_create(struct output_file *file, const char *path, mode_t mode);
/* Do two paths, whether there is something or not, name the same file? */
bool output_file_same(const char *one, const char *other);
/* Brings the contents to the disk. 0, or -1 after a message. */
int output_file_sync(struct output_file *file);
/*
 * Gives COUNT files, which are on the disk, their names: all or none. The last one is the one that matters: where it cannot be
 * renamed, the others are as they were before. 0, or -1 after a message.
 */
int output_file_commit(struct output_file *const *files, size_t count);
/* Removes the temporary file, if there still is one. */
void output_file_discard(struct output_file *file);

#endif
