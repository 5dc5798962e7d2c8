/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to become of a module: which of its undefined symbols are livepatch symbols, and which
 * positions are to be filled in. After resolve.c, before rewrite.c.
 */
#ifndef KLPMAKE_LIVEPATCH_H
#define KLPMAKE_LIVEPATCH_H

#include "note.h"
#include "resolve.h"

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
};

/* A function that the patch replaces. */
struct livepatch_function {
	const struct note_patch *patch;
	struct resolved resolved;
	bool fill_in; /* write the position into the module */
};

struct livepatch {
	struct livepatch_symbol *symbols;
	size_t symbol_count;
	uint32_t *by_symbol; /* for each of the module's symbols: index in symbols[] plus 1, or 0 */
	struct livepatch_function *functions;
	size_t function_count;
};

/*
 * Classifies and resolves all that MODULE's note has. All errors are reported before it returns. 0,
 * or -1.
 */
int livepatch_plan(struct livepatch *livepatch, const struct elf_file *module,
		   const struct note *note, struct resolver *resolver);
void livepatch_free(struct livepatch *livepatch);

#endif
