/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last step of Kbuild, for a module as "ld -r" left it. Comes in: MODULE.o, and beside it MODULE.mod.o, which was
 * compiled from what modpost wrote. Goes out: what Kbuild makes of the two, MODULE.ko, open and with no name on the disk.
 *
 * What is linked, in which order, with which script and flags, and what is done to the outcome is the kernel's to say:
 * scripts/Makefile.modfinal, with variables of its Makefile and of its architecture's. In Linux 6.1 that is
 *
 *	ld -r -m elf_x86_64 -z noexecstack --build-id=sha1 -T arch/x86/module.lds -o MODULE.ko MODULE.o MODULE.mod.o
 *	pahole -J --btf_base vmlinux MODULE.ko
 *
 * since 6.12 there is .module-common.o besides, other architectures have one more step (Makefile.postlink), and objtool
 * has seen MODULE.o before. So that very rule is run, with nothing else of Kbuild: a folder for temporary files is built
 * as a folder of modules, whose Kbuild file has no module but calls the rule for links to the files that are there.
 */
#include "fix/link.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/input-file.h"
#include "base/program.h"
#include "base/text-file.h"
#include "base/work-folder.h"
#include "kernel/build-config.h"
#include "kernel/module-file.h"

struct linker {
	const struct elf_file *object;
	const char *modpost; /* path of MODULE.mod.o */
	const char *common;  /* path of .module-common.o; NULL: there is none */
	const char *build;   /* the kernel's build folder */
	const char *folder;  /* for temporary files */
	struct arena *arena;
};

/* What the module is called in the folder for temporary files: Kbuild never sees a name of the user's. */
#define NAME "module"

/* The Kbuild file there; it is included by other makefiles of Kbuild's too. FOLDER stands for that folder. */
static const char kbuild[] =
	"always-y := linked\n"
	"ifeq ($(wildcard $(srctree)/scripts/Makefile.modfinal),)\n"
	"$(error this kernel's Kbuild has no scripts/Makefile.modfinal, which came with Linux 5.4)\n"
	"endif\n"
	"$(obj)/linked: FORCE\n"
	/* What is there is taken as it is. Variables that are of Kbuild's way to this file only are emptied again. */
	"\t$(Q)$(MAKE) -f $(srctree)/scripts/Makefile.modfinal modules=FOLDER/" NAME ".ko \\\n"
	"\t\t$(addprefix -o ,$(wildcard FOLDER/*.o FOLDER/.*.o) $(notdir $(wildcard FOLDER/.*.o))) \\\n"
	"\t\tobj= need-builtin= need-modorder=\n";

/* PATH without the last LENGTH bytes, and SUFFIX. */
static const char *with_suffix(const char *path, size_t length, const char *suffix,
			       struct arena *arena)
{
	return arena_printf(arena, "%.*s%s", (int)(strlen(path) - length), path, suffix);
}

const char *link_output(const struct elf_file *object, struct arena *arena)
{
	return with_suffix(object->path, strlen(".o"), ".ko", arena);
}

/* The folder of PATH, with a slash at its end; "" for the current one. */
static const char *folder_of(const char *path, struct arena *arena)
{
	return arena_strndup(arena, path, (size_t)(path_base(path) - path));
}

/* Finds what lies beside the object. */
static int find_files(struct linker *linker)
{
	const char *path = linker->object->path;
	struct diag_place place = { path, 0 };

	if (!string_ends_with(path, ".o")) {
		diag_error(&place, "link", "not a complete module: it has no " MODULE_SECTION);
		diag_note(NULL, "give it as Kbuild made it, or MODULE.o, as 'ld -r' left it, with "
				"MODULE.mod.o beside it");
		return -1;
	}
	linker->modpost = with_suffix(path, strlen(".o"), ".mod.o", linker->arena);
	linker->common =
		arena_printf(linker->arena, "%s.module-common.o", folder_of(path, linker->arena));
	if (!input_file_is_there(linker->common))
		linker->common = NULL;
	return 0;
}

/* Since Linux 6.12 modpost's part does not tell the release, but .module-common.o does. */
static const char *release_of_common(const struct linker *linker)
{
	struct elf_file file = { .fd = -1 };
	const char *release = NULL;

	if (linker->common && !elf_file_open(&file, linker->common, "this part of the module"))
		release = module_file_release(&file, linker->arena);
	elf_file_close(&file);
	return release;
}

/* Says how MODULE.mod.o is made. */
static int report_no_modpost(const struct linker *linker, const struct places *places)
{
	struct diag_place place = { linker->object->path, 0 };
	const char *folder = folder_of(linker->object->path, linker->arena);
	const char *build = places_build(places);
	char *real = realpath(*folder ? folder : ".", NULL);

	diag_error(&place, "link",
		   "not a complete module, and '%s', which modpost is behind, is not there",
		   linker->modpost);
	diag_note(NULL, "this makes it: make -C %s M=%s KBUILD_MODPOST_WARN=1 modules",
		  build ? build
			: arena_printf(linker->arena, "/lib/modules/%s/build", places->release),
		  real ? real : folder);
	diag_note(NULL, "it is of a whole module: a file of several that make up one has none");
	free(real);
	return -1;
}

/* Is MODULE.mod.o what it should be? *RELEASE becomes the kernel's that it was compiled for, if it tells. */
static int check_modpost(const struct linker *linker, const char **release)
{
	struct diag_place place = { linker->modpost, 0 };
	struct elf_file file;
	int result = -1;

	if (elf_file_open(&file, linker->modpost, "modpost's part of the module")) {
		elf_file_close(&file);
		return -1;
	}
	if (file.header.e_machine != linker->object->header.e_machine)
		diag_error(&place, "machine", "this is for %s, the module for %s", file.arch->name,
			   linker->object->arch->name);
	else if (file.header.e_type != ET_REL || !module_file_is_complete(&file))
		diag_error(&place, "link",
			   "not modpost's part of a module: it has no " MODULE_SECTION);
	else
		result = 0;
	*release = module_file_release(&file, linker->arena);
	elf_file_close(&file);
	return result;
}

static int find_build(struct linker *linker, const struct target_options *options)
{
	struct diag_place place = { linker->object->path, 0 };
	bool has_modpost = input_file_is_there(linker->modpost);
	const char *release = NULL;
	struct places places;

	if (has_modpost && check_modpost(linker, &release))
		return -1;
	if (options->release)
		release = options->release;
	else if (!release)
		release = release_of_common(linker);
	places_set(&places, options->root, options->debug_dir, release, linker->arena);
	places.build = options->build;
	if (!has_modpost)
		return report_no_modpost(linker, &places);
	if (!release && !options->build) {
		diag_error(&place, "link",
			   "nothing beside it tells which kernel it was compiled for");
		diag_note(NULL, "give that kernel's build folder with -b, or its release with -r");
		return -1;
	}
	linker->build = places_need_build(&places);
	return linker->build ? 0 : -1;
}

static int cannot_write(const char *path)
{
	struct diag_place place = { path, 0 };

	diag_system(&place, "cannot write: %s", strerror(errno));
	return -1;
}

/* A symbolic link called NAME in the folder to FILE. */
static int add_link(const struct linker *linker, const char *file, const char *name)
{
	const char *path = arena_printf(linker->arena, "%s/%s", linker->folder, name);
	char *real = realpath(file, NULL);
	struct diag_place place = { file, 0 };
	int result = 0;

	if (!real) {
		diag_system(&place, "cannot read: %s", strerror(errno));
		result = -1;
	} else if (symlink(real, path)) {
		result = cannot_write(path);
	}
	free(real);
	return result;
}

/* The Kbuild file, with the folder's path for FOLDER. */
static int write_kbuild(const struct linker *linker)
{
	const char *path = arena_printf(linker->arena, "%s/Kbuild", linker->folder);
	FILE *stream = fopen(path, "we");
	const char *at = kbuild, *next;
	bool failed;

	if (!stream)
		return cannot_write(path);
	while ((next = strstr(at, "FOLDER"))) {
		fprintf(stream, "%.*s%s", (int)(next - at), at, linker->folder);
		at = next + strlen("FOLDER");
	}
	fputs(at, stream);
	failed = ferror(stream);
	return fclose(stream) || failed ? cannot_write(path) : 0;
}

static int fill_folder(const struct linker *linker)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+@~-";
	struct diag_place place = { linker->folder, 0 };

	if (linker->folder[strspn(linker->folder, plain)]) {
		diag_system(&place, "this path has a character that Kbuild cannot cope with");
		diag_note(NULL,
			  "TMPDIR says where temporary files are: let it be a path of letters, "
			  "digits and any of _ . / + @ ~ -");
		return -1;
	}
	if (add_link(linker, linker->object->path, NAME ".o") ||
	    add_link(linker, linker->modpost, NAME ".mod.o") ||
	    (linker->common && add_link(linker, linker->common, ".module-common.o")))
		return -1;
	return write_kbuild(linker);
}

/* Was the kernel linked by LLVM's linker? Kbuild's flags are that one's then, and it has to be named. */
static bool is_of_lld(const struct linker *linker)
{
	return !getenv("LLVM") &&
	       build_config_has(linker->build, "CONFIG_LD_IS_LLD", linker->arena) == 1;
}

/* The words of make's command line; NULL ends them. */
static const char **make_words(const struct linker *linker)
{
	const char **words = arena_alloc(linker->arena, 9 * sizeof(*words));
	size_t count = 0;

	words[count++] = "make";
	words[count++] = "-s";
	words[count++] = "--no-print-directory";
	words[count++] = "-C";
	words[count++] = linker->build;
	words[count++] = arena_printf(linker->arena, "M=%s", linker->folder);
	if (is_of_lld(linker))
		words[count++] = "LD=ld.lld";
	words[count] = "modules";
	return words;
}

/* What a make has set that runs this program, and files of modules built elsewhere, of which modpost alone would know. */
static bool is_left_out(const char *setting)
{
	static const char *const names[] = {
		"MAKEFLAGS=", "MFLAGS=",	"MAKELEVEL=",
		"KCFLAGS=",   "sub_make_done=", "KBUILD_EXTRA_SYMBOLS="
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (string_starts_with(setting, names[i]))
			return true;
	return false;
}

/* Where .module-common.o has to be compiled first, the folder's name is not to get into its debug information. */
static const char **make_environment(const struct linker *linker)
{
	const char *flags = getenv("KCFLAGS");
	size_t count = 0, kept = 0;
	const char **settings;

	while (environ[count])
		count++;
	settings = arena_alloc(linker->arena, (count + 2) * sizeof(*settings));
	for (size_t i = 0; i < count; i++)
		if (!is_left_out(environ[i]))
			settings[kept++] = environ[i];
	settings[kept] = arena_printf(linker->arena, "KCFLAGS=%s%s-fdebug-prefix-map=%s=.",
				      flags ? flags : "", flags ? " " : "", linker->folder);
	return settings;
}

/* Each line that make and what it has run said. */
static void tell_output(const char *path, void (*tell)(const char *line), struct arena *arena)
{
	size_t size;
	char *text = NULL, *line;

	if (input_file_is_readable(path))
		text = text_file_read(path, &size, arena);
	while (text && (line = strsep(&text, "\n")))
		if (*line)
			tell(line);
}

static void tell_as_note(const char *line)
{
	diag_note(NULL, "%s", line);
}

static void tell_if_verbose(const char *line)
{
	diag_verbose("%s", line);
}

/* Has Kbuild make the module; HELD: the signals that are held back. */
static int run_kbuild(const struct linker *linker, struct held_signals *held)
{
	const char *output = arena_printf(linker->arena, "%s/output", linker->folder);
	struct diag_place place = { linker->object->path, 0 };
	const char **words = make_words(linker);
	int status;

	diag_verbose("linking by the rule of the build folder %s", linker->build);
	if (program_run(words, make_environment(linker), output, held, &status)) {
		diag_note(NULL, "the kernel's own rule is make's: install the package make");
		return -1;
	}
	if (held->came)
		return -1;
	if (WIFEXITED(status) && !WEXITSTATUS(status)) {
		tell_output(output, tell_if_verbose, linker->arena);
		return 0;
	}
	diag_system(&place, "Kbuild could not link it with '%s', in the build folder '%s'",
		    linker->modpost, linker->build);
	tell_output(output, tell_as_note, linker->arena);
	return -1;
}

/* Opens what came of it, which then needs no name any more. */
static int open_linked(const struct linker *linker, struct elf_file *module)
{
	const char *path = arena_printf(linker->arena, "%s/" NAME ".ko", linker->folder);
	struct diag_place place = { linker->object->path, 0 };

	if (!input_file_is_there(path)) {
		diag_system(&place, "the build folder '%s' has not made a module of it",
			    linker->build);
		return -1;
	}
	if (elf_file_open(module, path, "the module"))
		return -1;
	module->path = linker->object->path;
	return 0;
}

int link_module(struct elf_file *module, const struct elf_file *object,
		const struct target_options *options, struct arena *arena)
{
	struct linker linker = { .object = object, .arena = arena };
	struct held_signals held;
	int result = -1;

	if (find_files(&linker) || find_build(&linker, options))
		return -1;
	signals_hold(&held);
	linker.folder = work_folder_make("klp-fixer", arena);
	if (linker.folder) {
		if (!fill_folder(&linker) && !run_kbuild(&linker, &held))
			result = open_linked(&linker, module);
		work_folder_remove(linker.folder);
	}
	signals_release(&held);
	return result;
}
