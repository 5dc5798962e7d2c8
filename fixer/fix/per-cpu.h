/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a patch declare a variable of the kernel as per-CPU where it is, and only there?
 */
#ifndef KLPMAKE_PER_CPU_H
#define KLPMAKE_PER_CPU_H

#include "fix/note.h"
#include "kernel/target.h"

/* Compares REF, to SYMBOL of OBJECT. 0, or -1 after a message. */
int per_cpu_check(const struct note_ref *ref, const struct kernel_object *object,
		  const struct elf_symbol *symbol);

#endif
