/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder for files that are gone at the end.
 */
#include "base/work-folder.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/temporary.h"

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
	return path;
}

void work_folder_remove(const char *path)
{
	char *const paths[] = { (char *)path, NULL };
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;

	while (tree && (entry = fts_read(tree))) {
		if (entry->fts_info == FTS_DP)
			rmdir(entry->fts_path);
		else if (entry->fts_info != FTS_D)
			unlink(entry->fts_path);
	}
	if (tree)
		fts_close(tree);
}
