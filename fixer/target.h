/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel that a livepatch is for: its image, the modules that are patched, what it exports.
 * After the command line, before resolve.c.
 */
#ifndef KLPMAKE_TARGET_H
#define KLPMAKE_TARGET_H

#include "diag.h"
#include "dwarf-file.h"
#include "elf-file.h"
#include "name-table.h"
#include "symbol-table.h"

/* The kernel's image or one of its modules: what livepatches call an object. */
struct kernel_object {
	const char *name; /* "vmlinux" or the module's, with '_' for '-' */
	struct elf_file elf;
	struct symbol_table symbols;
	struct dwarf_file dwarf;
	struct kernel_object *next;
};

/* Where the kernel's files are; NULL: not given. */
struct target_options {
	const char *vmlinux;
	const char *kallsyms;
	const char *symvers;
	const char *debug_dir; /* what has boot/ and lib/modules/ below it */
	const char *release;   /* the default: the running kernel's */
	bool no_exports;       /* exported symbols are not asked for */
};

struct target {
	struct arena *arena;
	struct target_options options;
	struct kernel_object *vmlinux;
	struct kernel_object *modules; /* those that were asked for */
	struct name_table missing;     /* modules that could not be opened, which was reported */
	struct name_table exports;     /* by owner; empty without a Module.symvers */
	bool has_exports;
	bool release_known;  /* rather than taken to be the running kernel's */
	const char *symvers; /* the Module.symvers that was read; NULL: none */
	struct name_table kallsyms;
	bool has_kallsyms;
};

#define TARGET_DEFAULT_DEBUG_DIR "/usr/lib/debug"

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

/* Who exports NAME: "vmlinux" or a module; NULL: nobody. */
const char *target_exporter(const struct target *target, const char *name);

/*
 * Does the position of the symbols called NAME in OBJECT hold for the running target? Compares the
 * number of these symbols with kallsyms, where that was given. 0, or -1 after a message at PLACE.
 */
int target_check_kallsyms(const struct target *target, const struct kernel_object *object,
			  const char *name, const struct diag_place *place);

#endif
