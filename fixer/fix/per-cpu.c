/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Per-CPU variables. Comes in: a reference and the symbol that it leads to. Goes out: yes, or a message. After
 * livepatch-symbols.c has found the symbol.
 *
 * What the compiler makes of a per-CPU variable's name is an offset, to which this_cpu_read() and the like add
 * where the CPU's own copy of them all begins. With an ordinary variable the sum is an address of something else,
 * and an ordinary access to a per-CPU variable uses the offset as if it were an address. The section, which
 * DECLARE_PER_CPU() and DEFINE_PER_CPU() name (include/linux/percpu-defs.h), tells the two apart; types are the same.
 */
#include "fix/per-cpu.h"

#include "elf/elf-file.h"

int per_cpu_check(const struct note_ref *ref, const struct kernel_object *object,
		  const struct elf_symbol *symbol)
{
	bool here = ref->section && elf_section_is_per_cpu(ref->section);
	bool kernel = elf_section_is_per_cpu(elf_symbol_section_name(&object->elf, symbol));

	/* Not such as __per_cpu_start, which the linker script defines. */
	if (ref->kind != KLP_NOTE_OBJECT || symbol->type != STT_OBJECT || here == kernel)
		return 0;
	diag_error(
		&ref->place, "data",
		kernel ? "'%s' is a per-CPU variable in the kernel, and declared as an ordinary one"
		       : "'%s' is an ordinary variable in the kernel, and declared as a per-CPU one",
		ref->name);
	diag_note(
		NULL,
		kernel ? "declare it with DECLARE_PER_CPU(), and use this_cpu_read(), per_cpu() and the like"
		       : "declare it as the kernel's source does, without DECLARE_PER_CPU()");
	return -1;
}
