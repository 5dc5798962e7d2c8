/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocates what is read of a file. In the debug sections of a module, and in a table of addresses, only
 * relocations occur that store an address or an offset.
 */
#include "elf/elf-relocate.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "elf/bytes.h"

#define ADDRESS_SIZE 8 /* bytes */

/* What becomes of what is THERE, in the bits that RELOCATION changes. False: it is of no kind that data have. */
static bool changed(const struct arch_relocation *relocation, uint64_t there, uint64_t value,
		    uint64_t *result)
{
	switch (relocation->kind) {
	case ARCH_ABSOLUTE:
		/* With a mask, it is an instruction's. */
		*result = value;
		return !relocation->mask;
	case ARCH_SET:
		*result = value;
		return true;
	case ARCH_ADD:
		*result = there + value;
		return true;
	case ARCH_SUBTRACT:
		*result = there - value;
		return true;
	default:
		return false;
	}
}

/* 0, or -1 where the relocation does not fit the section. Other kinds are left alone. */
static int apply(const struct elf_file *file, unsigned char *copy, size_t size,
		 const GElf_Rela *rela)
{
	const struct arch_relocation *known =
		arch_relocation(file->arch, GELF_R_TYPE(rela->r_info));
	uint64_t index = GELF_R_SYM(rela->r_info), value, there, mask;
	bool big_endian = elf_file_is_big_endian(file);

	if (!known || !known->size || !changed(known, 0, 0, &value))
		return 0;
	if (!range_is_within(rela->r_offset, known->size, size) || index >= file->symbol_count)
		return -1;
	mask = known->mask ? known->mask : UINT64_MAX;
	there = bytes_load(copy + rela->r_offset, known->size, big_endian);
	changed(known, there, file->symbols[index].address + (uint64_t)rela->r_addend, &value);
	bytes_store(copy + rela->r_offset, (there & ~mask) | (value & mask), known->size,
		    big_endian);
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

/* Stores the addend of RELA if it belongs into the SIZE bytes at ADDRESS, which COPY is of. */
static void apply_relative(const struct elf_file *file, uint64_t address, unsigned char *copy,
			   size_t size, const GElf_Rela *rela)
{
	if (GELF_R_TYPE(rela->r_info) == file->arch->relative && rela->r_offset >= address &&
	    range_is_within(rela->r_offset - address, ADDRESS_SIZE, size))
		bytes_store(copy + (rela->r_offset - address), (uint64_t)rela->r_addend,
			    ADDRESS_SIZE, elf_file_is_big_endian(file));
}

unsigned char *elf_dynamic_copy(const struct elf_file *file, uint64_t address,
				const unsigned char *contents, size_t size)
{
	unsigned char *copy = xcalloc(size, 1);

	if (size)
		memcpy(copy, contents, size);
	for (size_t i = 1; i < file->section_count && file->arch->relative; i++) {
		const GElf_Shdr *header = &file->sections[i].header;
		Elf_Data *relocations;
		GElf_Rela rela;

		/* Others are left over from linking (--emit-relocs). */
		if (header->sh_type != SHT_RELA || !(header->sh_flags & SHF_ALLOC))
			continue;
		relocations = elf_file_data(file, i);
		if (!relocations) {
			free(copy);
			return NULL;
		}
		for (int j = 0; gelf_getrela(relocations, j, &rela); j++)
			apply_relative(file, address, copy, size, &rela);
	}
	return copy;
}

/* Does RELA stand for itself, and does something? */
static bool leads(const struct elf_file *file, const GElf_Rela *rela)
{
	const struct arch_relocation *known =
		arch_relocation(file->arch, GELF_R_TYPE(rela->r_info));

	return known && !known->follows && known->kind != ARCH_HINT;
}

int elf_relocation_followed(const struct elf_file *file, size_t section, const GElf_Rela *rela,
			    GElf_Rela *followed)
{
	uint64_t index = GELF_R_SYM(rela->r_info);
	struct diag_place place = { file->path, 0 };
	Elf_Data *relocations = elf_file_data(file, section);

	if (!relocations)
		return -1;
	for (int i = 0; index < file->symbol_count && gelf_getrela(relocations, i, followed); i++)
		if (followed->r_offset == file->symbols[index].value && leads(file, followed) &&
		    GELF_R_SYM(followed->r_info) < file->symbol_count)
			return 0;
	diag_error(
		&place, "elf",
		"malformed ELF file: a relocation of %s belongs to another one, which is not there",
		file->sections[section].name);
	return -1;
}
