/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof of the tool chain. Comes in: a source file's object as it is compiled here, and the kernel.
 * Goes out: how many functions are the same, byte by byte, but for what the linker and objtool fill in.
 *
 * Where they are not, the compiler has perhaps put other functions into each other than it did for the
 * kernel, and what is replaced may not be all that should be.
 */
#include "plan/same-code.h"

#include <string.h>

#include "kernel/symbol-name.h"

/* Fewer functions out of a hundred than that are another compiler's, or another configuration's. */
#define ENOUGH 80

/* Marks in MASK, bits of each of the code's bytes, what the linker fills in at AT, an offset in the code. */
static void mask_relocation(const struct arch *arch, const struct arch_relocation *relocation,
			    const struct arch_code *code, uint64_t at, unsigned char *mask)
{
	uint64_t start, size;

	arch_mask_relocation(arch, relocation, at, code->size, code->big_endian, mask);
	if (arch->relaxed && range_is_within(at, relocation->size, code->size) &&
	    arch->relaxed(code, relocation, at, &start, &size))
		memset(mask + start, 0xff, size);
}

/* Marks in MASK what relocations of FILE fill in of SYMBOL's code. */
static void mask_relocations(const struct elf_file *file, const struct elf_symbol *symbol,
			     const struct arch_code *code, unsigned char *mask)
{
	for (size_t i = 0; (i = elf_file_relocations_of(file, symbol->section, i));) {
		Elf_Data *data = elf_file_data(file, i);
		GElf_Rela rela;

		for (int j = 0; data && gelf_getrela(data, j, &rela); j++) {
			const struct arch_relocation *relocation =
				arch_relocation(file->arch, GELF_R_TYPE(rela.r_info));

			if (relocation && rela.r_offset >= symbol->value &&
			    rela.r_offset - symbol->value < code->size)
				mask_relocation(file->arch, relocation, code,
						rela.r_offset - symbol->value, mask);
		}
	}
}

/* Is each byte the same but for what relocations of FILE fill in, and what the architecture lets differ? */
static bool same_code(const struct elf_file *file, const struct elf_symbol *symbol,
		      const struct arch_code *code, struct arena *arena)
{
	const struct arch *arch = file->arch;
	unsigned char *mask = arena_alloc(arena, code->size);
	uint64_t skipped;

	mask_relocations(file, symbol, code, mask);
	for (uint64_t at = 0; at < code->size; at += skipped ? skipped : 1) {
		skipped = mask[at] || !arch->may_differ ? 0 : arch->may_differ(code, at);
		if (!skipped && (code->ours[at] ^ code->theirs[at]) & ~mask[at])
			return false;
	}
	return true;
}

/* The kernel's function that is called like SYMBOL, in UNIT's code; NULL: there is none, or several. */
static const struct elf_symbol *kernel_symbol(const struct plan_unit *unit,
					      const struct elf_symbol *symbol)
{
	struct kernel_object *object = unit->source->object;

	if (symbol_name_alone(symbol->name) == SYMBOL_NAME_OWN)
		return plan_own_symbol(unit->source, symbol->name);
	return symbol_table_count(&object->symbols, symbol->name) == 1
		       ? symbol_table_next(&object->symbols, symbol->name, NULL)
		       : NULL;
}

/* 1: the same, 0: not the same, -1: the kernel has no such function to compare it with. */
static int compare(struct resolver *resolver, const struct plan_unit *unit,
		   const struct elf_file *file, const struct elf_symbol *symbol)
{
	const struct kernel_object *object = unit->source->object;
	const struct elf_symbol *theirs;
	const unsigned char *here, *kernel;

	if (symbol->type != STT_FUNC || !symbol->size)
		return -1;
	here = elf_symbol_contents(file, symbol);
	theirs = kernel_symbol(unit, symbol);
	/* A module's debug file may have no contents. */
	theirs = theirs ? target_loaded_symbol(object, theirs) : NULL;
	kernel = theirs ? elf_symbol_contents(object->image, theirs) : NULL;
	if (!here || !kernel)
		return -1;
	if (symbol->size != theirs->size)
		return 0;
	return same_code(file, symbol,
			 &(struct arch_code){ .ours = here,
					      .theirs = kernel,
					      .size = symbol->size,
					      .big_endian = elf_file_is_big_endian(file) },
			 resolver->arena);
}

static void warn(const struct plan_unit *unit, const struct elf_symbol *symbol)
{
	const struct plan_function *function = plan_find(unit, symbol->name);

	if (!function || function->state != PLAN_REPLACED)
		return;
	diag_warning(&function->function->place, "toolchain",
		     "'%s' is compiled differently here than it was for the kernel", symbol->name);
	diag_note(NULL,
		  "look whether the functions that it contained in the kernel are those that are "
		  "replaced");
}

static int refuse_unknown(const struct plan_unit *unit)
{
	const struct kernel_object *object = unit->source->object;
	struct diag_place place = { unit->source->path, 0 };

	if (!diag_refuse(&place, "toolchain",
			 "none of its functions can be compared with the kernel's code"))
		return 0;
	diag_note(
		NULL,
		"'%s' has no contents, or not this file's functions: whether the kernel was built by this "
		"compiler is not known; use --allow=toolchain if it was",
		object->image->path);
	return -1;
}

int same_code_check(struct resolver *resolver, const struct plan_unit *unit)
{
	struct diag_place place = { unit->source->path, 0 };
	size_t same = 0, all = 0;
	struct elf_file file;

	if (!unit->old_object)
		return 0;
	if (elf_file_open(&file, unit->old_object, "the object"))
		return -1;
	if (elf_file_check_machine(&file)) {
		elf_file_close(&file);
		return -1;
	}
	for (size_t i = 1; i < file.symbol_count; i++) {
		int result = compare(resolver, unit, &file, &file.symbols[i]);

		all += result >= 0;
		same += result > 0;
		if (!result)
			warn(unit, &file.symbols[i]);
	}
	elf_file_close(&file);
	diag_info("%s: %zu of %zu functions are compiled to the kernel's own code",
		  unit->source->path, same, all);
	if (!all)
		return refuse_unknown(unit);
	if (same * 100 >= all * ENOUGH)
		return 0;
	if (!diag_refuse(
		    &place, "toolchain",
		    "%zu of %zu functions are compiled differently here than they were for the kernel",
		    all - same, all))
		return 0;
	diag_note(NULL,
		  "use the compiler that built the kernel and its source of the same version, or "
		  "--allow=toolchain");
	return -1;
}
