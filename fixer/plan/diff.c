/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes patches apart. Comes in: diffs of many files, as diff, git and people write them. Goes out: a diff for each
 * file that a livepatch has to do with, in the order of the patches, and a line of the columns in diff.h for each.
 *
 * A hunk's end is known by counting, as its lines may look like anything. What stands between diffs is the
 * author's text. Lines end with a newline; a carriage return before it is part of the line, and the driver's
 * patch knows what to do with it.
 */
#include "plan/diff.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/string-list.h"
#include "base/text-file.h"
#include "plan/diff-file.h"
#include "plan/hunks.h"
#include "plan/lines.h"
#include "plan/patch-problems.h"

/* A line of a patch, without its newline. It may have NULs, and has one or a newline behind it. */
struct patch_line {
	const char *text;
	size_t length;
};

/* What is known of the diff that is being read, or of the head that git writes before one. */
struct section {
	bool active;	  /* its file is known */
	unsigned int git; /* the line of "diff --git"; 0: none */
	bool binary, renamed, bad;
	const char *git_name, *old_name, *new_name;
	unsigned int start;   /* the line of "---" */
	unsigned int *places; /* the lines of its hunks; from malloc, as the next one */
	size_t hunk_count;
	struct patch_line *lines; /* what is written */
	size_t line_count;
};

struct patch_reader {
	const struct diff_options *options;
	struct diff_tree tree;
	struct string_list ignored; /* paths */
	unsigned int diff_count;
	FILE *stream;
	FILE *later; /* where problems are kept for --applied */
	struct arena *arena;
	int result;
	/* Of the patch that is being read: */
	const char *patch;
	unsigned int number;	      /* of its line */
	unsigned int seen;	      /* the last line that told that this is a patch */
	bool context;		      /* it is a context diff, which was reported */
	long long left_old, left_new; /* of the hunk's lines */
	const char *minus;	      /* the name of the last "---" */
	struct patch_line minus_line;
	unsigned int minus_number;
	struct section section;
	struct patch_problems problems;
};

static void problem(struct patch_reader *reader, unsigned int line, const char *class,
		    const char *text)
{
	patch_problems_add(&reader->problems, line, class, text);
	if (!reader->options->later)
		reader->result = -1;
}

static bool line_starts_with(const struct patch_line *line, const char *prefix)
{
	size_t length = strlen(prefix);

	return line->length >= length && !memcmp(line->text, prefix, length);
}

/* A part of a line as a string; a NUL becomes a character that is no less wrong. */
static char *string_of(struct patch_reader *reader, const char *text, size_t length)
{
	char *string = arena_strndup(reader->arena, text, length);

	for (size_t i = 0; i < length; i++)
		if (!string[i])
			string[i] = '\1';
	return string;
}

/* Is there a date at AT, and a blank behind it? */
static bool is_date(const char *at)
{
	static const char form[] = "0000-00-00 ";

	for (size_t i = 0; form[i]; i++)
		if (form[i] == '0' ? !isdigit((unsigned char)at[i]) : at[i] != form[i])
			return false;
	return true;
}

/* The name at TEXT. What diff writes behind it, after a tab or blanks, is a date. */
static const char *name_of(struct patch_reader *reader, const char *text, size_t length)
{
	char *name, *end;

	if (length && text[length - 1] == '\r')
		length--;
	name = string_of(reader, text, length);
	name[strcspn(name, "\t")] = '\0';
	for (end = strchr(name, ' '); end; end = strchr(end, ' ')) {
		size_t blanks = strspn(end, " ");

		if (is_date(end + blanks)) {
			*end = '\0';
			break;
		}
		end += blanks;
	}
	return name;
}

static void keep(struct section *section, const struct patch_line *line)
{
	section->lines = array_grow(section->lines, section->line_count, sizeof(*section->lines));
	section->lines[section->line_count++] = *line;
}

static void write_diff(struct patch_reader *reader, const char *name)
{
	const struct section *section = &reader->section;
	struct lines_output output;

	if (lines_create(&output, reader->options->into, name, reader->arena)) {
		reader->result = -1;
		return;
	}
	for (size_t i = 0; i < section->line_count; i++) {
		fwrite(section->lines[i].text, 1, section->lines[i].length, output.stream);
		fputc('\n', output.stream);
	}
	if (lines_close(&output))
		reader->result = -1;
}

static void take(struct patch_reader *reader, const struct diff_file *file)
{
	const struct section *section = &reader->section;

	reader->diff_count++;
	write_diff(reader, arena_printf(reader->arena, "%u", reader->diff_count));
	fprintf(reader->stream, "%u\t%s\t%s\t%s\t%u\t", reader->diff_count,
		diff_file_kind_name(file->kind), file->path, reader->patch, section->start);
	for (size_t i = 0; i < section->hunk_count; i++)
		fprintf(reader->stream, "%s%u", i ? "," : "", section->places[i]);
	fputc('\n', reader->stream);
}

static void judge(struct patch_reader *reader)
{
	const struct section *section = &reader->section;
	struct diff_file file = diff_file_judge(&reader->tree, section->old_name, section->new_name,
						section->hunk_count);

	switch (file.fate) {
	case DIFF_TAKEN:
		take(reader, &file);
		break;
	case DIFF_IGNORED:
		string_list_add(&reader->ignored, file.path);
		break;
	case DIFF_REFUSED:
		problem(reader, section->start, file.class, file.text);
		break;
	}
}

/* A section ends. Its names are judged only now, when it is known to be one. */
static void finish(struct patch_reader *reader)
{
	struct section *section = &reader->section;

	if (section->active && !section->bad && !section->renamed)
		judge(reader);
	/* Only the mode, or an empty file: nothing that a livepatch has to do with. */
	if (!section->active && section->git && !section->binary && !section->renamed)
		string_list_add(&reader->ignored, diff_file_stripped(section->git_name));
	free(section->places);
	free(section->lines);
	memset(section, 0, sizeof(*section));
}

static void bad_hunk(struct patch_reader *reader, const char *text)
{
	problem(reader, reader->number, "patch", text);
	reader->section.bad = true;
	reader->left_old = reader->left_new = 0;
}

/* A line within a hunk. False: it cannot be one. */
static bool take_hunk_line(struct patch_reader *reader, const struct patch_line *line)
{
	char mark = line->length ? *line->text : ' ';

	/* Blanks at the end of lines get lost on the way. */
	if (line->length == 1 && mark == '\r')
		mark = ' ';
	if (!memchr(" -+\\", mark, 4)) {
		bad_hunk(reader, "a hunk has fewer lines than its head says");
		return false;
	}
	reader->left_old -= mark == ' ' || mark == '-';
	reader->left_new -= mark == ' ' || mark == '+';
	keep(&reader->section, line);
	if (reader->left_old < 0 || reader->left_new < 0)
		bad_hunk(reader, "a hunk has more lines than its head says");
	return true;
}

static void take_git_head(struct patch_reader *reader, const struct patch_line *line)
{
	const char *end = line->text + line->length, *name;

	finish(reader);
	reader->seen = reader->section.git = reader->number;
	/* The last word. */
	while (end[-1] == ' ' || end[-1] == '\t')
		end--;
	for (name = end; name[-1] != ' ' && name[-1] != '\t';)
		name--;
	reader->section.git_name = name_of(reader, name, (size_t)(end - name));
}

static void take_renamed(struct patch_reader *reader, const struct patch_line *line)
{
	static const char mark[] = " from ";
	const char *name =
		(const char *)memmem(line->text, line->length, mark, strlen(mark)) + strlen(mark);

	reader->section.renamed = true;
	problem(reader, reader->number, "unsupported",
		arena_printf(
			reader->arena,
			"'%s' is renamed or copied, which the functions of a running kernel cannot be",
			name_of(reader, name, line->length - (size_t)(name - line->text))));
}

static void take_binary(struct patch_reader *reader)
{
	struct section *section = &reader->section;
	const char *text = "a binary patch";

	if (!section->git)
		finish(reader);
	reader->seen = reader->number;
	section->binary = true;
	if (section->git)
		text = arena_printf(reader->arena, "a binary patch of '%s'",
				    diff_file_stripped(section->git_name));
	problem(reader, section->git ? section->git : reader->number, "patch", text);
}

static void take_context(struct patch_reader *reader)
{
	reader->seen = reader->number;
	if (!reader->context)
		problem(reader, reader->number, "patch",
			"this is a context diff: make a unified one, with diff -u");
	reader->context = true;
}

static void take_old_name(struct patch_reader *reader, const struct patch_line *line)
{
	reader->minus = name_of(reader, line->text + 4, line->length - 4);
	reader->minus_line = *line;
	reader->minus_number = reader->number;
}

static void take_new_name(struct patch_reader *reader, const struct patch_line *line)
{
	struct section *section = &reader->section;
	bool renamed = section->renamed;

	if (section->active)
		finish(reader);
	/* What git says of a file belongs to the diff that follows. */
	memset(section, 0, sizeof(*section));
	reader->seen = reader->number;
	section->active = true;
	section->renamed = renamed;
	section->old_name = reader->minus;
	section->new_name = name_of(reader, line->text + 4, line->length - 4);
	section->start = reader->minus_number;
	keep(section, &reader->minus_line);
	keep(section, line);
}

/* "@@ -12,3 +12,4 @@": sets what is left of the hunk. False: LINE is none. */
static bool take_hunk_head(struct patch_reader *reader, const struct patch_line *line)
{
	struct section *section = &reader->section;
	long long old_count, new_count;

	if (!hunks_read_head(line->text, &old_count, &new_count))
		return false;
	reader->seen = reader->number;
	if (!section->active) {
		problem(reader, reader->number, "patch", "a hunk without the file that it is for");
		return true;
	}
	reader->left_old = old_count;
	reader->left_new = new_count;
	section->places =
		array_grow(section->places, section->hunk_count, sizeof(*section->places));
	section->places[section->hunk_count++] = reader->number;
	keep(section, line);
	return true;
}

static bool is_binary(const struct patch_line *line)
{
	static const char start[] = "Binary files ", end[] = " differ";

	return line_starts_with(line, "GIT binary patch") ||
	       (line_starts_with(line, start) &&
		memmem(line->text + strlen(start), line->length - strlen(start), end, strlen(end)));
}

static void take_line(struct patch_reader *reader, const struct patch_line *line)
{
	if ((reader->left_old > 0 || reader->left_new > 0) && take_hunk_line(reader, line))
		return;
	if (line_starts_with(line, "\\")) {
		if (reader->section.active)
			keep(&reader->section, line);
	} else if (line_starts_with(line, "diff --git ")) {
		take_git_head(reader, line);
	} else if (reader->section.git && (line_starts_with(line, "rename from ") ||
					   line_starts_with(line, "copy from "))) {
		take_renamed(reader, line);
	} else if (is_binary(line)) {
		take_binary(reader);
	} else if (line_starts_with(line, "***************")) {
		take_context(reader);
	} else if (line_starts_with(line, "--- ")) {
		take_old_name(reader, line);
	} else if (line_starts_with(line, "+++ ") && reader->minus_number &&
		   reader->minus_number == reader->number - 1) {
		take_new_name(reader, line);
	} else {
		take_hunk_head(reader, line);
	}
}

static void take_end(struct patch_reader *reader)
{
	if (reader->left_old > 0 || reader->left_new > 0)
		bad_hunk(reader, "the patch ends in the middle of a hunk");
	finish(reader);
	if (!reader->number)
		problem(reader, 1, "patch", "the patch is empty");
	else if (!reader->seen)
		problem(reader, 1, "patch", "this is no patch: it has no diff of any file");
}

static void read_patch(struct patch_reader *reader, const char *patch)
{
	size_t size;
	const char *text = text_file_read(patch, &size, reader->arena), *end;

	if (!text) {
		reader->result = -1;
		return;
	}
	reader->patch = patch;
	reader->number = reader->seen = reader->minus_number = 0;
	reader->context = false;
	for (const char *all = text + size; text < all; text = end + 1) {
		struct patch_line line = { text, 0 };

		end = memchr(text, '\n', (size_t)(all - text));
		end = end ? end : all;
		line.length = (size_t)(end - text);
		reader->number++;
		take_line(reader, &line);
	}
	take_end(reader);
	if (reader->options->later)
		patch_problems_write(&reader->problems, reader->later);
	else
		patch_problems_report(&reader->problems, patch);
}

static void write_ignored(struct patch_reader *reader)
{
	struct lines_output output;

	if (lines_create(&output, reader->options->into, "ignored", reader->arena)) {
		reader->result = -1;
		return;
	}
	string_list_sort_unique(&reader->ignored);
	string_list_print(&reader->ignored, output.stream);
	if (lines_close(&output))
		reader->result = -1;
}

int diff_take_apart(const struct diff_options *options, char *const *patches, size_t count,
		    FILE *stream, struct arena *arena)
{
	struct patch_reader reader = {
		.options = options,
		.tree = { .source = options->source, .arch = options->arch, .arena = arena },
		.stream = stream,
		.arena = arena,
	};
	struct lines_output later;

	if (lines_create(&later, options->into, DIFF_PROBLEMS, arena))
		return -1;
	reader.later = later.stream;
	for (size_t i = 0; i < count; i++) {
		fprintf(reader.later, "%s\n", patches[i]);
		read_patch(&reader, patches[i]);
	}
	if (lines_close(&later))
		reader.result = -1;
	write_ignored(&reader);
	string_list_free(&reader.ignored);
	diff_tree_free(&reader.tree);
	return reader.result;
}
