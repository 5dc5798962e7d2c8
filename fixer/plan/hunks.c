/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts the hunks of the diffs in what patch(1) made of the files. Comes in: the diffs, and each file as it was after
 * each of its diffs. Goes out: messages where a hunk is not there. A status is not trusted with that: where a disk is
 * full for a moment only, half of a patch may be lost without anybody saying so.
 *
 * Lines are compared without a carriage return at their ends, which patch takes off where the file has none.
 */
#include "plan/hunks.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/name-table.h"
#include "base/text-file.h"
#include "plan/diff.h"
#include "plan/lines.h"

/* A line, without its end. */
struct line {
	const char *text;
	size_t length;
};

struct line_list {
	struct line *list; /* from malloc */
	size_t count;
};

/*
 * What is left of a hunk on the new side without the lines around it, which patch may be content with a part of: from
 * the first line that changes to the last one.
 */
struct hunk {
	size_t first, count; /* of the diff's added */
};

/* A diff, and the file before and after it. */
struct diff_check {
	char **fields; /* those of diff.h */
	struct diag_place place;
	struct line_list before, after, added;
	struct hunk *hunks; /* from malloc */
	size_t hunk_count;
	long long growth; /* in lines */
};

struct checker {
	const struct hunks_options *options;
	struct arena *arena;
	struct name_table
		states; /* by path, of the files after the last diff: text NULL: none, number its size */
	struct diag_place place; /* in the list */
};

/* "12" or "12,3" at *AT, which is moved behind it: *COUNT becomes the number of lines. */
static bool take_range(const char **at, long long *count)
{
	char *end;

	*count = 1;
	if (!isdigit((unsigned char)**at))
		return false;
	*at += strspn(*at, "0123456789");
	if (**at != ',')
		return true;
	if (!isdigit((unsigned char)(*at)[1]))
		return false;
	*count = strtoll(*at + 1, &end, 10); /* one that is too large is still large */
	*at = end;
	return true;
}

bool hunks_read_head(const char *text, long long *old_count, long long *new_count)
{
	static const char start[] = "@@ -";

	if (!string_starts_with(text, start))
		return false;
	text += strlen(start);
	if (!take_range(&text, old_count) || !string_starts_with(text, " +"))
		return false;
	text += 2;
	return take_range(&text, new_count) && string_starts_with(text, " @@");
}

static void add_line(struct line_list *lines, struct line line)
{
	lines->list = array_grow(lines->list, lines->count, sizeof(*lines->list));
	lines->list[lines->count++] = line;
}

/* The line at *AT, before ALL; *AT is moved behind it. */
static struct line next_line(const char **at, const char *all)
{
	const char *end = memchr(*at, '\n', (size_t)(all - *at));
	struct line line = { *at, (size_t)((end ? end : all) - *at) };

	*at = end ? end + 1 : all;
	if (line.length && line.text[line.length - 1] == '\r')
		line.length--;
	return line;
}

/* TEXT NULL: no file, and no lines. */
static void split(struct line_list *lines, const char *text, size_t size)
{
	const char *all = text + size;

	while (text && text < all)
		add_line(lines, next_line(&text, all));
}

static bool is_equal(const struct line *one, const struct line *other)
{
	return one->length == other->length && !memcmp(one->text, other->text, one->length);
}

/* Takes the hunk that AT is behind the head of, and moves it behind the hunk. */
static void take_hunk(struct diff_check *check, const char **at, const char *all,
		      long long old_left, long long new_left)
{
	struct hunk hunk = { check->added.count, 0 };

	check->growth += new_left - old_left;
	while (*at < all && (old_left > 0 || new_left > 0)) {
		struct line line = next_line(at, all);
		char mark = line.length ? *line.text : ' ';
		bool is_change = mark == '-' || mark == '+';

		if (mark == '\\')
			continue;
		old_left -= mark != '+';
		new_left -= mark != '-';
		if (mark != '-' && (is_change || check->added.count > hunk.first || hunk.count)) {
			line.text += !!line.length;
			line.length -= !!line.length;
			add_line(&check->added, line);
		}
		if (is_change)
			hunk.count = check->added.count - hunk.first;
	}
	check->added.count = hunk.first + hunk.count;
	check->hunks = array_grow(check->hunks, check->hunk_count, sizeof(*check->hunks));
	check->hunks[check->hunk_count++] = hunk;
}

static void take_diff(struct diff_check *check, const char *text, size_t size)
{
	const char *all = text + size;
	long long old_count, new_count;

	while (text < all) {
		struct line line = next_line(&text, all);

		if (hunks_read_head(line.text, &old_count, &new_count))
			take_hunk(check, &text, all, old_count, new_count);
	}
}

/* Where the COUNT lines LIST are in the file from its line FROM on; its number of lines: nowhere. */
static size_t find_lines(const struct line_list *file, size_t from, const struct line *list,
			 size_t count)
{
	for (; count <= file->count && from <= file->count - count; from++) {
		size_t same = 0;

		while (same < count && is_equal(&file->list[from + same], &list[same]))
			same++;
		if (same == count)
			return from;
	}
	return file->count;
}

/* Where in the patch hunk NUMBER is, from 0 on. False: --diff knows of no such one. */
static bool place_of(const struct diff_check *check, size_t number, struct diag_place *place)
{
	const char *at = check->fields[DIFF_PLACES];

	for (; number && at; number--) {
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	*place = check->place;
	if (at)
		place->line = (unsigned int)strtoul(at, NULL, 10);
	return at && *at;
}

static int report_count(const struct diff_check *check, size_t wanted)
{
	diag_system(&check->place, "the diff of '%s' has %zu hunks, but %zu were to be applied",
		    check->fields[DIFF_PATH], check->hunk_count, wanted);
	return -1;
}

/* Are all hunks in the file, one after the other? */
static int find_hunks(const struct diff_check *check)
{
	const char *path = check->fields[DIFF_PATH];
	size_t from = 0;
	int result = 0;

	for (size_t i = 0; i < check->hunk_count; i++) {
		const struct hunk *hunk = &check->hunks[i];
		struct diag_place place;
		size_t found;

		if (!place_of(check, i, &place))
			return report_count(check, i);
		if (!hunk->count)
			continue;
		found = find_lines(&check->after, from, &check->added.list[hunk->first],
				   hunk->count);
		if (found < check->after.count) {
			from = found + hunk->count;
			continue;
		}
		diag_system(&place,
			    "hunk %zu of '%s' is lost: the patched file has not got its lines",
			    i + 1, path);
		result = -1;
	}
	return result;
}

static int check_hunks(const struct diff_check *check)
{
	long long wanted = (long long)check->before.count + check->growth;
	struct diag_place place;

	if (place_of(check, check->hunk_count, &place)) {
		size_t places = check->hunk_count;

		while (place_of(check, places, &place))
			places++;
		return report_count(check, places);
	}
	if (find_hunks(check))
		return -1;
	if ((long long)check->after.count == wanted)
		return 0;
	diag_system(&check->place, "'%s' has %zu lines with this patch, but should have %lld",
		    check->fields[DIFF_PATH], check->after.count, wanted);
	return -1;
}

/* The text of PATH; "" and *IS_THERE false: there is none. NULL after a message. */
static const char *read_file(const char *path, size_t *size, bool *is_there, struct arena *arena)
{
	*is_there = !access(path, F_OK) || errno != ENOENT;
	*size = 0;
	return *is_there ? text_file_read(path, size, arena) : "";
}

/* The state of the diff's file, before the first one that of the source. NULL after a message. */
static struct name_entry *state_of(struct checker *checker, const char *path)
{
	struct name_entry *state = name_table_add(&checker->states, path);
	bool is_there;
	size_t size;

	if (state->count > 1)
		return state;
	state->text =
		read_file(arena_printf(checker->arena, "%s/%s", checker->options->source, path),
			  &size, &is_there, checker->arena);
	if (!state->text)
		return NULL;
	state->number = size;
	state->text = is_there ? state->text : NULL;
	return state;
}

static int check_diff(struct checker *checker, struct diff_check *check, struct name_entry *state)
{
	const char *number = check->fields[DIFF_NUMBER], *into = checker->options->into;
	const char *file = arena_printf(checker->arena, "%s/%s.file", into, number);
	bool is_there;
	size_t size, diff_size;
	const char *text = read_file(file, &size, &is_there, checker->arena);
	const char *diff = text_file_read(arena_printf(checker->arena, "%s/%s", into, number),
					  &diff_size, checker->arena);
	int result;

	if (!text || !diff)
		return -1;
	split(&check->before, state->text, state->number);
	split(&check->after, text, size);
	take_diff(check, diff, diff_size);
	result = check_hunks(check);
	state->text = is_there && strcmp(check->fields[DIFF_KIND], "remove") ? text : NULL;
	state->number = state->text ? size : 0;
	free(check->before.list);
	free(check->after.list);
	free(check->added.list);
	free(check->hunks);
	return result;
}

/* A line of the list. */
static int take_row(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct checker *checker = context;
	struct diff_check check = { .fields = fields, .place = { fields[DIFF_PATCH], 0 } };
	unsigned int number;
	struct name_entry *state;

	(void)count;
	if (!lines_number(fields[DIFF_NUMBER], &number) ||
	    !lines_number(fields[DIFF_LINE], &check.place.line)) {
		diag_error(place, "format", "not a line that --diff has printed");
		return -1;
	}
	state = state_of(checker, fields[DIFF_PATH]);
	return state ? check_diff(checker, &check, state) : -1;
}

/* Is the file what it was after its last diff? */
static int check_end(const struct checker *checker, const struct name_entry *state)
{
	const char *path =
		arena_printf(checker->arena, "%s/%s", checker->options->files, state->name);
	struct diag_place place = { path, 0 };
	bool is_there;
	size_t size;
	const char *text = read_file(path, &size, &is_there, checker->arena);

	if (!text)
		return -1;
	if (is_there == !!state->text && size == state->number &&
	    (!is_there || !memcmp(text, state->text, size)))
		return 0;
	diag_system(&place, "it is not what it was when it was patched");
	return -1;
}

int hunks_check(const struct hunks_options *options, const char *list, struct arena *arena)
{
	struct checker checker = { .options = options, .arena = arena };
	int result = lines_read(list, DIFF_COLUMNS, DIFF_COLUMNS, take_row, &checker, arena);

	for (size_t i = 0; i < checker.states.count && !result; i++)
		result = check_end(&checker, &checker.states.entries[i]);
	name_table_free(&checker.states);
	return result;
}
