/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel that a livepatch is for: its image, the modules that are patched, what it exports.
 * After the command line, before resolve.c.
 */
#ifndef KLPMAKE_TARGET_H
#define KLPMAKE_TARGET_H

#include "base/diag.h"
#include "base/name-table.h"
#include "elf/elf-file.h"
#include "elf/symbol-table.h"
#include "dwarf/dwarf-file.h"
#include "kernel/module-file.h"
#include "kernel/places.h"

/* The kernel's image or one of its modules: what livepatches call an object. */
struct kernel_object {
	const char *name;    /* "vmlinux" or the module's, with '_' for '-' */
	struct elf_file elf; /* has the symbols and the debug information */
	/*
	 * Has the contents that are loaded: &elf, or &installed where ELF is a module's debug file
	 * that has none of them (eu-strip and objcopy make such files).
	 */
	const struct elf_file *image;
	struct elf_file installed;
	struct symbol_table symbols;
	struct symbol_table installed_symbols; /* of INSTALLED */
	struct dwarf_file dwarf;
	bool by_jump; /* livepatches divert its functions by jumps, not by ftrace (site.c) */
	struct kernel_object *next;
};

/* Arguments of an option that may be given several times. */
struct option_list {
	const char **values; /* from malloc */
	size_t count;
};

/* Where the kernel's files are; NULL: not given. */
struct target_options {
	const char *vmlinux;
	const char *kallsyms;
	struct option_list symvers; /* a later file's entries take the place of an earlier one's */
	struct option_list objects; /* "NAME=FILE": the file of that module */
	const char *debug_dir;	    /* what has boot/ and lib/modules/ below it */
	const char *root;	    /* what has lib/modules/ and usr/ below it; the default: "/" */
	const char *release;	    /* the default: the running kernel's */
	const char *build;	    /* the folder in which modules are built; NULL: the release's */
	const char *notes;	    /* the target's /sys/kernel/notes */
	const char *build_id;	    /* of the image; lower-case hexadecimal digits */
	bool no_exports;	    /* exported symbols are not asked for */
};

struct target {
	struct arena *arena;
	struct target_options options;
	struct places places;
	const char *const
		*module_roots; /* the folders that have the modules' debug files; NULL ends them */
	struct kernel_object *vmlinux;
	struct kernel_object *modules; /* those that were asked for */
	struct name_table missing;     /* modules that could not be opened, which was reported */
	struct name_table exports;     /* by owner; empty without a Module.symvers */
	bool has_exports;
	bool by_jump;	     /* as of all its objects */
	bool release_known;  /* rather than taken to be the running kernel's */
	const char *symvers; /* the Module.symvers that were read, for messages; NULL: none */
	struct name_table kallsyms;
	bool has_kallsyms;
	struct fetched *fetched; /* fetch.c's: what was fetched */
};

/*
 * Opens the image and reads the text files. MACHINE is the ELF machine that the image has to have,
 * EM_NONE for any; OPTIONS's strings stay the caller's. 0, or -1 after a message.
 */
int target_open(struct target *target, const struct target_options *options, unsigned int machine,
		struct arena *arena);
void target_close(struct target *target);

/*
 * The object NAME, NULL for vmlinux; a module is searched in the debug folder and opened once. NULL
 * after a message at PLACE, which is given once for a module; PLACE NULL: no message if it is not
 * there.
 */
struct kernel_object *target_object(struct target *target, const char *name,
				    const struct diag_place *place);
/*
 * The module whose debug file is PATH, opened once; PATH has to outlive the target. NULL after a
 * message, which is given once.
 */
struct kernel_object *target_module_at(struct target *target, const char *path);
/* The file that --object gives for the module NAME; NULL: none. */
const char *target_given_file(const struct target *target, const char *name);
/* Reports at PLACE that the module NAME has more than one file; returns -1. */
int target_report_files(const char *name, const struct module_paths *paths,
			const struct diag_place *place);
/* The folders that have the modules' debug files, for messages. */
const char *target_module_folders(const struct target *target);
bool target_is_module(const struct target *target, const struct kernel_object *object);

/* KSYM_NAME_LEN of the target: bytes that it has for a symbol's name, with the zero at its end. */
size_t target_symbol_name_size(const struct target *target);

/*
 * ADDRESS, of OBJECT's image, among the addresses of its symbols and debug information. 0: it has no
 * counterpart there.
 */
uint64_t target_image_address(const struct kernel_object *object, uint64_t address);

/* The symbols that the kernel knows of OBJECT, in which positions count: those of its image. */
const struct symbol_table *target_loaded_symbols(const struct kernel_object *object);
/* Which of these SYMBOL, of OBJECT's own table, is; NULL: it is none, the module was stripped of it. */
const struct elf_symbol *target_loaded_symbol(const struct kernel_object *object,
					      const struct elf_symbol *symbol);

/* Who exports NAME: "vmlinux" or a module, as kernel objects are called; NULL: nobody. */
const char *target_exporter(const struct target *target, const char *name);
/* Does the module NAME export anything, as far as is known? */
bool target_has_exports_of(const struct target *target, const char *name);
/*
 * Is the module NAME always there when MODULE is: does MODULE refer to what it exports, or what it
 * refers to in turn? 1, 0, or -1 where a module's file, which would tell, is not there.
 */
int target_needs(struct target *target, struct kernel_object *module, const char *name);

/*
 * Does the position of the symbols called NAME in OBJECT hold for the running target? Compares the
 * number of these symbols with kallsyms, where that was given. 0, or -1 after a message at PLACE.
 */
int target_check_kallsyms(const struct target *target, const struct kernel_object *object,
			  const char *name, const struct diag_place *place);

#endif
