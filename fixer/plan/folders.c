/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which folders of the patched source are real ones. Comes in: paths that the compiler takes. Goes out: the folders
 * on their way.
 *
 * The patched source is made of symbolic links to the prepared one, as few as there can be: a link for a whole
 * folder, unless something in it differs. Where a path goes down and up again, as "a/b/../c.h", the system follows
 * the link that "b" is before it goes up, and arrives beside the original. An example of the kernel's: with a patch
 * of drivers/gpu/drm/i915/i915_trace.h
 *
 *	patched/drivers/gpu/drm/i915		has to be a real folder, as those above it, so that it can have
 *						the patched header beside links to all other files
 *	patched/include/trace			has to be one, too, though nothing in it is patched: the header has
 *						include/trace/define_trace.h include it once more, by the path
 *						"../../drivers/gpu/drm/i915/i915_trace.h" from there. Were include/trace
 *						a link, this would be drivers/ beside the prepared include/, with the
 *						unpatched header
 *
 * So the folders of "include/trace/../../drivers/gpu/drm/i915/i915_trace.h" are include, include/trace, drivers,
 * drivers/gpu and so on: all that the path goes through. Not all such ways are known before the units are
 * compiled. Those that were missed GCC tells in its lists of dependencies, by the path as it was taken.
 */
#include "plan/folders.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/name-table.h"
#include "base/string-list.h"
#include "base/text-file.h"
#include "klpmake-path.h"
#include "plan/lines.h"

struct folders {
	struct string_list list;
	struct name_table seen;
	struct arena *arena;
};

/* Adds FOLDER, of LENGTH bytes, and those above it. */
static void add(struct folders *folders, const char *folder, size_t length)
{
	for (size_t i = 1; i <= length; i++) {
		const char *path;

		if (i < length && folder[i] != '/')
			continue;
		path = arena_strndup(folders->arena, folder, i);
		if (name_table_add(&folders->seen, path)->count == 1)
			string_list_add(&folders->list, path);
	}
}

/*
 * Walks along PATH to WALKED, which has room for as much: the path without ".". Before a step up, what was reached
 * is added to FOLDERS, unless that is NULL. Returns the length of WALKED; *OUT: the path leads out of where it
 * begins.
 */
static size_t walk(struct folders *folders, const char *path, char *walked, bool *out)
{
	size_t reached = 0, length;
	const char *word;

	*out = false;
	while ((word = klp_path_next(&path, &length))) {
		if (length == 1 && *word == '.')
			continue;
		if (length == 2 && !memcmp(word, "..", 2)) {
			*out = *out || !reached;
			if (folders)
				add(folders, walked, reached);
			while (reached && walked[--reached] != '/')
				;
			continue;
		}
		if (reached)
			walked[reached++] = '/';
		memcpy(walked + reached, word, length);
		reached += length;
	}
	return reached;
}

static int take_path(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct folders *folders = context;
	char *path = fields[0], *slash = strrchr(path, '/'), *walked;
	bool out;

	(void)count;
	(void)place;
	if (!slash)
		return 0;
	/* The last word is a file's name. */
	*slash = '\0';
	walked = arena_alloc(folders->arena, strlen(path) + 1);
	add(folders, walked, walk(folders, path, walked, &out));
	return 0;
}

int folders_print(FILE *stream, struct arena *arena)
{
	struct folders folders = { .arena = arena };
	int result = lines_read(TEXT_FILE_STDIN, 1, 1, take_path, &folders, arena);

	string_list_sort(&folders.list);
	if (!result)
		string_list_print(&folders.list, stream);
	name_table_free(&folders.seen);
	string_list_free(&folders.list);
	return result;
}

const char *folders_plain_path(const char *path, struct arena *arena)
{
	char *walked;
	bool out;

	if (*path == '/' || !*path)
		return NULL;
	walked = arena_alloc(arena, strlen(path) + 1);
	walked[walk(NULL, path, walked, &out)] = '\0';
	return out ? NULL : walked;
}

/* The files that are patched, for the search in lists of dependencies. */
struct touched {
	struct name_table paths;
	FILE *stream;
	struct arena *arena;
};

static int take_touched(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct touched *touched = context;

	(void)count;
	(void)place;
	name_table_add(&touched->paths, fields[0]);
	return 0;
}

/* Does PATH go up again, and arrive at a touched file? */
static bool is_missed(const struct touched *touched, const char *path)
{
	const char *plain;

	if (!*path || !strstr(path + 1, "/../"))
		return false;
	plain = folders_plain_path(path, touched->arena);
	return plain && name_table_find(&touched->paths, plain);
}

unsigned long folders_unit_number(const char *file)
{
	const char *name = path_base(file);

	return isdigit((unsigned char)*name) ? strtoul(name, NULL, 10) : 0;
}

static int search_dependencies(const struct touched *touched, const char *file)
{
	unsigned long number = folders_unit_number(file);
	struct diag_place place = { file, 0 };
	char *text, *word;
	size_t size;

	if (!number) {
		diag_error(&place, "format", "the file's name does not begin with a unit's number");
		return -1;
	}
	text = text_file_read(file, &size, touched->arena);
	if (!text)
		return -1;
	while ((word = strsep(&text, " \t\n")))
		if (is_missed(touched, word))
			fprintf(touched->stream, "%lu\t%s\n", number, word);
	return 0;
}

int folders_print_missed(const char *touched_list, char *const *files, size_t count, FILE *stream,
			 struct arena *arena)
{
	struct touched touched = { .stream = stream, .arena = arena };
	int result = lines_read(touched_list, 1, 1, take_touched, &touched, arena);

	for (size_t i = 0; i < count && !result; i++)
		result = search_dependencies(&touched, files[i]);
	name_table_free(&touched.paths);
	return result;
}
