/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klp-plan: decides for klpmake, which only runs tools, what a livepatch that is made from diffs consists of. A mode
 * for each thing to decide, in a file of its own, in the order in which klpmake asks:
 *
 *	--doctor	kernel/doctor	tells what of a kernel is missing
 *	--build-folder	kernel/places	finds the folder in which modules are built
 *	--name		kernel/module-name	refuses what the livepatch cannot be called
 *	--source-folder	kernel/places	finds the kernel's source
 *	--manifest	manifest	notes what the prepared source is
 *	--diff		diff		takes the patches apart
 *	--applied	applied		judges what patch(1) made of them
 *	--hunks		hunks		counts the hunks in it
 *	--lines		line-numbers	keeps the numbers of lines that the patches leave alone
 *	--users		users		finds the files that include what is touched
 *	--compiled	units-of	finds which of these are compiled
 *	--units		units-of	finds those that debug information knows to include it
 *	--commands	commands	finds how, in what Kbuild says
 *	--same-tokens	preprocessed	finds those that the preprocessor makes nothing else of,
 *	--same-used			and those of which nothing else is used
 *	--folders, --missed	folders	find how the patched source has to look
 *	--outside	outside		finds what a unit was compiled with that is none of the source
 *	--agrees	manifest	looks whether what was used of the source is still that
 *	--layout	layout		refuses changed structures of a few units before the rest is compiled
 *	--changed	changed		finds the files that the patches change
 *	without any	plan		finds what has to be replaced in them
 *	--namespaces	namespaces	finds what the livepatch has to import
 */
#include <stdio.h>
#include <string.h>

#include "kernel/doctor.h"
#include "kernel/module-name.h"
#include "kernel/options.h"
#include "plan/advice.h"
#include "plan/applied.h"
#include "plan/changed.h"
#include "plan/commands.h"
#include "plan/compiler.h"
#include "plan/diff.h"
#include "plan/folders.h"
#include "plan/hunks.h"
#include "plan/layout.h"
#include "plan/lines.h"
#include "plan/line-numbers.h"
#include "plan/manifest.h"
#include "plan/namespaces.h"
#include "plan/outside.h"
#include "plan/plan.h"
#include "plan/preprocessed.h"
#include "plan/units-of.h"
#include "plan/users.h"

enum own_option { /* of some modes only */
	OWN_ALLOW,
	OWN_ARCH,
	OWN_BUILD,
	OWN_BUILT,
	OWN_CACHE,
	OWN_FEW,
	OWN_FILES,
	OWN_IF_BUILT,
	OWN_INTO,
	OWN_LATER,
	OWN_NUMBERED,
	OWN_SOURCE,
	OWN_SYMVERS,
	OWN_TOUCHED,
	OWN_UNREACHED,
	OWN_COUNT
};

static const char *const own_names[OWN_COUNT] = {
	"allow", "arch",  "build",    "built",	"cache",   "few",     "files",	   "if-built",
	"into",	 "later", "numbered", "source", "symvers", "touched", "unreached",
};

#define BIT(option) (1u << (option))

struct options {
	const struct mode *mode;
	unsigned int given;	       /* bits of the own options */
	const char *values[OWN_COUNT]; /* NULL: without a value, or not given */
	char **arguments;
	size_t argument_count;
	struct target_options target;
};

/* What klp-plan can do. */
struct mode {
	const char *name; /* "--NAME"; NULL: what is done without such an option */
	void (*run)(const struct options *options, struct arena *arena);
	unsigned int needs, takes; /* own options */
	size_t least, most;	   /* arguments */
	const char *usage;	   /* what is said where these are not given */
};

/* clang-format off */
static const char usage[] =
	"Usage: klp-plan [OPTION]... LIST\n"
	"       klp-plan [OPTION]... --units FILE...\n"
	"       klp-plan [OPTION]... --compiled LIST\n"
	"       klp-plan [OPTION]... --build-folder\n"
	"       klp-plan [OPTION]... --doctor [--source=DIR] [VERSION...]\n"
	"       klp-plan [OPTION]... --name NAME\n"
	"       klp-plan [OPTION]... --source-folder --build=DIR [VERSION...]\n"
	"       klp-plan --diff --source=DIR --into=DIR [--arch=ARCH] PATCH...\n"
	"       klp-plan --applied --source=DIR --files=DIR --into=DIR LIST\n"
	"       klp-plan --hunks --source=DIR --files=DIR --into=DIR LIST\n"
	"       klp-plan --lines --source=DIR --files=DIR --into=DIR LIST\n"
	"       klp-plan [OPTION]... --users --source=DIR --files=DIR [--arch=ARCH]\n"
	"                [--cache=FILE] [--built=FILE] [--few=N] FILE...\n"
	"       klp-plan --commands --into=DIR [--cache=FILE] LIST [KBUILD-LOG]\n"
	"       klp-plan --same-tokens|--same-used OLD NEW\n"
	"       klp-plan --folders\n"
	"       klp-plan --missed --touched=LIST DEPENDENCIES...\n"
	"       klp-plan --outside FOLDERS DEPENDENCIES...\n"
	"       klp-plan --manifest --source=DIR [MANIFEST SINCE]\n"
	"       klp-plan --agrees --source=DIR --touched=LIST MANIFEST DEPENDENCIES...\n"
	"       klp-plan --changed|--layout LIST\n"
	"       klp-plan --namespaces [--symvers=FILE]... OBJECT...\n"
	"Find out what has to be replaced for a changed kernel source. LIST has a line\n"
	"'SOURCE OLD-DIGEST NEW-DIGEST OLD-OBJECT PLAN [ENTRIES [OLD-CODE NEW-CODE]]' for\n"
	"each file that was compiled, with tabs between the fields; PLAN, and ENTRIES if given,\n"
	"are written where something is replaced. OLD-CODE and NEW-CODE are objects of it and of\n"
	"the patched file. klpmake runs it. LIST - is standard input.\n"
	"\nOr find out what comes before and after that:\n"
	"      --units            print the source files that have to be compiled when FILEs\n"
	"                         change, and the object that each is part of\n"
	"      --compiled         print the files of LIST, a path in each line, that are compiled,\n"
	"                         and the object that each is part of\n"
	"      --build-folder     print the folder in which the kernel's modules are built\n"
	"      --doctor           print what of the kernel is there, and how to get what is\n"
	"                         missing\n"
	"      --name             refuse NAME for a livepatch where modules cannot be called so, or\n"
	"                         one of the kernel's is\n"
	"      --source-folder    print the kernel's source, a folder or a tarball; packages of it\n"
	"                         may be called by a VERSION\n"
	"      --diff             write a diff for each file that the PATCHes change, and print\n"
	"                         a list of these\n"
	"      --applied          judge by that list what came of the diffs: N is a diff, N.log\n"
	"                         what patch said, N.status its status; print what has changed\n"
	"      --hunks            check that the files have all hunks of that list; N.file is what\n"
	"                         the file was after diff N\n"
	"      --lines            write the patched C files of LIST, KIND PATH, with directives\n"
	"                         that keep the numbers of unchanged lines, and PATH.lines, which\n"
	"                         lead back\n"
	"      --users            print who includes the FILEs that are not the same in the source\n"
	"                         and in the patched files; where only macros have changed, who\n"
	"                         mentions these\n"
	"      --commands         find how Kbuild compiles the files of LIST, N SOURCE OBJECT;\n"
	"                         write N.flags and N.objtool\n"
	"      --same-tokens      print 'same' or 'different': of what the preprocessor makes of\n"
	"                         a file\n"
	"      --same-used        likewise, of C: what nothing comes of does not count\n"
	"      --folders          print the folders that have to be real ones for the paths on\n"
	"                         standard input\n"
	"      --missed           print the files of LIST that DEPENDENCIES, N.* of file N, lead\n"
	"                         to by other ways\n"
	"      --outside          print the files in DEPENDENCIES, N.* of file N, that are in none\n"
	"                         of FOLDERS, a list; the compiler ran in the first one\n"
	"      --manifest         print what the source's files are; of MANIFEST, lines stay but\n"
	"                         for files as new as SINCE\n"
	"      --agrees           print those files of LIST and DEPENDENCIES that are not what\n"
	"                         MANIFEST says\n"
	"      --changed          print those of LIST, N SOURCE OBJECTS OLD-DIGEST NEW-DIGEST\n"
	"                         [OLD-CODE NEW-CODE], that differ\n"
	"      --layout           refuse changed structures of a LIST for --changed\n"
	"      --namespaces       print a C file that imports the namespaces of what OBJECTs use\n"
	"\n"
	OPTIONS_USAGE_TARGET
	"  -r, --release=RELEASE  the kernel's release; default: that of the running one\n"
	OPTIONS_USAGE_DEBUG
	"      --if-built         with --units: leave out FILEs that this kernel is not built from\n"
	"      --allow=CLASS      take errors of CLASS for warnings: layout, fits, toolchain\n"
	"                         or compiled; with --layout, leave them for the plan to tell\n"
	"      --build=DIR        the folder in which the kernel's modules are built\n"
	"      --source=DIR       the kernel's source\n"
	"      --files=DIR        the patched files\n"
	"      --into=DIR         the folder of the diffs, or of what belongs to LIST\n"
	"      --cache=FILE       keep there what the source's files include, or Kbuild's commands\n"
	"      --built=FILE       with --users: keep there what the kernel is built from, and\n"
	"                         leave out all else\n"
	"      --few=N            with --users: where so few C files include it, print these\n"
	"      --arch=ARCH        the kernel's architecture, as in arch/\n"
	"      --later            with --diff: leave what is wrong for --applied to report\n"
	"      --numbered=DIR     the files of --lines that the digests were made of\n"
	"      --touched=LIST     the paths of the patched files\n"
	"      --unreached=FILE   where functions go whose old code nobody runs any more\n"
	"      --symvers=FILE     a Module.symvers; may be given several times\n"
	"      --program=NAME     the name in messages that have no place\n"
	OPTIONS_USAGE_COMMON
	"\nExit status: 0 done, 1 it cannot become a livepatch, 2 wrong usage, 3 the system\n"
	"failed.\n";
/* clang-format on */

static void run_with_kernel(const struct options *options, struct arena *arena,
			    void (*run)(const struct options *options, struct resolver *resolver))
{
	struct resolver resolver = { .arena = arena };
	struct target target;

	if (target_open(&target, &options->target, EM_NONE, arena))
		return;
	resolver.target = &target;
	if (!advice_set(places_build(&target.places), arena) && !compiler_check(&target))
		run(options, &resolver);
	target_close(&target);
}

static void find_units(const struct options *options, struct resolver *resolver)
{
	units_of_files(resolver, options->arguments, options->argument_count,
		       options->given & BIT(OWN_IF_BUILT), stdout);
}

static void find_compiled(const struct options *options, struct resolver *resolver)
{
	units_compiled(resolver, options->arguments[0], stdout);
}

static void run_compiled(const struct options *options, struct arena *arena)
{
	run_with_kernel(options, arena, find_compiled);
}

static void run_units(const struct options *options, struct arena *arena)
{
	run_with_kernel(options, arena, find_units);
}

static void make_plan(const struct options *options, struct resolver *resolver)
{
	struct plan_folders folders = {
		.numbered = options->values[OWN_NUMBERED],
		.source = options->values[OWN_SOURCE],
		.files = options->values[OWN_FILES],
		.unreached = options->values[OWN_UNREACHED],
	};

	if (!folders.source != !folders.files)
		diag_usage("--source and --files go together");
	plan_make(resolver, options->arguments[0], &folders);
}

static void run_plan(const struct options *options, struct arena *arena)
{
	run_with_kernel(options, arena, make_plan);
}

static void places_of(struct places *places, const struct options *options, struct arena *arena)
{
	places_set(places, options->target.root, options->target.debug_dir, options->target.release,
		   arena);
}

static void run_doctor(const struct options *options, struct arena *arena)
{
	struct doctor_options doctor = {
		.vmlinux = options->target.vmlinux,
		.source = options->values[OWN_SOURCE],
		.versions = options->arguments,
		.version_count = options->argument_count,
	};
	struct places places;

	places_of(&places, options, arena);
	places.build = options->values[OWN_BUILD];
	doctor_print(&places, &doctor, stdout);
}

static void run_build_folder(const struct options *options, struct arena *arena)
{
	struct places places;
	const char *found;

	places_of(&places, options, arena);
	found = places_need_build(&places);
	if (found)
		puts(found);
}

static void run_name(const struct options *options, struct arena *arena)
{
	struct places places;

	places_of(&places, options, arena);
	module_name_check(options->arguments[0], &places, &options->target.objects, NULL);
}

static void run_source_folder(const struct options *options, struct arena *arena)
{
	struct places places;
	const char *found;

	places_of(&places, options, arena);
	found = places_need_source(&places, options->values[OWN_BUILD], options->arguments,
				   options->argument_count);
	if (found)
		puts(found);
}

static void run_diff(const struct options *options, struct arena *arena)
{
	struct diff_options diff = {
		.source = options->values[OWN_SOURCE],
		.arch = options->values[OWN_ARCH],
		.into = options->values[OWN_INTO],
		.later = options->given & BIT(OWN_LATER),
	};

	for (size_t i = 0; i < options->argument_count; i++)
		if (strpbrk(options->arguments[i], "\t\n"))
			diag_usage("the name '%s' has a tab or a newline", options->arguments[i]);
	diff_take_apart(&diff, options->arguments, options->argument_count, stdout, arena);
}

static void run_applied(const struct options *options, struct arena *arena)
{
	struct applied_options applied = {
		.source = options->values[OWN_SOURCE],
		.files = options->values[OWN_FILES],
		.into = options->values[OWN_INTO],
	};

	applied_judge(&applied, options->arguments[0], stdout, arena);
}

static void run_hunks(const struct options *options, struct arena *arena)
{
	struct hunks_options hunks = {
		.source = options->values[OWN_SOURCE],
		.files = options->values[OWN_FILES],
		.into = options->values[OWN_INTO],
	};

	hunks_check(&hunks, options->arguments[0], arena);
}

static void run_lines(const struct options *options, struct arena *arena)
{
	struct line_numbers_options numbers = {
		.source = options->values[OWN_SOURCE],
		.files = options->values[OWN_FILES],
		.into = options->values[OWN_INTO],
	};

	line_numbers_write(&numbers, options->arguments[0], arena);
}

static size_t number_of(const char *text, const char *name)
{
	unsigned int number;

	if (!lines_number(text, &number))
		diag_usage("--%s needs a number, not '%s'", name, text);
	return number;
}

static void run_users(const struct options *options, struct arena *arena)
{
	const char *arch = options->values[OWN_ARCH];
	struct users_options users = {
		.source = options->values[OWN_SOURCE],
		.files = options->values[OWN_FILES],
		.arch = arch && *arch ? arch : NULL,
		.cache = options->values[OWN_CACHE],
		.few = options->values[OWN_FEW] ? number_of(options->values[OWN_FEW], "few") : 0,
		.built = options->values[OWN_BUILT],
		.kernel = options->target,
	};

	users_print(&users, options->arguments, options->argument_count, stdout, arena);
}

static void run_commands(const struct options *options, struct arena *arena)
{
	const char *log = options->argument_count > 1 ? options->arguments[1] : NULL;

	if (!log && !options->values[OWN_CACHE])
		diag_usage("KBUILD-LOG is needed, or --cache=FILE that has commands");
	commands_find(options->arguments[0], log, options->values[OWN_INTO],
		      options->values[OWN_CACHE], stdout, arena);
}

static void run_same_tokens(const struct options *options, struct arena *arena)
{
	preprocessed_print(options->arguments[0], options->arguments[1], false, stdout, arena);
}

static void run_same_used(const struct options *options, struct arena *arena)
{
	preprocessed_print(options->arguments[0], options->arguments[1], true, stdout, arena);
}

static void run_folders(const struct options *options, struct arena *arena)
{
	(void)options;
	folders_print(stdout, arena);
}

static void run_missed(const struct options *options, struct arena *arena)
{
	folders_print_missed(options->values[OWN_TOUCHED], options->arguments,
			     options->argument_count, stdout, arena);
}

static void run_outside(const struct options *options, struct arena *arena)
{
	outside_print(options->arguments[0], options->arguments + 1, options->argument_count - 1,
		      stdout, arena);
}

static void run_manifest(const struct options *options, struct arena *arena)
{
	bool goes_on = options->argument_count;

	if (options->argument_count == 1)
		diag_usage("%s", options->mode->usage);
	manifest_print(options->values[OWN_SOURCE], goes_on ? options->arguments[0] : NULL,
		       goes_on ? options->arguments[1] : NULL, stdout, arena);
}

static void run_agrees(const struct options *options, struct arena *arena)
{
	manifest_compare(options->values[OWN_SOURCE], options->arguments[0],
			 options->values[OWN_TOUCHED], options->arguments + 1,
			 options->argument_count - 1, stdout, arena);
}

static void run_changed(const struct options *options, struct arena *arena)
{
	changed_print(options->arguments[0], stdout, arena);
}

static void run_layout(const struct options *options, struct arena *arena)
{
	if (!advice_set(options->target.build, arena))
		layout_refuse(options->arguments[0], options->values[OWN_NUMBERED], arena);
}

static void run_namespaces(const struct options *options, struct arena *arena)
{
	namespaces_print(&options->target.symvers, options->arguments, options->argument_count,
			 stdout, arena);
}

#define ANY_NUMBER ((size_t)-1)

/* The first one is done where no other is asked for. */
static const struct mode modes[] = {
	{ NULL, run_plan, 0,
	  BIT(OWN_ALLOW) | BIT(OWN_BUILD) | BIT(OWN_NUMBERED) | BIT(OWN_SOURCE) | BIT(OWN_FILES) |
		  BIT(OWN_UNREACHED),
	  1, 1, "one LIST is needed" },
	{ "units", run_units, 0, BIT(OWN_IF_BUILT), 1, ANY_NUMBER, "no file given" },
	{ "compiled", run_compiled, 0, 0, 1, 1, "one LIST is needed" },
	{ "doctor", run_doctor, 0, BIT(OWN_BUILD) | BIT(OWN_SOURCE), 0, ANY_NUMBER, "" },
	{ "build-folder", run_build_folder, 0, 0, 0, 0, "--build-folder takes no argument" },
	{ "name", run_name, 0, 0, 1, 1, "one NAME is needed" },
	{ "source-folder", run_source_folder, BIT(OWN_BUILD), 0, 0, ANY_NUMBER, "" },
	{ "diff", run_diff, BIT(OWN_SOURCE) | BIT(OWN_INTO), BIT(OWN_ARCH) | BIT(OWN_LATER), 1,
	  ANY_NUMBER, "no PATCH given" },
	{ "applied", run_applied, BIT(OWN_SOURCE) | BIT(OWN_FILES) | BIT(OWN_INTO), 0, 1, 1,
	  "one LIST is needed" },
	{ "hunks", run_hunks, BIT(OWN_SOURCE) | BIT(OWN_FILES) | BIT(OWN_INTO), 0, 1, 1,
	  "one LIST is needed" },
	{ "lines", run_lines, BIT(OWN_SOURCE) | BIT(OWN_FILES) | BIT(OWN_INTO), 0, 1, 1,
	  "one LIST is needed" },
	{ "users", run_users, BIT(OWN_SOURCE) | BIT(OWN_FILES),
	  BIT(OWN_ARCH) | BIT(OWN_BUILT) | BIT(OWN_CACHE) | BIT(OWN_FEW), 1, ANY_NUMBER,
	  "no FILE given" },
	{ "commands", run_commands, BIT(OWN_INTO), BIT(OWN_CACHE), 1, 2,
	  "LIST and KBUILD-LOG are needed" },
	{ "same-tokens", run_same_tokens, 0, 0, 2, 2, "OLD and NEW are needed" },
	{ "same-used", run_same_used, 0, 0, 2, 2, "OLD and NEW are needed" },
	{ "folders", run_folders, 0, 0, 0, 0, "--folders reads standard input" },
	{ "missed", run_missed, BIT(OWN_TOUCHED), 0, 0, ANY_NUMBER, "" },
	{ "outside", run_outside, 0, 0, 2, ANY_NUMBER, "FOLDERS and DEPENDENCIES are needed" },
	{ "manifest", run_manifest, BIT(OWN_SOURCE), 0, 0, 2,
	  "--manifest takes MANIFEST and SINCE, or neither" },
	{ "agrees", run_agrees, BIT(OWN_SOURCE) | BIT(OWN_TOUCHED), 0, 1, ANY_NUMBER,
	  "no MANIFEST given" },
	{ "changed", run_changed, 0, 0, 1, 1, "one LIST is needed" },
	{ "layout", run_layout, 0, BIT(OWN_ALLOW) | BIT(OWN_BUILD) | BIT(OWN_NUMBERED), 1, 1,
	  "one LIST is needed" },
	{ "namespaces", run_namespaces, 0, BIT(OWN_SYMVERS), 1, ANY_NUMBER, "no OBJECT given" },
};

/* Values of getopt_long(). */
enum {
	OPTION_PROGRAM = OPTIONS_OWN,
	OPTION_OWN,			      /* the first one of enum own_option */
	OPTION_MODE = OPTION_OWN + OWN_COUNT, /* the first one of modes[] */
	OPTION_END = OPTION_MODE + ARRAY_SIZE(modes),
};

static void take_mode(struct options *options, const struct mode *mode)
{
	if (options->mode != &modes[0] && options->mode != mode)
		diag_usage("--%s and --%s cannot be done at once", options->mode->name, mode->name);
	options->mode = mode;
}

static void take_own(struct options *options, enum own_option option)
{
	options->given |= BIT(option);
	options->values[option] = optarg;
	if (option == OWN_ALLOW && !diag_allow(optarg))
		diag_usage("'%s' cannot be allowed", optarg);
	if (option == OWN_BUILD)
		options->target.build = optarg;
	if (option == OWN_SYMVERS)
		options_add(&options->target.symvers, optarg);
	else if (optarg && !*optarg && option != OWN_ARCH)
		diag_usage("--%s needs an argument that is not empty", own_names[option]);
}

/* An option that the mode knows nothing of: says which modes do. */
static void refuse_own(enum own_option option)
{
	char names[128] = "";
	size_t count = 0, length = 0, named = 0;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		count += !!((modes[i].needs | modes[i].takes) & BIT(option));
	for (size_t i = 0; i < ARRAY_SIZE(modes) && length < sizeof(names); i++) {
		if (!((modes[i].needs | modes[i].takes) & BIT(option)))
			continue;
		length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s%s",
					   !named		? ""
					   : named + 1 == count ? " or "
								: ", ",
					   modes[i].name ? "--" : "a ",
					   modes[i].name ? modes[i].name : "plan");
		named++;
	}
	diag_usage("--%s goes with %s", own_names[option], names);
}

static void check_options(const struct options *options)
{
	const struct mode *mode = options->mode;

	for (unsigned int i = 0; i < OWN_COUNT; i++) {
		if (options->given & BIT(i) & ~(mode->needs | mode->takes))
			refuse_own(i);
		if (mode->needs & BIT(i) & ~options->given)
			diag_usage("--%s needs --%s", mode->name, own_names[i]);
	}
	if (options->argument_count < mode->least || options->argument_count > mode->most)
		diag_usage("%s", mode->usage);
}

static void parse_options(int argc, char **argv, struct options *options)
{
	static const struct option shared[] = { OPTIONS_TABLE };
	struct option known[ARRAY_SIZE(shared) + OPTION_END - OPTIONS_OWN + 1];
	size_t count = ARRAY_SIZE(shared);
	int option;

	memset(known, 0, sizeof(known));
	memcpy(known, shared, sizeof(shared));
	known[count++] = (struct option){ "program", required_argument, NULL, OPTION_PROGRAM };
	for (int i = 0; i < OWN_COUNT; i++)
		known[count++] = (struct option){ own_names[i], i != OWN_IF_BUILT && i != OWN_LATER,
						  NULL, OPTION_OWN + i };
	for (int i = 1; i < (int)ARRAY_SIZE(modes); i++)
		known[count++] = (struct option){ modes[i].name, 0, NULL, OPTION_MODE + i };
	opterr = 0;
	options->mode = &modes[0];
	while ((option = getopt_long(argc, argv, OPTIONS_LETTERS, known, NULL)) != -1) {
		if (option == OPTION_PROGRAM)
			diag_init(optarg);
		else if (option >= OPTION_MODE)
			take_mode(options, &modes[option - OPTION_MODE]);
		else if (option >= OPTION_OWN)
			take_own(options, (enum own_option)(option - OPTION_OWN));
		else
			options_take(option, argv, &options->target, "klp-plan", usage);
	}
	options->arguments = argv + optind;
	options->argument_count = (size_t)(argc - optind);
	check_options(options);
}

int main(int argc, char **argv)
{
	struct arena arena = { NULL, 0, 0 };
	struct options options = { .given = 0 };

	diag_init("klp-plan");
	parse_options(argc, argv, &options);
	options.target.no_exports = true;
	options.mode->run(&options, &arena);
	diag_finish_output();
	options_free(&options.target);
	arena_free(&arena);
	return (int)diag_status();
}
