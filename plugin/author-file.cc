/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose a file is that is compiled: the author's, or the kernel's. Comes in: names of files, and which have been read. Goes
 * out: yes or no.
 *
 * The author's are the patch source, what is in its folder or below, and all that is neither in the kernel's source nor in
 * its build folder. Where these are, two headers tell that each file of the kernel is compiled with (KBUILD_CPPFLAGS and
 * LINUXINCLUDE in the kernel's Makefile):
 *
 *	-include /usr/src/linux-headers-6.1.0-common/include/linux/kconfig.h	the source
 *	./include/generated/autoconf.h						the build folder, where Kbuild compiles
 *
 * Without these, as somebody compiles it by hand, nothing tells, and the source's folder is all.
 */
#include "gcc-compat.h"
#include "author-file.h"

/* The folders, with the last slash; NULL: not known. An empty one is where the compiler runs. */
static char *source_folder, *build_folder;

static const char *without_dot(const char *path)
{
	return !strncmp(path, "./", 2) ? path + 2 : path;
}

/* The folder of which FILE is PATH, to FOLDER. */
static void take_folder(const char *file, const char *path, char **folder)
{
	size_t length = strlen(file), end = strlen(path);

	if (!*folder && length >= end && !strcmp(file + length - end, path) &&
	    (length == end || file[length - end - 1] == '/'))
		*folder = xstrndup(file, length - end);
}

/* Those read since the last time. */
static void find_folders(void)
{
	static unsigned int looked;

	for (; (!source_folder || !build_folder) && looked < LINEMAPS_ORDINARY_USED(line_table); looked++) {
		const char *file = ORDINARY_MAP_FILE_NAME(LINEMAPS_ORDINARY_MAP_AT(line_table, looked));

		if (!file)
			continue;
		file = without_dot(file);
		take_folder(file, "include/linux/kconfig.h", &source_folder);
		take_folder(file, "include/generated/autoconf.h", &build_folder);
	}
}

static bool is_below(const char *file, const char *folder)
{
	if (!*folder)
		return *file != '/' && strncmp(file, "../", 3) != 0;
	return !strncmp(file, folder, strlen(folder));
}

/*
 * Kbuild compiles in the build folder, where the kernel's headers have relative names and the source an absolute one; since
 * Linux 6.13 it does in the module's folder, the other way around.
 */
static bool is_beside(const char *file)
{
	const char *own = without_dot(compat_main_file()), *slash = strrchr(own, '/');

	if (!slash)
		return !strcmp(file, own) || (*file != '/' && strncmp(file, "../", 3) != 0);
	return !strncmp(file, own, slash - own + 1);
}

bool author_file_is(const char *file)
{
	/* "<built-in>" and the like. */
	if (!file || *file == '<')
		return file && !strcmp(file, compat_main_file());
	file = without_dot(file);
	if (is_beside(file))
		return true;
	find_folders();
	return source_folder && build_folder && !is_below(file, source_folder) && !is_below(file, build_folder);
}
