/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines that no livepatches can be made for yet. Their files are named in messages, and kallsympos
 * reads their kernels: of a module's relocations, its debug information has only such that store an
 * address or an offset.
 */
#include "elf/arch-table.h"

static const struct arch_relocation ppc64_relocations[] = {
	ARCH_MODULE(R_PPC64_ADDR64, ARCH_ABSOLUTE, 8),
	ARCH_MODULE(R_PPC64_ADDR32, ARCH_ABSOLUTE, 4),
	ARCH_MODULE(R_PPC64_UADDR64, ARCH_ABSOLUTE, 8),
	ARCH_MODULE(R_PPC64_UADDR32, ARCH_ABSOLUTE, 4),
};

const struct arch arch_ppc64 = {
	.machine = EM_PPC64,
	.name = "PowerPC64",
	.relocations = ppc64_relocations,
	.relocation_count = ARRAY_SIZE(ppc64_relocations),
};

const struct arch arch_i386 = { .machine = EM_386, .name = "i386" };

const struct arch arch_arm = { .machine = EM_ARM, .name = "ARM" };
