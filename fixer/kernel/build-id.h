/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Build IDs of the target: what its notes, its boot image and the command line tell. Before target.c finds the
 * kernel's files, and before same-kernel.c compares them.
 */
#ifndef KLPMAKE_BUILD_ID_H
#define KLPMAKE_BUILD_ID_H

#include "kernel/target.h"

#define BUILD_ID_RUNNING_NOTES "/sys/kernel/notes"

/* Is RELEASE that of the running kernel? */
bool build_id_is_running(const char *release);

/*
 * Reads notes as the kernel shows them: *ID becomes their build ID as hexadecimal digits, NULL if they have
 * none. -1 after a message.
 */
int build_id_read_notes(const char *path, const char **id, struct arena *arena);

/*
 * The build ID of the target's image, as far as it is known without the image: the command line's, that of
 * the given notes, the running kernel's if that is the target, or that of the release's boot image. NULL:
 * *REASON says why it is not known, for a note.
 */
const char *build_id_of_target(const struct target *target, const char **reason);

#endif
