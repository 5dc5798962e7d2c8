/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's files that are not on the disk: its image and the debug files of its modules, from debuginfod
 * servers. Where target.c and source.c have found nothing, and only if DEBUGINFOD_URLS names servers.
 */
#ifndef KLPMAKE_FETCH_H
#define KLPMAKE_FETCH_H

#include "kernel/target.h"

/* A file that was fetched. */
struct fetched {
	const char *path;      /* in libdebuginfod's cache */
	const char *build_id;  /* that was asked for */
	const char *installed; /* the module that it belongs to; NULL: it is the image */
	struct fetched *next;
};

/* The image's path. NULL: *REASON, unless that becomes NULL, says why, for a note. */
const char *fetch_image(struct target *target, const char **reason);
/* The path of the debug file of the module NAME, as its installed file tells the build ID. Likewise. */
const char *fetch_module(struct target *target, const char *name, const char **reason);

/*
 * The debug files of the installed modules that are nearest to SOURCE, a path in the kernel's source: those in its
 * own folder, or, where that has none, in the one above it, and so on; with NAMED only the one among these that is
 * called as SOURCE is. *REASON, if not NULL, says why there may be more.
 */
void fetch_modules_near(struct target *target, const char *source, bool named,
			struct module_paths *paths, const char **reason);

/* The installed module that the fetched file PATH belongs to; NULL: it was not fetched. */
const char *fetch_installed(const struct target *target, const char *path);
/* Has FILE, if it was fetched, the build ID that was asked for? 0, or -1 after a message. */
int fetch_check(const struct target *target, const struct elf_file *file);

/* Is it known which files modules are compiled from? It is not where the image alone was fetched. */
bool fetch_knows_modules(const struct target *target);
/* Likewise. 0, or -1 after a message at PLACE, which is about that. */
int fetch_check_modules(const struct target *target, const struct diag_place *place);

#endif
