/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges what came of the diffs. Comes in: what patch(1) said of each, and the files. Goes out: the files that
 * have changed in the end, or messages at the hunks' places in the patches.
 */
#include "plan/applied.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/input-file.h"
#include "base/string-list.h"
#include "base/text-file.h"
#include "plan/diff.h"
#include "plan/lines.h"
#include "plan/patch-problems.h"

struct applied_patch {
	const char *name;
	struct patch_problems problems;
};

struct applied {
	const struct applied_options *options;
	struct arena *arena;
	struct applied_patch *patches; /* from malloc */
	size_t patch_count;
	struct string_list paths; /* of all diffs */
};

/* A diff, and what patch said of it. */
struct diff_log {
	struct arena *arena;
	char **fields;			 /* those of diff.h */
	struct patch_problems *problems; /* the patch's */
	unsigned int line;
	bool reversed, failed;
};

/* Where the patch has hunk NUMBER, as patch(1) counts; 0: it has none. */
static unsigned int place_of_hunk(const struct diff_log *log, unsigned long number)
{
	const char *at = log->fields[DIFF_PLACES];

	for (; number > 1 && at; number--) {
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	return number && at ? (unsigned int)strtoul(at, NULL, 10) : 0;
}

/* Reads "Hunk #NUMBER WHAT"; the text after WHAT, or NULL. */
static const char *hunk_of(const char *line, const char *what, unsigned long *number)
{
	char *end;

	if (!string_starts_with(line, "Hunk #") || !isdigit((unsigned char)line[6]))
		return NULL;
	*number = strtoul(line + 6, &end, 10);
	return string_starts_with(end, what) ? end + strlen(what) : NULL;
}

static void take_failed(struct diff_log *log, unsigned long number, const char *at)
{
	log->failed = true;
	patch_problems_add(log->problems, place_of_hunk(log, number), "patch",
			   arena_printf(log->arena, "hunk %lu of '%s' does not fit at line %lu",
					number, log->fields[DIFF_PATH], strtoul(at, NULL, 10)));
}

/* AT: where it fits, and what follows that: " with fuzz 2 (offset 3 lines)." */
static void take_fuzzy(struct diff_log *log, unsigned long number, const char *at)
{
	const char *fuzz = strstr(at, " with fuzz ");
	size_t length;

	if (!fuzz)
		return;
	length = strlen(" with fuzz ") - 1;
	length += strspn(++fuzz + length, "0123456789");
	patch_problems_add_warning(
		log->problems, place_of_hunk(log, number), "patch",
		arena_printf(
			log->arena,
			"hunk %lu of '%s' fits only %.*s at line %lu: look whether that is the place",
			number, log->fields[DIFF_PATH], (int)length, fuzz, strtoul(at, NULL, 10)));
}

static void take_line(struct diff_log *log, const char *line)
{
	unsigned long number;
	const char *at;

	if (string_starts_with(line, "Reversed") || string_starts_with(line, "Unreversed") ||
	    string_starts_with(line, "Ignoring previously"))
		log->reversed = true;
	at = hunk_of(line, " FAILED at ", &number);
	if (at && !log->reversed)
		take_failed(log, number, at);
	at = hunk_of(line, " succeeded at ", &number);
	if (at)
		take_fuzzy(log, number, at);
}

/* Is the last thing that patch said, which ended with STATUS, the system's? */
static bool is_of_system(unsigned long status, const char *last)
{
	static const int errors[] = { ENOSPC, EDQUOT, EFBIG, EIO, ENOMEM, EROFS, EMFILE, ENFILE };

	for (size_t i = 0; status > 1 && i < ARRAY_SIZE(errors); i++)
		if (string_ends_with(last, strerror(errors[i])))
			return true;
	return false;
}

/* LAST: the log's last line. */
static void take_end(struct diff_log *log, unsigned long status, const char *last)
{
	struct diag_place place = { log->fields[DIFF_PATCH], log->line };
	const char *path = log->fields[DIFF_PATH], *text;

	if (is_of_system(status, last)) {
		diag_system(&place, "cannot patch '%s': %s", path, last);
		return;
	}
	if (log->reversed)
		text = arena_printf(log->arena, "the patch of '%s' is applied already, or reversed",
				    path);
	else if (status && !log->failed)
		text = arena_printf(log->arena, "cannot patch '%s': %s", path, last);
	else
		return;
	patch_problems_add(log->problems, log->line, "patch", text);
}

static int read_status(const struct applied *applied, const char *name, unsigned long *status)
{
	struct diag_place place = { NULL, 0 };
	size_t size;
	char *text, *end;

	place.file = arena_printf(applied->arena, "%s/%s.status", applied->options->into, name);
	text = text_file_read(place.file, &size, applied->arena);
	if (!text)
		return -1;
	*status = strtoul(text, &end, 10);
	if (isdigit((unsigned char)*text) && !end[strspn(end, "\n")])
		return 0;
	diag_error(&place, "format", "not an exit status");
	return -1;
}

static int read_log(const struct applied *applied, struct diff_log *log)
{
	const char *name = log->fields[DIFF_NUMBER], *last = "";
	size_t size;
	char *text = text_file_read(arena_printf(applied->arena, "%s/%s.log",
						 applied->options->into, name),
				    &size, applied->arena);
	unsigned long status;

	if (!text || read_status(applied, name, &status))
		return -1;
	while (*text) {
		last = strsep(&text, "\n");
		take_line(log, last);
		if (!text)
			break;
	}
	take_end(log, status, last);
	return 0;
}

static struct patch_problems *problems_of(const struct applied *applied, const char *patch)
{
	for (size_t i = 0; i < applied->patch_count; i++)
		if (!strcmp(applied->patches[i].name, patch))
			return &applied->patches[i].problems;
	return NULL;
}

/* A line of DIFF_PROBLEMS. */
static int take_problem(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct applied *applied = context;
	unsigned int line;

	if (count == 1) {
		applied->patches = array_grow(applied->patches, applied->patch_count,
					      sizeof(*applied->patches));
		applied->patches[applied->patch_count++] =
			(struct applied_patch){ fields[0], { NULL, 0 } };
		return 0;
	}
	if (count != 3 || !applied->patch_count || !lines_number(fields[0], &line)) {
		diag_error(place, "format", "not a line that --diff has written");
		return -1;
	}
	patch_problems_add(&applied->patches[applied->patch_count - 1].problems, line, fields[1],
			   fields[2]);
	return 0;
}

static int take_diff(void *context, char **fields, size_t count, const struct diag_place *place)
{
	struct applied *applied = context;
	struct diff_log log = {
		.arena = applied->arena,
		.fields = fields,
		.problems = problems_of(applied, fields[DIFF_PATCH]),
	};
	unsigned int number;

	(void)count;
	if (!lines_number(fields[DIFF_NUMBER], &number) ||
	    !lines_number(fields[DIFF_LINE], &log.line) || !log.problems) {
		diag_error(place, "format", "not a line that --diff has printed");
		return -1;
	}
	string_list_add(&applied->paths, fields[DIFF_PATH]);
	return read_log(applied, &log);
}

/* 1: they are the same, 0: they are not, -1 after a message. */
static int is_same(const char *one, const char *other, struct arena *arena)
{
	size_t one_size, other_size;
	char *one_text = text_file_read(one, &one_size, arena);
	char *other_text = text_file_read(other, &other_size, arena);

	if (!one_text || !other_text)
		return -1;
	return one_size == other_size && !memcmp(one_text, other_text, one_size);
}

/* What came of PATH in the end, as text; "" for nothing. NULL after a message. */
static const char *kind_of(const struct applied *applied, const char *path)
{
	const char *old = arena_printf(applied->arena, "%s/%s", applied->options->source, path);
	const char *new = arena_printf(applied->arena, "%s/%s", applied->options->files, path);
	bool is_there = input_file_is_there(new);
	int same;

	if (!input_file_is_there(old))
		return is_there ? "new" : "";
	if (!is_there)
		return "remove";
	same = is_same(old, new, applied->arena);
	return same < 0 ? NULL : same ? "" : "modify";
}

static int refuse_new(const char *path)
{
	struct diag_place place = { path, 0 };

	diag_error(
		&place, "unsupported",
		"this file is new, and new files of the kernel's code are not supported: put its "
		"functions into a file that is there");
	return -1;
}

static void report_nothing(void)
{
	diag_error(NULL, "nothing", "the patch changes nothing that this kernel is built from");
}

static int judge_files(struct applied *applied, FILE *stream)
{
	struct string_list *paths = &applied->paths;
	const char **kinds;
	bool changes = false;
	int result = 0;

	string_list_sort_unique(paths);
	kinds = arena_alloc(applied->arena, paths->count * sizeof(*kinds));
	for (size_t i = 0; i < paths->count; i++) {
		kinds[i] = kind_of(applied, paths->list[i]);
		if (!kinds[i])
			return -1;
		if (!strcmp(kinds[i], "new") && string_ends_with(paths->list[i], ".c"))
			result = refuse_new(paths->list[i]);
		changes = changes || (*kinds[i] && strcmp(kinds[i], "new"));
	}
	if (!result && !changes) {
		report_nothing();
		result = -1;
	}
	for (size_t i = 0; i < paths->count && !result; i++)
		if (*kinds[i])
			fprintf(stream, "%s\t%s\n", kinds[i], paths->list[i]);
	return result;
}

int applied_judge(const struct applied_options *options, const char *list, FILE *stream,
		  struct arena *arena)
{
	struct applied applied = { .options = options, .arena = arena };
	const char *problems = arena_printf(arena, "%s/" DIFF_PROBLEMS, options->into);
	int result = lines_read(problems, 1, 3, take_problem, &applied, arena);

	if (!result)
		result = lines_read(list, DIFF_COLUMNS, DIFF_COLUMNS, take_diff, &applied, arena);
	for (size_t i = 0; i < applied.patch_count; i++)
		patch_problems_report(&applied.patches[i].problems, applied.patches[i].name);
	if (!result && !diag_errors())
		result = judge_files(&applied, stream);
	free(applied.patches);
	string_list_free(&applied.paths);
	return result || diag_errors() ? -1 : 0;
}
