/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files arch-*.c share with arch.c, and nobody else needs.
 */
#ifndef KLPMAKE_ARCH_TABLE_H
#define KLPMAKE_ARCH_TABLE_H

#include "elf/arch.h"

extern const struct arch arch_x86_64, arch_arm64, arch_riscv, arch_s390, arch_ppc64;
/* arch-incomplete.c: files of these can be read. */
extern const struct arch arch_i386, arch_arm;

/* One that modules have, and one that they do not have. TYPE is the ABI's name of it. */
#define ARCH_MODULE(type, relocation_kind, bytes)                                                  \
	[type] = { .name = #type, .kind = relocation_kind, .size = bytes, .in_modules = true }
#define ARCH_ELSEWHERE(type, relocation_kind, bytes)                                               \
	[type] = { .name = #type, .kind = relocation_kind, .size = bytes }

#endif
