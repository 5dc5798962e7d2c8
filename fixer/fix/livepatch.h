/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to become of a module: which of its undefined symbols are livepatch symbols, and which
 * positions are to be filled in. After resolve.c, before rewrite.c.
 */
#ifndef KLPMAKE_LIVEPATCH_H
#define KLPMAKE_LIVEPATCH_H

#include "kernel/resolve.h"
#include "fix/note.h"

/* From Documentation/livepatch/module-elf-format.rst of the kernel. */
#define LIVEPATCH_SHF_RELA    0x00100000 /* SHF_RELA_LIVEPATCH */
#define LIVEPATCH_SHN	      0xff20	 /* SHN_LIVEPATCH */
#define LIVEPATCH_RELA_PREFIX ".klp.rela."
#define LIVEPATCH_SYM_PREFIX  ".klp.sym."

/* An undefined symbol of the module that the kernel is to resolve as a livepatch symbol. */
struct livepatch_symbol {
	uint32_t symbol;	 /* index in the module's symbol table */
	const char *name;	 /* what it will be called: ".klp.sym.vmlinux.show_val,2" */
	const char *source_name; /* what it is called in the patch's source */
	struct diag_place place;
	struct diag_place pointer_place; /* where its address is taken first; file NULL: nowhere */
	struct resolved resolved;
	/*
	 * The object whose code needs it, which decides when the kernel resolves it: the image when
	 * the livepatch is loaded, a module's when both are there. NULL: several modules', each
	 * relocation is its file's (livepatch_needed_by()).
	 */
	struct kernel_object *needed_by;
};

/* A function that the patch replaces. */
struct livepatch_function {
	const struct note_patch *patch;
	struct resolved resolved;
	bool fill_in; /* write the position into the module */
};

/* The name of an object that klp-fixer writes into the module: the short form leaves it open. */
struct livepatch_name {
	struct note_address at;
	unsigned int size; /* bytes of the field */
	const struct kernel_object *object;
};

struct livepatch {
	const struct elf_file *module;
	const struct note *note; /* NULL: the module is finished, and nothing is planned */
	const struct target *target;
	struct livepatch_symbol *symbols;
	size_t symbol_count;
	uint32_t *by_symbol; /* for each of the module's symbols: index in symbols[] plus 1, or 0 */
	struct livepatch_function *functions;
	size_t function_count;
	struct livepatch_name *names;
	size_t name_count;
	const struct kernel_object **objects; /* whose code needs some symbol */
	size_t object_count;
	struct kernel_object **unit_objects; /* by unit of the note: the object it belongs to */
};

/*
 * Classifies and resolves all that MODULE's note has. All errors are reported before it returns. 0,
 * or -1.
 */
int livepatch_plan(struct livepatch *livepatch, const struct elf_file *module,
		   const struct note *note, struct resolver *resolver);
/* The plan for a module that is finished. */
void livepatch_plan_nothing(struct livepatch *livepatch, const struct elf_file *module,
			    const struct target *target);
/*
 * The object whose code needs the livepatch symbol in the relocation at OFFSET of the module's section
 * SECTION; NULL: the relocation is against no livepatch symbol. SYMBOL: index in the symbol table.
 */
const struct kernel_object *livepatch_needed_by(const struct livepatch *livepatch, uint32_t symbol,
						size_t section, uint64_t offset);
/*
 * livepatch-symbols.c: may the livepatch need the module NAME: is there an ordinary reference left to
 * what that exports, or is nothing known of its exports?
 */
bool livepatch_depends_on(const struct livepatch *livepatch, const char *name);
void livepatch_free(struct livepatch *livepatch);

#endif
