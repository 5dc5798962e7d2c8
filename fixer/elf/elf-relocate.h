/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocates the debug sections of a module, which is a relocatable file.
 */
#ifndef KLPMAKE_ELF_RELOCATE_H
#define KLPMAKE_ELF_RELOCATE_H

#include "elf/elf-file.h"

/*
 * A copy of SECTION's CONTENTS, from malloc, with its relocations applied. Addresses are those of
 * elf_file_address(). NULL after a message.
 */
unsigned char *elf_relocated_copy(const struct elf_file *file, size_t section,
				  const Elf_Data *contents);

/*
 * The width in bytes of a relocation that stores symbol plus addend, absolutely; 0 for all others.
 */
unsigned int elf_absolute_relocation_size(unsigned int machine, unsigned int type);

#endif
