/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where distributions have a kernel's files: its image, the debug files of its modules, its build folder and its
 * source. All that klpmake knows of their layouts is here and in distribution.c. Used by target.c and klp-plan.
 */
#ifndef KLPMAKE_PLACES_H
#define KLPMAKE_PLACES_H

#include "base/util.h"

#define PLACES_DEBUG_DIR "/usr/lib/debug"

/* What is searched for. Strings without a slash at their end; "" for the root of the file system. */
struct places {
	const char *root; /* has usr/, lib/ and boot/ of the target's system below it */
	const char *debug_dir;
	const char *release;
	const char *build; /* the build folder that was given; NULL: none, it is searched for */
	struct arena *arena;
};

/*
 * The arguments may be NULL: the root is then that of the environment's KLPMAKE_ROOT or "", the debug folder the root's
 * usual one, the release that of the running kernel. Strings stay the caller's. No build folder is given.
 */
void places_set(struct places *places, const char *root, const char *debug_dir, const char *release,
		struct arena *arena);

/*
 * The image with debug information, in the arena; NULL: it is not there. One in the build folder that has none, nor a
 * debug file by its build ID, does not count.
 */
const char *places_vmlinux(const struct places *places);
/* Says so, naming the places and the package, and the REASON why it was not fetched; NULL: nobody wants that. */
void places_report_no_vmlinux(const struct places *places, const char *reason);
/* The image without it, from which the image's debug file was made; NULL: it is not there. */
const char *places_installed_vmlinux(const struct places *places);
/* The files that may be the kernel as it is booted, those that can be read; the last one is NULL. */
const char *const *places_boot_images(const struct places *places);

/*
 * The folders that have the modules' debug files below them; the last one is NULL, and there is one at least, which
 * need not exist.
 */
const char *const *places_module_roots(const struct places *places);
/* They, separated by commas, for messages. */
const char *places_describe(const struct places *places, const char *const *roots);

/*
 * The module as it is installed, for the debug file PATH below the debug folder, which has
 * [usr/]lib/modules/RELEASE/X.ko.debug for [usr/]lib/modules/RELEASE/X.ko. NULL: it is not there. STEM is the length of
 * PATH without the endings of a module's file.
 */
const char *places_installed_module(const struct places *places, const char *path, size_t stem);

/* The folder of the installed modules; NULL: there is none. */
const char *places_installed_modules(const struct places *places);

/* The endings that compressed files have, the first one is "". */
#define PLACES_COMPRESSIONS 4
extern const char *const places_compressions[PLACES_COMPRESSIONS];

/* The file with the debug information of a build ID, in hexadecimal digits; NULL: it is not there. */
const char *places_build_id(const struct places *places, const char *build_id);

/* The build folder, in which modules can be built; NULL: there is none. */
const char *places_build(const struct places *places);
/* The same; NULL after a message. */
const char *places_need_build(const struct places *places);

/* Is the file PATH, an ELF file, one without debug information, nor with a debug file by its build ID? */
bool places_lack_debug_info(const struct places *places, const char *path);

/*
 * The kernel's source, a folder or a tarball; NULL: there is none. BUILD is the build folder, VERSIONS are the COUNT
 * names that a source package may have, best one first.
 */
const char *places_source(const struct places *places, const char *build, char *const *versions,
			  size_t count);
/* The same; NULL after a message. */
const char *places_need_source(const struct places *places, const char *build,
			       char *const *versions, size_t count);

#endif
