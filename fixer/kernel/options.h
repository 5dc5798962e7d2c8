/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options that all programs have. First of all stages.
 */
#ifndef KLPMAKE_OPTIONS_H
#define KLPMAKE_OPTIONS_H

#include <getopt.h>

#include "kernel/target.h"

/* Values of long options without a letter; a program's own start at OPTIONS_OWN. */
enum {
	OPTIONS_OBJECT = 256,
	OPTIONS_ROOT,
	OPTIONS_NOTES,
	OPTIONS_BUILD_ID,
	OPTIONS_VERBOSE,
	OPTIONS_HELP,
	OPTIONS_VERSION,
	OPTIONS_OWN,
};

/* For getopt_long(): the shared options' letters, and their entries for the table. */
#define OPTIONS_LETTERS ":v:r:k:d:q"
#define OPTIONS_TABLE                                                                              \
	{ "vmlinux", required_argument, NULL, 'v' }, { "release", required_argument, NULL, 'r' },  \
		{ "kallsyms", required_argument, NULL, 'k' },                                      \
		{ "debug-dir", required_argument, NULL, 'd' },                                     \
		{ "object", required_argument, NULL, OPTIONS_OBJECT },                             \
		{ "root", required_argument, NULL, OPTIONS_ROOT },                                 \
		{ "notes", required_argument, NULL, OPTIONS_NOTES },                               \
		{ "build-id", required_argument, NULL, OPTIONS_BUILD_ID },                         \
		{ "quiet", no_argument, NULL, 'q' },                                               \
		{ "verbose", no_argument, NULL, OPTIONS_VERBOSE },                                 \
		{ "help", no_argument, NULL, OPTIONS_HELP },                                       \
	{                                                                                          \
		"version", no_argument, NULL, OPTIONS_VERSION                                      \
	}

/* Their help texts, for a program's own. */
/* clang-format off */
#define OPTIONS_USAGE_TARGET								\
	"  -v, --vmlinux=FILE     the kernel's image with debug information; default:\n"	\
	"                         $KLPMAKE_VMLINUX, else searched for in the debug\n"	\
	"                         folder and in /lib/modules/RELEASE/build, else fetched\n"	\
	"                         from the debuginfod servers in $DEBUGINFOD_URLS\n"	\
	"      --root=DIR         where the target's system has its files; default:\n"	\
	"                         $KLPMAKE_ROOT, else /\n"
#define OPTIONS_USAGE_DEBUG								\
	"  -k, --kallsyms=FILE    /proc/kallsyms of the target, to compare with\n"	\
	"  -d, --debug-dir=DIR    where debug files are; default: " PLACES_DEBUG_DIR "\n"	\
	"      --object=NAME=FILE the module NAME's file with debug information, if it is not\n" \
	"                         in the debug folder; may be given several times\n"	\
	"      --notes=FILE       /sys/kernel/notes of the target, to compare with; default:\n"	\
	"                         the running kernel's, if its release is the target's\n"	\
	"      --build-id=HEX     the build ID of the image, to compare with and to fetch it\n"
#define OPTIONS_USAGE_COMMON								\
	"  -q, --quiet            errors only\n"					\
	"      --verbose          say what is done\n"					\
	"      --help             print this text and exit\n"				\
	"      --version          print the version and exit\n"
/* clang-format on */

/*
 * Handles OPTION, a result of getopt_long() that the program has no case for: sets TARGET, or
 * prints PROGRAM's usage or version and exits, or refuses it.
 */
void options_take(int option, char **argv, struct target_options *target, const char *program,
		  const char *usage);

/* Adds VALUE, which stays the caller's, to a list. */
void options_add(struct option_list *list, const char *value);
/* Frees TARGET's lists. */
void options_free(struct target_options *target);

#endif
