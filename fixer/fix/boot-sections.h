/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections that only the kernel's start looks through. Beside sealed.c, after livepatch.c has planned.
 */
#ifndef KLPMAKE_BOOT_SECTIONS_H
#define KLPMAKE_BOOT_SECTIONS_H

#include "elf/elf-file.h"
#include "kernel/target.h"

/* Refuses sections of MODULE that the kernel has as well, and looks through only in itself. 0, or -1 after messages. */
int boot_sections_check(const struct elf_file *module, const struct target *target);

#endif
