/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder for files that are gone at the end.
 */
#include "base/work-folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/temporary.h"

/* That which is there at the moment; NULL: none. */
static const char *unfinished;

static void remove_unfinished(void)
{
	if (unfinished)
		work_folder_remove(unfinished);
}

const char *work_folder_make(const char *name, struct arena *arena)
{
	const char *parent = getenv("TMPDIR");
	struct diag_place place = { NULL, 0 };
	char *path, *real;

	if (!parent || !*parent)
		parent = "/tmp";
	real = realpath(parent, NULL);
	path = arena_printf(arena, "%s/%s.XXXXXX", real ? real : parent, name);
	place.file = parent;
	/* The descriptor stays, and so does the lock, in what is run there, too. */
	if (!real || temporary_create(path, S_IFDIR) < 0) {
		diag_system(&place, "cannot make a folder in it: %s", strerror(errno));
		path = NULL;
	}
	free(real);
	/* For who ends the program, as there is no memory. */
	if (!unfinished)
		atexit(remove_unfinished);
	unfinished = path;
	return path;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	remove(path);
	return 0;
}

void work_folder_remove(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	unfinished = NULL;
}
