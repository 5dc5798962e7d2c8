/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to the user, in GCC's form: "file:line: error: text [class]". An error is reported
 * where it is detected, and once; callers only pass a negative code on. It is one line: what names in it would do to a
 * terminal is shown (shown-text.h).
 */
#ifndef KLPMAKE_DIAG_H
#define KLPMAKE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses of all programs. */
enum diag_status {
	DIAG_DONE = 0,
	DIAG_REFUSED = 1, /* the input cannot become a correct livepatch */
	DIAG_USAGE = 2,
	DIAG_SYSTEM = 3, /* I/O, memory, a missing tool */
};

/* Where something is wrong. FILE NULL: nowhere in a file; LINE 0: the file as a whole. */
struct diag_place {
	const char *file;
	unsigned int line;
};

/* PROGRAM stays the caller's. */
void diag_init(const char *program);
void diag_set_quiet(bool quiet); /* errors only: no warnings, no "info" */
void diag_set_verbose(bool verbose);

/* The input is refused. CLASS is a stable word for the kind of error, without brackets. */
void diag_error(const struct diag_place *place, const char *class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * As diag_error(), for what an author may override: a warning where CLASS was allowed. Returns 0
 * then, else -1.
 */
int diag_refuse(const struct diag_place *place, const char *class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Allows CLASS, one of DIAG_ALLOWABLE; false: it is none of them. */
bool diag_allow(const char *class);
/* Was it allowed? */
bool diag_allows(const char *class);
#define DIAG_ALLOWABLE                                                                             \
	"inlined", "cloned", "folded", "prototype", "copied", "depends", "vermagic", "crc",        \
		"layout", "fits", "toolchain", "compiled"

/* As diag_error(), for what the system refuses: leads to DIAG_SYSTEM. */
void diag_system(const struct diag_place *place, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void diag_warning(const struct diag_place *place, const char *class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* More about the message before it: candidates, or what to do next. */
void diag_note(const struct diag_place *place, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* What was done; diag_verbose() only where the user asked for it. Both go to standard error. */
void diag_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void diag_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * How far long work is, on a terminal only and not where the user wants it quiet: a line that the next one is
 * written over, and that diag_progress_end() removes.
 */
void diag_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
void diag_progress_end(void);

/* A wrong command line: says so, points to --help and exits with DIAG_USAGE. */
void diag_usage(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* Reports, once, where standard output could not be written. Before a program ends. 0, or -1 after a message. */
int diag_finish_output(void);

/* A warning that was given. */
struct diag_record {
	const char *file; /* NULL: none */
	unsigned int line;
	const char *class;
	const char *text;
};

/*
 * All warnings so far, also those that diag_set_quiet() kept off the screen; *COUNT becomes their
 * number.
 */
const struct diag_record *diag_warnings(size_t *count);

/* How many errors there were. */
unsigned int diag_errors(void);
/* The exit status that the messages so far lead to. */
enum diag_status diag_status(void);

#endif
