/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klp-fixer: turns a module that was compiled with klpmake.so into a livepatch module.
 *
 *	options		reads the command line
 *	elf-file	opens the module
 *	link		links modpost's part to it, if it is as "ld -r" left it (program, work-folder)
 *	note		reads what the plugin recorded
 *	target		opens the kernel's image and the modules that are named or that have a tagged
 *			file (places, module-file, object-files, symbol-table, dwarf-file, unit-scan,
 *			text-file), and has those that are not there fetched (fetch, build-id,
 *			boot-image, debuginfod)
 *	same-kernel	compares what is known of the module's, the image's and the target's build
 *	livepatch	plans: which symbol of the kernel each reference means (livepatch-symbols,
 *			resolve, unit), and whether its type agrees (prototype, signature); what is
 *			replaced, and whether that is possible (patchable)
 *	sealed		finds addresses that may not be taken (IBT)
 *	special		finds symbols of modules that would be needed too early
 *	rename		tells what the module is called in the file that -o gives (module-name)
 *	rewrite		writes the module into a temporary file (output-file)
 *	check		reads it the way the kernel's loader will
 *	report		writes the table of symbols, or JSON
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output-file.h"
#include "elf/modinfo.h"
#include "kernel/options.h"
#include "kernel/same-kernel.h"
#include "fix/boot-sections.h"
#include "fix/check.h"
#include "fix/late-symbols.h"
#include "fix/link.h"
#include "fix/livepatch.h"
#include "fix/note.h"
#include "fix/rename.h"
#include "fix/report.h"
#include "fix/rewrite.h"
#include "fix/sealed.h"

enum action {
	FIX,
	CHECK,
	DUMP_NOTE,
};

struct options {
	enum action action;
	const char *module;
	const char *output;  /* NULL: the module itself */
	bool renames;	     /* OUTPUT was given, and says what the module is called */
	const char *symbols; /* where the table goes; NULL: nowhere */
	bool json;
	const char *unreached; /* NULL: no such list */
	bool done; /* what was asked for */
	struct target_options target;
	struct rewrite_options rewrite;
};

/* clang-format off */
static const char usage[] =
	"Usage: klp-fixer [OPTION]... MODULE.ko\n"
	"       klp-fixer [OPTION]... MODULE.o\n"
	"Turn MODULE, compiled with GCC's plugin klpmake.so, into a livepatch module. MODULE.o is\n"
	"what 'ld -r' made of its files: it is linked with MODULE.mod.o beside it, which modpost is\n"
	"behind, as Kbuild does, and becomes MODULE.ko.\n"
	"\n"
	OPTIONS_USAGE_TARGET
	"  -r, --release=RELEASE  the kernel's release; default: that of MODULE's vermagic\n"
	"  -b, --build=DIR        the folder in which the kernel's modules are built; default:\n"
	"                         /lib/modules/RELEASE/build, or where else its distribution\n"
	"                         has it\n"
	"  -s, --symvers=FILE     the kernel's Module.symvers, and those of modules built\n"
	"                         elsewhere; default: that of the build folder, else the\n"
	"                         image's exports; may be given several times\n"
	OPTIONS_USAGE_DEBUG
	"  -o, --output=FILE      write there instead of replacing MODULE.ko; where FILE is\n"
	"                         NAME.ko, the module is called NAME\n"
	"      --syms=FILE        write a table of all symbols that were resolved\n"
	"      --json             print what was resolved, as doc/json.md describes\n"
	"      --allow=CLASS      take errors of CLASS for warnings: inlined, cloned,\n"
	"                         folded, prototype, copied, depends, vermagic or crc\n"
	"      --unreached=FILE   functions, as klp-plan lists them, whose old code nobody runs\n"
	"                         any more\n"
	"      --strip-debug      leave MODULE's own debug information out\n"
	"      --check            only check MODULE, which is finished, as the kernel will\n"
	"      --dump-note        only print what the plugin recorded\n"
	OPTIONS_USAGE_COMMON
	"\n"
	"Exit status: 0 done, 1 MODULE cannot become a correct livepatch, 2 wrong usage, 3 the\n"
	"system failed. Unless the status is 0, MODULE is as it was.\n";
/* clang-format on */

/* Values of this program's own long options. */
enum {
	SYMS = OPTIONS_OWN,
	STRIP,
	CHECKING,
	DUMP,
	ALLOW,
	JSON,
	UNREACHED
};

static const struct option known_options[] = {
	OPTIONS_TABLE,
	{ "build", required_argument, NULL, 'b' },
	{ "symvers", required_argument, NULL, 's' },
	{ "output", required_argument, NULL, 'o' },
	{ "syms", required_argument, NULL, SYMS },
	{ "json", no_argument, NULL, JSON },
	{ "allow", required_argument, NULL, ALLOW },
	{ "unreached", required_argument, NULL, UNREACHED },
	{ "strip-debug", no_argument, NULL, STRIP },
	{ "check", no_argument, NULL, CHECKING },
	{ "dump-note", no_argument, NULL, DUMP },
	{ NULL, 0, NULL, 0 },
};

static void take_option(int option, char **argv, struct options *options)
{
	switch (option) {
	case 'b':
		options->target.build = optarg;
		break;
	case 's':
		options_add(&options->target.symvers, optarg);
		break;
	case 'o':
		options->output = optarg;
		options->renames = true;
		break;
	case SYMS:
		options->symbols = optarg;
		break;
	case JSON:
		options->json = true;
		break;
	case ALLOW:
		if (!diag_allow(optarg))
			diag_usage("'%s' cannot be allowed", optarg);
		break;
	case UNREACHED:
		options->unreached = optarg;
		break;
	case STRIP:
		options->rewrite.strip_debug = true;
		break;
	case CHECKING:
		options->action = CHECK;
		break;
	case DUMP:
		options->action = DUMP_NOTE;
		break;
	default:
		options_take(option, argv, &options->target, "klp-fixer", usage);
	}
}

/* Once it is known where the module goes. */
static void check_table_place(const struct options *options)
{
	if (options->symbols &&
	    output_file_same(options->symbols, options->output ? options->output : options->module))
		diag_usage("the table cannot go into the module: '%s'", options->symbols);
}

static void parse_options(int argc, char **argv, struct options *options)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, OPTIONS_LETTERS "b:s:o:", known_options, NULL)) !=
	       -1)
		take_option(option, argv, options);
	if (optind == argc)
		diag_usage("no module given");
	if (optind + 1 < argc)
		diag_usage("more than one module given: '%s', '%s'", argv[optind],
			   argv[optind + 1]);
	options->module = argv[optind];
	if (options->action != FIX && (options->output || options->symbols || options->json))
		diag_usage("--check and --dump-note write nothing: -o, --syms and --json do not go "
			   "with them");
	check_table_place(options);
}

static int check_module_kind(const struct elf_file *module, const struct options *options)
{
	struct diag_place place = { module->path, 0 };

	if (module->header.e_type != ET_REL) {
		diag_error(&place, "elf", "not a kernel module: modules are relocatable files");
		return -1;
	}
	if (elf_file_check_machine(module))
		return -1;
	if (module->compressed && options->action == FIX) {
		diag_error(&place, "elf", "the module is compressed: decompress it first");
		return -1;
	}
	if (!module->symtab) {
		diag_error(&place, "no-symbols", "the module has no symbol table");
		return -1;
	}
	return 0;
}

static bool is_finished(const struct elf_file *module)
{
	if (modinfo_find(module, MODINFO_MARK))
		return true;
	for (size_t i = 1; i < module->section_count; i++)
		if (module->sections[i].header.sh_flags & LIVEPATCH_SHF_RELA)
			return true;
	return false;
}

static int report_no_note(const struct elf_file *module)
{
	struct diag_place place = { module->path, 0 };

	diag_error(&place, "no-note",
		   "the module has no " KLP_NOTE_SECTION ": none of its files was compiled with "
		   "klpmake.so and a tag");
	diag_note(
		NULL,
		"put '//KLPMAKE <kernel source path>' on a line of each patch source and compile them with "
		"-fplugin=klpmake.so, or build with the command 'klpmake'");
	return -1;
}

static int write_table(const struct livepatch *livepatch, struct output_file *file)
{
	struct diag_place place = { file->path, 0 };
	int fd = dup(file->fd);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "w");
	bool failed = !stream;

	if (stream) {
		report_symbols(livepatch, stream);
		failed = ferror(stream);
		failed = fclose(stream) || failed;
	}
	if (failed)
		diag_system(&place, "cannot write: %s", strerror(errno));
	return failed ? -1 : 0;
}

/* What goes to standard output is there before the module has its name, or else it has not got it. */
static int print_results(const struct options *options, const struct elf_file *module,
			 const struct note *note, const struct livepatch *livepatch,
			 const struct target *target)
{
	if (options->json)
		report_json(module, options->rewrite.name, note, livepatch, target, stdout);
	else if (isatty(STDOUT_FILENO))
		report_symbols(livepatch, stdout);
	return diag_finish_output();
}

/*
 * All is written before anything gets its name, the module last: either there are the module, its table and what is
 * printed, or the module and the table are as they were.
 */
static int write_results(const struct options *options, const struct elf_file *module,
			 const struct note *note, const struct livepatch *livepatch,
			 struct target *target, struct arena *arena)
{
	const char *path = options->output ? options->output : options->module;
	struct output_file file = { .fd = -1 }, table = { .fd = -1 };
	struct output_file *const files[] = { &table, &file };
	struct diag_place place = { module->path, 0 };
	bool has_table = options->symbols;
	struct stat status;
	int result = -1;

	if (fstat(module->fd, &status)) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		return -1;
	}
	if (!output_file_create(&file, path, status.st_mode & 0777) &&
	    (!has_table || !output_file_create(&table, options->symbols, 0644)) &&
	    !rewrite_module(module, note, livepatch, &options->rewrite, file.fd, path, arena) &&
	    !check_module(file.temporary, path, target, note->section ? livepatch : NULL) &&
	    (!has_table || !write_table(livepatch, &table)) && !output_file_sync(&file) &&
	    (!has_table || !output_file_sync(&table)) &&
	    (!note->section || !print_results(options, module, note, livepatch, target)))
		result = output_file_commit(has_table ? files : files + 1, has_table ? 2 : 1);
	output_file_discard(&file);
	output_file_discard(&table);
	return result;
}

static void summarise(struct options *options, const struct livepatch *livepatch)
{
	options->done = true;
	diag_info("%s: %zu function%s replaced, %zu livepatch symbol%s",
		  options->output ? options->output : options->module, livepatch->function_count,
		  livepatch->function_count == 1 ? "" : "s", livepatch->symbol_count,
		  livepatch->symbol_count == 1 ? "" : "s");
}

static int open_target(struct target *target, const struct options *options,
		       const struct elf_file *module, struct arena *arena)
{
	struct target_options target_options = options->target;

	if (!target_options.release)
		target_options.release = module_file_release(module, arena);
	return target_open(target, &target_options, module->header.e_machine, arena);
}

/* Sets the name that the module gets, if it gets another one. */
static void find_name(struct options *options, const struct elf_file *module,
		      const struct target *target)
{
	const char *name = options->renames ? rename_to(module, options->output, target->arena)
					    : NULL;

	if (name && !rename_check(module, options->output, name, target))
		options->rewrite.name = name;
}

static void make_livepatch(struct options *options, const struct elf_file *module,
			   const struct note *note, struct resolver *resolver)
{
	struct livepatch livepatch = { .symbols = NULL };
	struct target *target = resolver->target;

	find_name(options, module, target);
	same_kernel_check(target, module);
	livepatch_plan(&livepatch, module, note, resolver);
	sealed_check(module, &livepatch);
	boot_sections_check(module, target);
	late_symbols_check(module, &livepatch, target);
	if (!diag_errors() &&
	    !write_results(options, module, note, &livepatch, target, resolver->arena))
		summarise(options, &livepatch);
	livepatch_free(&livepatch);
}

static void fix(struct options *options, const struct elf_file *module, const struct note *note,
		struct arena *arena)
{
	struct resolver resolver = { .arena = arena };
	struct target target;

	if (open_target(&target, options, module, arena))
		return;
	resolver.target = &target;
	if (!options->unreached || !unreached_read(&resolver.unreached, options->unreached, arena))
		make_livepatch(options, module, note, &resolver);
	unreached_free(&resolver.unreached);
	target_close(&target);
}

/* For OBJECT, a module as "ld -r" left it, which becomes MODULE.ko. */
static void link_and_fix(struct options *options, const struct elf_file *object,
			 struct arena *arena)
{
	struct note note = { .section = 0 };
	struct elf_file module = { .fd = -1 };

	if (!options->output) {
		options->output = link_output(object, arena);
		check_table_place(options);
	}
	if (!link_module(&module, object, &options->target, arena) &&
	    !note_read(&note, &module, arena))
		fix(options, &module, &note, arena);
	note_free(&note);
	elf_file_close(&module);
}

static void check(struct options *options, const struct elf_file *module, struct arena *arena)
{
	struct target target;
	size_t warnings;

	if (open_target(&target, options, module, arena))
		return;
	same_kernel_check(&target, module);
	if (!check_module(options->module, options->module, &target, NULL) && !diag_errors()) {
		options->done = true;
		diag_warnings(&warnings);
		diag_info("%s: %s", options->module,
			  warnings ? "nothing else is wrong" : "the kernel will accept it");
	}
	target_close(&target);
}

/* A copy of a finished module with another name, which becomes that of the file. */
static void rename_finished(struct options *options, const struct elf_file *module,
			    struct arena *arena)
{
	const struct note none = { .section = 0 };
	struct livepatch nothing;
	struct target target;

	if (open_target(&target, options, module, arena))
		return;
	/* Nothing is resolved. */
	options->symbols = NULL;
	same_kernel_check(&target, module);
	find_name(options, module, &target);
	livepatch_plan_nothing(&nothing, module, &target);
	if (!diag_errors() && !write_results(options, module, &none, &nothing, &target, arena)) {
		options->done = true;
		diag_info("%s: the finished livepatch module, called '%s'", options->output,
			  options->rewrite.name);
	}
	livepatch_free(&nothing);
	target_close(&target);
}

/* Running on the own output is no error: makefiles do so. What was given to compare with still is. */
static void pass_finished(struct options *options, const struct elf_file *module,
			  struct arena *arena)
{
	struct diag_place place = { options->output, 0 };

	if (options->renames && rename_to(module, options->output, arena)) {
		rename_finished(options, module, arena);
		return;
	}
	diag_info("%s is a finished livepatch module already: nothing to do", options->module);
	if (options->target.kallsyms || options->target.notes || options->target.build_id)
		check(options, module, arena);
	else
		options->done = true;
	if (options->output && strcmp(options->output, options->module))
		diag_error(&place, "finished",
			   "not written, as there is nothing to change: copy the module");
}

static void dump(struct options *options, const struct note *note)
{
	note_dump(note, stdout);
	options->done = true;
}

int main(int argc, char **argv)
{
	struct options options = { .action = FIX };
	struct arena arena = { NULL, 0, 0 };
	struct elf_file module;
	struct note note = { .section = 0 };

	diag_init("klp-fixer");
	parse_options(argc, argv, &options);
	if (elf_file_open(&module, options.module, "the module"))
		return (int)diag_status();
	if (!check_module_kind(&module, &options) && !note_read(&note, &module, &arena)) {
		if (options.action == CHECK)
			check(&options, &module, &arena);
		else if (!note.section && is_finished(&module) && options.action == FIX)
			pass_finished(&options, &module, &arena);
		else if (!note.section)
			report_no_note(&module);
		else if (options.action == DUMP_NOTE)
			dump(&options, &note);
		else if (!module_file_is_complete(&module))
			link_and_fix(&options, &module, &arena);
		else
			fix(&options, &module, &note, &arena);
	}
	diag_finish_output();
	/* Who does not go on says why. Where that was forgotten, it is no success. */
	if (!options.done && !diag_errors())
		diag_system(NULL, "nothing was done, for a reason that is not known");
	note_free(&note);
	elf_file_close(&module);
	options_free(&options.target);
	arena_free(&arena);
	return (int)diag_status();
}
