/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a patched unit was compiled with that is none of the kernel's source. Comes in: lists of dependencies, as make
 * reads them. Goes out: the files in them that are elsewhere.
 *
 * GCC lists what was included; with -MD, as headers that call themselves a system's are left out with -MMD. What .incbin and
 * .include took, only the assembler knows (--MD):
 *
 *	kernel/plain.o: /etc/shadow kernel/plain.c \
 *	 /tmp/ccT1grvs.s
 *
 * It has the last file first, so that the last one is what GCC wrote for it, and is gone. And it has the name that GCC gives with
 * ".file", "plain.c", which is no path.
 */
#include "plan/outside.h"

#include <stdlib.h>
#include <string.h>

#include "base/name-table.h"
#include "base/shown-text.h"
#include "base/string-list.h"
#include "base/text-file.h"
#include "plan/folders.h"
#include "plan/lines.h"

struct outside {
	struct string_list folders; /* without links on the way; the first one may be none */
	struct name_table seen;	    /* lines that were printed */
	FILE *stream;
	struct arena *arena;
};

/* In ARENA; NULL: it is not there. */
static const char *real_path(const char *path, struct arena *arena)
{
	char *real = realpath(path, NULL);
	const char *copy = real ? arena_strdup(arena, real) : NULL;

	free(real);
	return copy;
}

static int take_folder(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct outside *outside = context;
	const char *real = real_path(fields[0], outside->arena);

	(void)count;
	(void)place;
	/* A compiler's folder need not be there. */
	if (real)
		string_list_add(&outside->folders, real);
	return 0;
}

static bool is_inside(const struct outside *outside, const char *real)
{
	for (size_t i = 0; i < outside->folders.count; i++) {
		size_t length = strlen(outside->folders.list[i]);

		if (!strncmp(real, outside->folders.list[i], length) && real[length] == '/')
			return true;
	}
	return false;
}

static void print_outside(struct outside *outside, unsigned long number, const char *path)
{
	const char *line =
		arena_printf(outside->arena, "%lu\t%s", number, shown_text(path, outside->arena));

	if (name_table_add(&outside->seen, line)->count == 1)
		fprintf(outside->stream, "%s\n", line);
}

/* PATH as the compiler took it. If it is absolute, it is told as it is, else where it leads. */
static void judge(struct outside *outside, unsigned long number, const char *path,
		  bool by_assembler)
{
	const char *taken = path, *real;

	if (*path != '/')
		taken = arena_printf(outside->arena, "%s/%s", outside->folders.list[0], path);
	real = real_path(taken, outside->arena);
	if (!real && by_assembler && !strchr(path, '/'))
		return;
	if (!real || !is_inside(outside, real))
		print_outside(outside, number, *path == '/' || !real ? path : real);
}

/*
 * The word at *AT, of which make takes the quotes away; *AT is behind it then. NULL: there is none. The text is written
 * over.
 */
static char *next_word(char **at)
{
	char *from = *at, *to, *word;

	while (*from && strchr(" \t\n", *from))
		from++;
	if (from[0] == '\\' && from[1] == '\n') {
		*at = from + 2;
		return next_word(at);
	}
	word = to = from;
	while (*from && !strchr(" \t\n", *from)) {
		/* A backslash before the end of a line goes on with the list. */
		if (from[0] == '\\' && from[1] == '\n')
			break;
		if ((from[0] == '\\' && from[1] && strchr(" \t#", from[1])) ||
		    (from[0] == '$' && from[1] == '$'))
			from++;
		*to++ = *from++;
	}
	*at = *from ? from + 1 : from;
	if (to == word)
		return NULL;
	*to = '\0';
	return word;
}

static int read_dependencies(struct outside *outside, const char *file)
{
	unsigned long number = folders_unit_number(file);
	struct diag_place place = { file, 0 };
	bool by_assembler = string_ends_with(file, ".asm.d");
	const char *before = NULL;
	char *text, *word;
	size_t size;

	if (!number) {
		diag_error(&place, "format", "the file's name does not begin with a unit's number");
		return -1;
	}
	text = text_file_read(file, &size, outside->arena);
	word = text ? next_word(&text) : NULL;
	if (!word || word[strlen(word) - 1] != ':') {
		diag_error(&place, "format", "it is no list of dependencies");
		return -1;
	}
	while ((word = next_word(&text))) {
		if (before)
			judge(outside, number, before, by_assembler);
		before = word;
	}
	if (before && !by_assembler)
		judge(outside, number, before, by_assembler);
	return 0;
}

int outside_print(const char *list, char *const *files, size_t count, FILE *stream,
		  struct arena *arena)
{
	struct outside outside = { .stream = stream, .arena = arena };
	struct diag_place place = { list, 0 };
	int result = lines_read(list, 1, 1, take_folder, &outside, arena);

	if (!result && !outside.folders.count) {
		diag_error(&place, "format", "none of its folders is there");
		result = -1;
	}
	for (size_t i = 0; i < count && !result; i++)
		result = read_dependencies(&outside, files[i]);
	name_table_free(&outside.seen);
	string_list_free(&outside.folders);
	return result;
}
