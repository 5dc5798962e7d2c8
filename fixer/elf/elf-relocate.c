/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocates the debug sections of a module. Only relocations that store an address or an offset
 * occur there.
 */
#include "elf/elf-relocate.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "elf/bytes.h"

unsigned int elf_absolute_relocation_size(unsigned int machine, unsigned int type)
{
	static const struct {
		unsigned int machine, type, size;
	} known[] = {
		{ EM_X86_64, R_X86_64_64, 8 },	    { EM_X86_64, R_X86_64_32, 4 },
		{ EM_X86_64, R_X86_64_32S, 4 },	    { EM_AARCH64, R_AARCH64_ABS64, 8 },
		{ EM_AARCH64, R_AARCH64_ABS32, 4 }, { EM_RISCV, R_RISCV_64, 8 },
		{ EM_RISCV, R_RISCV_32, 4 },	    { EM_PPC64, R_PPC64_ADDR64, 8 },
		{ EM_PPC64, R_PPC64_ADDR32, 4 },    { EM_PPC64, R_PPC64_UADDR64, 8 },
		{ EM_PPC64, R_PPC64_UADDR32, 4 },   { EM_S390, R_390_64, 8 },
		{ EM_S390, R_390_32, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].machine == machine && known[i].type == type)
			return known[i].size;
	return 0;
}

/* 0, or -1 where the relocation does not fit the section. Other kinds are left alone. */
static int apply(const struct elf_file *file, unsigned char *copy, size_t size,
		 const GElf_Rela *rela)
{
	unsigned int width = elf_absolute_relocation_size(file->header.e_machine,
							  (unsigned int)GELF_R_TYPE(rela->r_info));
	uint64_t index = GELF_R_SYM(rela->r_info);

	if (!width)
		return 0;
	if (!range_is_within(rela->r_offset, width, size) || index >= file->symbol_count)
		return -1;
	bytes_store(copy + rela->r_offset, file->symbols[index].address + (uint64_t)rela->r_addend,
		    width, elf_file_is_big_endian(file));
	return 0;
}

unsigned char *elf_relocated_copy(const struct elf_file *file, size_t section,
				  const Elf_Data *contents)
{
	struct diag_place place = { file->path, 0 };
	unsigned char *copy = xcalloc(contents->d_size, 1);

	memcpy(copy, contents->d_buf, contents->d_size);
	for (size_t i = 0; (i = elf_file_relocations_of(file, section, i));) {
		Elf_Data *relocations = elf_file_data(file, i);
		GElf_Rela rela;

		if (!relocations)
			goto failed;
		for (int j = 0; gelf_getrela(relocations, j, &rela); j++) {
			if (!apply(file, copy, contents->d_size, &rela))
				continue;
			diag_error(&place, "elf",
				   "malformed ELF file: relocation %d of %s lies outside", j,
				   file->sections[i].name);
			goto failed;
		}
	}
	return copy;
failed:
	free(copy);
	return NULL;
}
