/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klp-plan: tells what a livepatch that is made from a diff consists of. For klpmake, which compiles the
 * files before and after the diff: which files these are (--units, units-of.c), and, from what the
 * plugin found, which functions the livepatch replaces (the stages that plan.h lists).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/options.h"
#include "plan/plan.h"
#include "plan/same-code.h"
#include "plan/units-of.h"

#define LIST_FIELDS 5

struct options {
	bool units;
	bool if_built;
	char **files; /* of --units */
	size_t file_count;
	const char *list;
	struct target_options target;
};

struct plans {
	struct plan_unit *units; /* from malloc */
	size_t count;
};

/* clang-format off */
static const char usage[] =
	"Usage: klp-plan [OPTION]... LIST\n"
	"       klp-plan [OPTION]... --units FILE...\n"
	"Find out what has to be replaced for a changed kernel source. LIST has a line\n"
	"'SOURCE OLD-DIGEST NEW-DIGEST OLD-OBJECT PLAN' for each file that was compiled, with\n"
	"tabs between the fields; PLAN is written where something is replaced. klpmake runs it.\n"
	"\n"
	OPTIONS_USAGE_TARGET
	"  -r, --release=RELEASE  the kernel's release; default: that of the running one\n"
	OPTIONS_USAGE_DEBUG
	"      --units            print the source files that have to be compiled when FILEs\n"
	"                         change, and the object that each is part of\n"
	"      --if-built         with --units: leave out FILEs that this kernel is not built from\n"
	"      --allow=CLASS      take errors of CLASS for warnings: layout or toolchain\n"
	OPTIONS_USAGE_COMMON
	"\n"
	"Exit status: 0 done, 1 it cannot become a livepatch, 2 wrong usage, 3 the system\n"
	"failed.\n";
/* clang-format on */

static void parse_options(int argc, char **argv, struct options *options)
{
	enum {
		UNITS = OPTIONS_OWN,
		IF_BUILT,
		ALLOW
	};
	static const struct option known[] = {
		OPTIONS_TABLE,
		{ "units", no_argument, NULL, UNITS },
		{ "if-built", no_argument, NULL, IF_BUILT },
		{ "allow", required_argument, NULL, ALLOW },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, OPTIONS_LETTERS, known, NULL)) != -1) {
		if (option == UNITS)
			options->units = true;
		else if (option == IF_BUILT)
			options->if_built = true;
		else if (option == ALLOW && !diag_allow(optarg))
			diag_usage("'%s' cannot be allowed", optarg);
		else if (option != ALLOW)
			options_take(option, argv, &options->target, "klp-plan", usage);
	}
	if (options->if_built && !options->units)
		diag_usage("--if-built goes with --units");
	if (optind == argc || (!options->units && optind + 1 != argc))
		diag_usage(options->units ? "no file given" : "one LIST is needed");
	options->files = argv + optind;
	options->file_count = (size_t)(argc - optind);
	options->list = argv[optind];
}

/* One line of the list. -1 after a message. */
static int read_unit(struct resolver *resolver, struct plans *plans, char *line,
		     const struct diag_place *place)
{
	struct source_hint hint = { NULL, NULL, 0 };
	char *fields[LIST_FIELDS], *rest = line;
	struct plan_unit *unit;
	size_t count = 0;

	while (rest && count < LIST_FIELDS)
		fields[count++] = strsep(&rest, "\t");
	if (count != LIST_FIELDS || rest) {
		diag_error(place, "format", "not a line of %d fields", LIST_FIELDS);
		return -1;
	}
	plans->units = array_grow(plans->units, plans->count, sizeof(*plans->units));
	unit = &plans->units[plans->count++];
	memset(unit, 0, sizeof(*unit));
	unit->old_object = *fields[3] ? fields[3] : NULL;
	unit->plan_path = fields[4];
	unit->source = source_find(resolver, fields[0], &hint, place);
	if (!unit->source->object || digest_read(&unit->old_digest, fields[1], resolver->arena) ||
	    digest_read(&unit->new_digest, fields[2], resolver->arena))
		return -1;
	return 0;
}

static int read_list(struct resolver *resolver, struct plans *plans, const char *path)
{
	struct diag_place place = { path, 0 };
	FILE *stream = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	int result = 0;

	if (!stream) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		return -1;
	}
	while (getline(&line, &room, stream) > 0) {
		line[strcspn(line, "\n")] = '\0';
		place.line++;
		if (read_unit(resolver, plans, arena_strdup(resolver->arena, line), &place))
			result = -1;
	}
	if (ferror(stream)) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		result = -1;
	}
	free(line);
	fclose(stream);
	return result;
}

static int report_nothing(const struct plans *plans)
{
	bool changed = false;

	for (size_t i = 0; i < plans->count; i++)
		changed = changed || plans->units[i].function_count;
	diag_error(
		NULL, "nothing",
		changed ? "no code of this kernel is changed: what the patch changes is not in it"
			: "the patch changes nothing that this kernel's code does");
	return -1;
}

static void make_plans(struct resolver *resolver, struct plans *plans)
{
	bool replaces = false;

	for (size_t i = 0; i < plans->count; i++) {
		struct plan_unit *unit = &plans->units[i];

		if (!plan_compare(unit, resolver->arena))
			plan_spread(resolver, unit);
		if (plan_replaces(unit))
			same_code_check(resolver, unit);
		replaces = replaces || plan_replaces(unit);
	}
	if (diag_errors() || (!replaces && report_nothing(plans)))
		return;
	for (size_t i = 0; i < plans->count; i++) {
		if (plans->units[i].function_count || plan_contributes(&plans->units[i]))
			plan_summarise(&plans->units[i], stdout);
		if (plan_contributes(&plans->units[i]) && plan_write(resolver, &plans->units[i]))
			return;
	}
}

static void plan(struct resolver *resolver, const struct options *options)
{
	struct plans plans = { NULL, 0 };

	if (!read_list(resolver, &plans, options->list))
		make_plans(resolver, &plans);
	for (size_t i = 0; i < plans.count; i++) {
		digest_free(&plans.units[i].old_digest);
		digest_free(&plans.units[i].new_digest);
		free(plans.units[i].functions);
	}
	free(plans.units);
}

int main(int argc, char **argv)
{
	struct options options = { .units = false };
	struct arena arena = { NULL, 0, 0 };
	struct resolver resolver = { .arena = &arena };
	struct target target;

	diag_init("klp-plan");
	parse_options(argc, argv, &options);
	options.target.no_exports = true;
	if (!target_open(&target, &options.target, EM_NONE, &arena)) {
		resolver.target = &target;
		if (options.units)
			units_of_files(&resolver, options.files, options.file_count,
				       options.if_built, stdout);
		else
			plan(&resolver, &options);
		target_close(&target);
	}
	diag_finish_output();
	arena_free(&arena);
	return (int)diag_status();
}
