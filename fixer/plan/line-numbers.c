/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the numbers of lines. Comes in: the files that a patch changes, as they were and as they are. Goes out: the
 * patched files with #line directives, so that each line that the patch leaves alone has the number that it had:
 * what the compiler makes of __LINE__ then differs only where the code does. And tables that lead back.
 *
 * An example: the patch takes out old line 12 and puts three lines in its place, the last of which begins a
 * statement of two lines:
 *
 *	old				patched				written			numbers
 *	11	lock(s);		11	lock(s);			lock(s);	11
 *	12	s->n = f(s);		12	if (!s->n)			if (!s->n)	12
 *								#line 91
 *					13		return;				return;	91
 *					14	s->n = g(s,			s->n = g(s,	92
 *					15		 1);				 1);	93
 *								#line 13
 *	13	unlock(s);		16	unlock(s);			unlock(s);	13
 *	...
 *	90	}			93	}			}			90
 *
 * Where lines take the place of others, the first ones get the numbers of those; further ones get numbers behind the
 * last one of the old file. These stay small: tables of the kernel's have room for 16 bits (struct bug_entry).
 *
 * A directive can stand only before some lines (see line-starts.c). Those from one to the next are a block, and their
 * numbers follow each other; if those that they should have do not, all of them get numbers from behind the end. So
 * the first line of a macro call that has become longer is no longer known by its old number; its function has
 * changed anyway. A branch that is not compiled takes the directives in it along, so there is one behind its end.
 */
#include "plan/line-numbers.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/name-table.h"
#include "base/text-file.h"
#include "plan/line-match.h"
#include "plan/line-starts.h"
#include "plan/lines.h"

/* Columns of LIST. */
enum {
	TOUCHED_KIND,
	TOUCHED_PATH,
	TOUCHED_COLUMNS,
};

/* A file, cut into lines. */
struct text {
	char **lines;	      /* without the newlines; from malloc */
	size_t *same;	      /* equal lines have equal numbers; from malloc */
	unsigned char *kinds; /* what line_starts_find() says; from malloc */
	size_t count;
	bool is_complete; /* a newline stands behind the last line */
};

struct numbering {
	const struct line_numbers_options *options;
	const char *path;
	struct text old_text, new_text;
	size_t *numbers; /* of the lines of new_text; from malloc */
	struct arena *arena;
};

static void free_text(struct text *text)
{
	free(text->lines);
	free(text->same);
	free(text->kinds);
}

static size_t count_lines(const char *text, size_t size)
{
	size_t count = size && text[size - 1] != '\n';

	for (size_t i = 0; i < size; i++)
		count += text[i] == '\n';
	return count;
}

/* Reads FOLDER/PATH. KNOWN has the lines that were read so far. 1: it is no text, -1 after a message. */
static int read_text(struct text *text, const char *folder, const struct numbering *numbering,
		     struct name_table *known)
{
	const char *path = arena_printf(numbering->arena, "%s/%s", folder, numbering->path);
	size_t size;
	char *at = text_file_read(path, &size, numbering->arena);

	if (!at)
		return -1;
	text->count = count_lines(at, size);
	if (memchr(at, '\0', size) || text->count > INT_MAX / 8)
		return 1;
	text->is_complete = size && at[size - 1] == '\n';
	text->lines = xcalloc(text->count + 1, sizeof(*text->lines));
	text->same = xcalloc(text->count + 1, sizeof(*text->same));
	text->kinds = xcalloc(text->count + 1, sizeof(*text->kinds));
	line_starts_find(at, size, text->kinds);
	for (size_t i = 0; i < text->count; i++) {
		struct name_entry *entry;

		text->lines[i] = strsep(&at, "\n");
		entry = name_table_add(known, text->lines[i]);
		entry->number = entry->number ? entry->number : known->count;
		text->same[i] = entry->number;
	}
	return 0;
}

/* The numbers that lines should have; 0: any that is free. */
static void match_lines(struct numbering *numbering)
{
	const struct text *old_text = &numbering->old_text, *new_text = &numbering->new_text;
	size_t *numbers = numbering->numbers, last = 0, next = 0;

	line_match(&(struct line_list){ old_text->same, old_text->count },
		   &(struct line_list){ new_text->same, new_text->count }, numbers);
	for (size_t i = 0; i < new_text->count; i++) {
		size_t limit = old_text->count + 1;

		for (next = next > i ? next : i; next < new_text->count && !numbers[next];)
			next++;
		if (next < new_text->count)
			limit = numbers[next];
		if (!numbers[i] && last + 1 < limit)
			numbers[i] = last + 1;
		last = numbers[i] ? numbers[i] : last;
	}
}

/* Where the block ends that begins with line FROM. */
static size_t end_of_block(const struct text *text, size_t from)
{
	for (from++; from < text->count && !(text->kinds[from] & LINE_START);)
		from++;
	return from;
}

/* Gives the lines of each block successive numbers. */
static void number_blocks(struct numbering *numbering)
{
	const struct text *text = &numbering->new_text;
	size_t *numbers = numbering->numbers, spare = numbering->old_text.count + 1, end;

	for (size_t i = 0; i < text->count; i = end) {
		bool fits = numbers[i] > 0;

		end = end_of_block(text, i);
		for (size_t j = i + 1; j < end; j++)
			fits = fits && numbers[j] == numbers[i] + (j - i);
		for (size_t j = i; j < end && !fits; j++)
			numbers[j] = spare++;
	}
}

/* Creates FOLDER/NAME with the folders above it. 0, or -1 after a message. */
static int create(struct lines_output *output, const char *folder, const char *name,
		  struct arena *arena)
{
	char *parent = arena_printf(arena, "%s/%s", folder, name);

	for (char *slash = strchr(parent + strlen(folder) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		struct diag_place place = { parent, 0 };

		*slash = '\0';
		if (mkdir(parent, 0777) && errno != EEXIST) {
			diag_system(&place, "cannot make the folder: %s", strerror(errno));
			return -1;
		}
		*slash = '/';
	}
	return lines_create(output, folder, name, arena);
}

static int write_file(const struct numbering *numbering)
{
	const struct text *text = &numbering->new_text;
	struct lines_output output;
	size_t expected = 1;
	bool written = false, branch = false;
	FILE *stream;

	if (create(&output, numbering->options->into, numbering->path, numbering->arena))
		return -1;
	stream = output.stream;
	for (size_t i = 0; i < text->count; i++) {
		if (text->kinds[i] & LINE_START &&
		    (numbering->numbers[i] != expected || (branch && written))) {
			fprintf(stream, "#line %zu\n", numbering->numbers[i]);
			written = true;
			branch = false;
		}
		fputs(text->lines[i], stream);
		if (i + 1 < text->count || text->is_complete)
			putc('\n', stream);
		expected = numbering->numbers[i] + 1;
		branch = branch || text->kinds[i] & LINE_BRANCH;
	}
	return lines_close(&output);
}

static int write_table(const struct numbering *numbering)
{
	const char *name = arena_printf(numbering->arena, "%s" LINE_TABLE_SUFFIX, numbering->path);
	struct lines_output output;
	FILE *stream;
	size_t end;

	if (create(&output, numbering->options->into, name, numbering->arena))
		return -1;
	stream = output.stream;
	fprintf(stream, "%s\t%s\n", LINE_TABLE_NAME, LINE_TABLE_VERSION);
	for (size_t i = 0; i < numbering->new_text.count; i = end) {
		for (end = i + 1; end < numbering->new_text.count &&
				  numbering->numbers[end] == numbering->numbers[i] + (end - i);)
			end++;
		fprintf(stream, "%zu\t%zu\t%zu\n", numbering->numbers[i], end - i, i + 1);
	}
	fprintf(stream, "%s\n", LINE_TABLE_END);
	return lines_close(&output);
}

/* Does TEXT say itself how its lines are numbered? */
static bool is_numbered(const struct text *text)
{
	for (size_t i = 0; i < text->count; i++)
		if (text->kinds[i] & LINE_NUMBERED)
			return true;
	return false;
}

static int number_lines(struct numbering *numbering)
{
	struct name_table known = { .count = 0 };
	int result = read_text(&numbering->old_text, numbering->options->source, numbering, &known);

	if (!result)
		result = read_text(&numbering->new_text, numbering->options->files, numbering,
				   &known);
	name_table_free(&known);
	if (!result && (is_numbered(&numbering->old_text) || is_numbered(&numbering->new_text)))
		result = 1;
	if (result > 0)
		diag_verbose("%s: the lines are numbered as they are", numbering->path);
	if (result)
		return result < 0 ? -1 : 0;
	numbering->numbers = xcalloc(numbering->new_text.count + 1, sizeof(*numbering->numbers));
	match_lines(numbering);
	number_blocks(numbering);
	return write_file(numbering) || write_table(numbering) ? -1 : 0;
}

static int take_touched(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct numbering *all = context, numbering = *all;
	const char *kind = fields[TOUCHED_KIND], *path = fields[TOUCHED_PATH];
	int result;

	(void)count;
	if (strcmp(kind, "modify") && strcmp(kind, "new") && strcmp(kind, "remove")) {
		diag_error(place, "format", "not what may come of a file: '%s'", kind);
		return -1;
	}
	if (strcmp(kind, "modify") ||
	    (!string_ends_with(path, ".c") && !string_ends_with(path, ".h")))
		return 0;
	numbering.path = path;
	result = number_lines(&numbering);
	free_text(&numbering.old_text);
	free_text(&numbering.new_text);
	free(numbering.numbers);
	return result;
}

int line_numbers_write(const struct line_numbers_options *options, const char *list,
		       struct arena *arena)
{
	struct numbering numbering = { .options = options, .arena = arena };

	return lines_read(list, TOUCHED_COLUMNS, TOUCHED_COLUMNS, take_touched, &numbering, arena);
}
