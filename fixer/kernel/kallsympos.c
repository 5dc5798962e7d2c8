/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kallsympos: prints the position that a livepatch gives for a symbol of a source file, klp_func's
 * old_sympos. The same look-up as klp-fixer's: target, resolve.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "kernel/options.h"
#include "kernel/resolve.h"

struct options {
	bool batch;
	const char *source, *symbol; /* unless BATCH */
	struct target_options target;
};

/* clang-format off */
static const char usage[] =
	"Usage: kallsympos [OPTION]... SOURCE SYMBOL\n"
	"       kallsympos [OPTION]... --batch\n"
	"Print the position of SYMBOL, a function or variable that the kernel source file\n"
	"SOURCE defines, among the kernel's symbols of that name: 1 for the first, 0 if the\n"
	"name is unique. A static variable inside of a function is FUNCTION::VARIABLE.\n"
	"\n"
	OPTIONS_USAGE_TARGET
	"  -r, --release=RELEASE  the kernel's release; default: that of the running one\n"
	OPTIONS_USAGE_DEBUG
	"      --batch            read lines 'SOURCE SYMBOL' from standard input; print for\n"
	"                         each the tab-separated source, symbol, object, position\n"
	"                         and address\n"
	OPTIONS_USAGE_COMMON
	"\n"
	"Exit status: 0 done, 1 there is no such symbol, or not just one, 2 wrong usage,\n"
	"3 the system failed.\n";
/* clang-format on */

static void parse_options(int argc, char **argv, struct options *options)
{
	enum {
		BATCH = OPTIONS_OWN
	};
	static const struct option known[] = {
		OPTIONS_TABLE,
		{ "batch", no_argument, NULL, BATCH },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, OPTIONS_LETTERS, known, NULL)) != -1) {
		if (option == BATCH)
			options->batch = true;
		else
			options_take(option, argv, &options->target, "kallsympos", usage);
	}
	if (argc - optind != (options->batch ? 0 : 2))
		diag_usage(options->batch ? "--batch takes no SOURCE and SYMBOL"
					  : "SOURCE and SYMBOL are needed");
	if (!options->batch) {
		options->source = argv[optind];
		options->symbol = argv[optind + 1];
	}
}

static int look_up(struct resolver *resolver, const char *source_path, const char *symbol,
		   const struct diag_place *place, struct resolved *resolved)
{
	const char *colons = strstr(symbol, "::");
	struct wanted wanted = { .name = symbol, .any_kind = true, .place = *place };
	struct source_hint hint = { .of_diff = false };
	struct source *source;

	if (colons) {
		wanted.function = arena_strndup(resolver->arena, symbol, (size_t)(colons - symbol));
		wanted.name = colons + 2;
	}
	source = source_find(resolver, arena_strdup(resolver->arena, source_path), &hint, place);
	return resolve_in_source(resolver, source, &wanted, resolved);
}

static void look_up_one(struct resolver *resolver, const struct options *options)
{
	struct diag_place place = { NULL, 0 };
	struct resolved resolved;

	if (!look_up(resolver, options->source, options->symbol, &place, &resolved))
		printf("%lu\n", resolved.position);
}

/* "SOURCE SYMBOL", separated by white space. */
static void look_up_line(struct resolver *resolver, char *line, const struct diag_place *place)
{
	char *source = strtok(line, " \t\n"), *symbol = strtok(NULL, " \t\n");
	struct resolved resolved;

	if (!source)
		return;
	if (!symbol || strtok(NULL, " \t\n")) {
		diag_error(place, "format", "not a line 'SOURCE SYMBOL'");
		return;
	}
	if (look_up(resolver, source, symbol, place, &resolved))
		return;
	printf("%s\t%s\t%s\t%lu\t%016llx\n", source, symbol, resolved.object->name,
	       resolved.position, (unsigned long long)resolved.symbol->value);
}

static void look_up_batch(struct resolver *resolver)
{
	struct diag_place place = { "<stdin>", 0 };
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) >= 0) {
		place.line++;
		look_up_line(resolver, line, &place);
	}
	if (ferror(stdin))
		diag_system(&place, "cannot read: %s", strerror(errno));
	free(line);
}

int main(int argc, char **argv)
{
	struct options options = { .batch = false };
	struct arena arena = { NULL, 0, 0 };
	struct resolver resolver = { .arena = &arena };
	struct target target;

	diag_init("kallsympos");
	parse_options(argc, argv, &options);
	options.target.no_exports = true;
	if (!target_open(&target, &options.target, EM_NONE, &arena)) {
		resolver.target = &target;
		if (options.batch)
			look_up_batch(&resolver);
		else
			look_up_one(&resolver, &options);
		target_close(&target);
	}
	diag_finish_output();
	options_free(&options.target);
	arena_free(&arena);
	return (int)diag_status();
}
