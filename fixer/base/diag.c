/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to the user, in GCC's form, and the exit status that follows from them.
 */
#include "base/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/shown-text.h"
#include "base/util.h"

static struct {
	const char *program;
	bool quiet, verbose, colour;
	bool in_progress;   /* a line of diag_progress() is there */
	bool note_follows;  /* the message before was printed, so its notes are as well */
	int output_error;   /* the first one of standard output; 0: none */
	bool output_failed; /* it was reported */
	unsigned int errors;
	enum diag_status status;
	unsigned int allowed; /* a bit for each of allowable[] */
	struct arena arena;   /* of the records' text */
	struct diag_record *warnings;
	size_t warning_count;
} diag;

static const char *const allowable[] = { DIAG_ALLOWABLE };

#define BOLD	"\33[1m"
#define RED	"\33[1;31m"
#define MAGENTA "\33[1;35m"
#define CYAN	"\33[1;36m"
#define PLAIN	"\33[0m"
#define ERASE	"\33[K" /* up to the end of the line */

/*
 * Where the caller has closed standard input, output or error, the next file that is opened would take its place, and have
 * messages written into it. What is put there instead can neither be written nor read.
 */
static void hold_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			exit(DIAG_SYSTEM);
}

void diag_init(const char *program)
{
	const char *terminal = getenv("TERM"), *without = getenv("NO_COLOR");

	hold_standard_files();
	diag.program = program;
	/* As no-color.org has it: an empty one does not count. */
	diag.colour = isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") &&
		      (!without || !*without);
}

void diag_set_quiet(bool quiet)
{
	diag.quiet = quiet;
}

void diag_set_verbose(bool verbose)
{
	diag.verbose = verbose;
}

static const char *colour(const char *code)
{
	return diag.colour ? code : "";
}

/* What a name in it, of a diff or a note, would do to a terminal is shown instead. */
static void print_text(const char *format, va_list arguments)
{
	char buffer[4096], *text = buffer;
	va_list again;

	/* Also what was done is said, when nothing may fail any more. */
	va_copy(again, arguments);
	if (vsnprintf(buffer, sizeof(buffer), format, arguments) >= (int)sizeof(buffer) &&
	    vasprintf(&text, format, again) < 0)
		out_of_memory();
	va_end(again);
	shown_text_write(text, stderr);
	if (text != buffer)
		free(text);
}

static void print_file(const char *file)
{
	shown_text_write(file, stderr);
	fputc(':', stderr);
}

/* What is printed comes before what is said of it. */
static void flush_output(void)
{
	if ((fflush(stdout) || ferror(stdout)) && !diag.output_error)
		diag.output_error = errno;
}

static void print(const struct diag_place *place, const char *kind, const char *kind_colour,
		  const char *class, const char *format, va_list arguments)
{
	diag_progress_end();
	flush_output();
	fputs(colour(BOLD), stderr);
	print_file(place && place->file ? place->file : diag.program);
	if (place && place->file && place->line)
		fprintf(stderr, "%u:", place->line);
	fprintf(stderr, " %s%s%s: %s", colour(PLAIN), colour(kind_colour), kind, colour(PLAIN));
	print_text(format, arguments);
	if (class)
		fprintf(stderr, " [%s]", class);
	fputc('\n', stderr);
}

static void count_error(enum diag_status status)
{
	diag.errors++;
	if (status > diag.status)
		diag.status = status;
	diag.note_follows = true;
}

void diag_error(const struct diag_place *place, const char *class, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(place, "error", RED, class, format, arguments);
	va_end(arguments);
	count_error(DIAG_REFUSED);
}

void diag_system(const struct diag_place *place, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(place, "error", RED, NULL, format, arguments);
	va_end(arguments);
	count_error(DIAG_SYSTEM);
}

static void record_warning(const struct diag_place *place, const char *class, const char *format,
			   va_list arguments)
{
	struct diag_record *record;
	char text[1024];

	vsnprintf(text, sizeof(text), format, arguments);
	diag.warnings = array_grow(diag.warnings, diag.warning_count, sizeof(*diag.warnings));
	record = &diag.warnings[diag.warning_count++];
	record->file = place && place->file ? arena_strdup(&diag.arena, place->file) : NULL;
	record->line = place ? place->line : 0;
	record->class = class;
	record->text = arena_strdup(&diag.arena, text);
}

const struct diag_record *diag_warnings(size_t *count)
{
	*count = diag.warning_count;
	return diag.warnings;
}

static void print_warning(const struct diag_place *place, const char *class, const char *format,
			  va_list arguments)
{
	va_list again;

	va_copy(again, arguments);
	record_warning(place, class, format, again);
	va_end(again);
	diag.note_follows = !diag.quiet;
	if (!diag.quiet)
		print(place, "warning", MAGENTA, class, format, arguments);
}

void diag_warning(const struct diag_place *place, const char *class, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_warning(place, class, format, arguments);
	va_end(arguments);
}

bool diag_allows(const char *class)
{
	for (size_t i = 0; i < ARRAY_SIZE(allowable); i++)
		if (!strcmp(allowable[i], class))
			return diag.allowed & 1u << i;
	return false;
}

bool diag_allow(const char *class)
{
	for (size_t i = 0; i < ARRAY_SIZE(allowable); i++)
		if (!strcmp(allowable[i], class)) {
			diag.allowed |= 1u << i;
			return true;
		}
	return false;
}

int diag_refuse(const struct diag_place *place, const char *class, const char *format, ...)
{
	bool allowed = diag_allows(class);
	va_list arguments;

	va_start(arguments, format);
	if (allowed)
		print_warning(place, class, format, arguments);
	else
		print(place, "error", RED, class, format, arguments);
	va_end(arguments);
	if (!allowed)
		count_error(DIAG_REFUSED);
	return allowed ? 0 : -1;
}

void diag_note(const struct diag_place *place, const char *format, ...)
{
	va_list arguments;

	if (!diag.note_follows)
		return;
	va_start(arguments, format);
	print(place, "note", CYAN, NULL, format, arguments);
	va_end(arguments);
}

static void print_plain(const char *format, va_list arguments)
{
	fprintf(stderr, "%s: ", diag.program);
	print_text(format, arguments);
	fputc('\n', stderr);
}

void diag_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (!diag.quiet)
		print_plain(format, arguments);
	va_end(arguments);
}

void diag_verbose(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (diag.verbose)
		print_plain(format, arguments);
	va_end(arguments);
}

void diag_progress(const char *format, ...)
{
	va_list arguments;

	if (diag.quiet || !isatty(STDERR_FILENO))
		return;
	diag.in_progress = true;
	fprintf(stderr, "\r%s: ", diag.program);
	va_start(arguments, format);
	print_text(format, arguments);
	va_end(arguments);
	fputs(ERASE, stderr);
}

void diag_progress_end(void)
{
	if (diag.in_progress)
		fputs("\r" ERASE, stderr);
	diag.in_progress = false;
}

void diag_usage(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print(NULL, "error", RED, NULL, format, arguments);
	va_end(arguments);
	fprintf(stderr, "Try '%s --help'.\n", diag.program);
	exit(DIAG_USAGE);
}

int diag_finish_output(void)
{
	flush_output();
	if (diag.output_error && !diag.output_failed) {
		diag.output_failed = true;
		diag_system(NULL, "cannot write to standard output: %s",
			    strerror(diag.output_error));
	}
	return diag.output_failed ? -1 : 0;
}

unsigned int diag_errors(void)
{
	return diag.errors;
}

enum diag_status diag_status(void)
{
	return diag.status;
}
