/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the kernel's loadable modules: where they are, and which module one is. Used by target.c
 * and resolve.c.
 *
 * A module's debug file lies in the folder of debug files as the module itself lies in /lib/modules:
 * ROOT/kernel/drivers/block/loop.ko, also with .debug behind it, and compressed (.xz, .gz, .zst).
 */
#ifndef KLPMAKE_MODULE_FILE_H
#define KLPMAKE_MODULE_FILE_H

#include "base/name-table.h"
#include "base/util.h"
#include "elf/elf-file.h"
#include "kernel/places.h"

#define MODULE_NAME_SIZE 56 /* bytes, with the zero at its end: MODULE_NAME_LEN of 64-bit kernels */
#define MODULE_SECTION	 ".gnu.linkonce.this_module" /* has the struct module, which modpost adds */

struct module_paths {
	const char **list; /* from malloc; the strings are in the caller's arena */
	size_t count;
};

void module_paths_free(struct module_paths *paths);
void module_paths_add(struct module_paths *paths, const char *path);

/* NAME, of a module or of its file without its endings, as the kernel spells it: '_' for '-'. */
const char *module_file_spell(const char *name, size_t length, struct arena *arena);

/*
 * The module's name as it says itself: the entry "name" of its .modinfo, which modpost writes, else
 * what its struct module starts with. NULL: FILE has the contents of neither.
 */
const char *module_file_name(const struct elf_file *file, struct arena *arena);

/*
 * Where the struct module has the name, MODULE_NAME_SIZE bytes with zeros behind it: *OFFSET in the section whose index is
 * returned. 0: FILE has no contents of it, or another structure.
 */
size_t module_file_name_place(const struct elf_file *file, uint64_t *offset);

/* Has modpost's part been linked into FILE? To the kernel nothing else is a module. */
bool module_file_is_complete(const struct elf_file *file);
/* The kernel release that FILE was built for: the first word of its vermagic. NULL: it has none. */
const char *module_file_release(const struct elf_file *file, struct arena *arena);

/* All files below the folders ROOTS, which NULL ends, that may be, by their names, the module NAME's. */
void module_file_find(struct module_paths *paths, const char *const *roots, const char *name,
		      struct arena *arena);

/* All files that may be modules in FOLDER itself. */
void module_file_list(struct module_paths *paths, const char *folder, struct arena *arena);

/*
 * All files below ROOTS that have NAME, as a whole path or the end of one, among the strings of their
 * debug information.
 */
void module_file_mentioning(struct module_paths *paths, const char *const *roots, const char *name,
			    struct arena *arena);
/* Likewise, but those that have any path which ends with one of NAMES, without folders. */
void module_file_mentioning_any(struct module_paths *paths, const char *const *roots,
				const struct name_table *names, struct arena *arena);

/*
 * The module as it is installed, for a debug file that holds no contents but debug information. NULL: it is not there.
 */
const char *module_file_installed(const char *path, const struct places *places);

/*
 * A search for the modules that a source file is part of, the most probable ones first: in the ROOTS'
 * folder of the same path, below it, then in and below the folder above it, and so on. In each, first
 * modules are looked for that have a unit of that path, then such that may #include it.
 */
struct module_search {
	const char *const *roots;
	const char *source;
	char *folder; /* what is searched next, of each root; NULL: the search has come to its end */
	const char *searched; /* a folder below it that was; NULL: it is the source's own */
	bool below;	      /* of the source's own folder: what is below it */
	bool included;	      /* search it for including modules */
	struct arena *arena;
};

void module_search_start(struct module_search *search, const char *const *roots, const char *source,
			 struct arena *arena);
/*
 * The next files that have SOURCE's name among the strings of their debug information; whether they
 * have its code, their DWARF has to tell. Files without it are not looked into any further. False:
 * the search has come to its end.
 */
bool module_search_next(struct module_search *search, struct module_paths *paths);

#endif
