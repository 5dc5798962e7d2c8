/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocates what is read of a file: the debug sections of a module, tables of addresses.
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
 * A copy, from malloc, of the SIZE bytes CONTENTS at ADDRESS of a linked FILE, with the addresses that its
 * dynamic relocations store there when it is not moved. NULL after a message.
 */
unsigned char *elf_dynamic_copy(const struct elf_file *file, uint64_t address,
				const unsigned char *contents, size_t size);

/*
 * RELA, of the relocations that are section SECTION of FILE, is of a type that follows another one (struct
 * arch_relocation): *FOLLOWED becomes that. 0, or -1 after a message: it is not there.
 */
int elf_relocation_followed(const struct elf_file *file, size_t section, const GElf_Rela *rela,
			    GElf_Rela *followed);

#endif
