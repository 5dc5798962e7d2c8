/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's code calls. Comes in: the place behind a call. Goes out: where that leads to.
 */
#include "kernel/call.h"

/* The contents of the code that ADDRESS, which may be its end, is in, up to there; *SIZE bytes. */
static const unsigned char *code_before(const struct kernel_object *object, uint64_t address,
					size_t *section, uint64_t *size)
{
	const struct elf_file *elf = object->image;

	for (size_t i = 1; i < elf->section_count; i++) {
		const GElf_Shdr *header = &elf->sections[i].header;
		uint64_t start = elf_file_address(elf, i, header->sh_addr);
		Elf_Data *data;

		*size = address - start;
		if (!(header->sh_flags & SHF_EXECINSTR) || header->sh_type == SHT_NOBITS ||
		    address < start || *size > header->sh_size)
			continue;
		data = elf_file_raw_data(elf, i);
		*section = i;
		return data && *size <= data->d_size ? data->d_buf : NULL;
	}
	return NULL;
}

/* What the relocation at OFFSET of SECTION leads to, of a CALL; 0: another module. False: there is none. */
static bool relocated_target(const struct kernel_object *object, size_t section, uint64_t offset,
			     const struct arch_call *call, uint64_t *target)
{
	const struct elf_file *elf = object->image;

	for (size_t i = 0; (i = elf_file_relocations_of(elf, section, i));) {
		Elf_Data *data = elf_file_data(elf, i);
		GElf_Rela rela;

		for (int j = 0; data && gelf_getrela(data, j, &rela); j++) {
			if (rela.r_offset != offset || GELF_R_SYM(rela.r_info) >= elf->symbol_count)
				continue;
			*target = elf->symbols[GELF_R_SYM(rela.r_info)].address +
				  (uint64_t)rela.r_addend + (uint64_t)call->bias;
			return true;
		}
	}
	return false;
}

/* Sections of a module's debug file without contents are numbered differently. */
static bool has_own_numbers(const struct kernel_object *object)
{
	return object->image == &object->elf || object->elf.header.e_type != ET_REL;
}

bool call_before(const struct kernel_object *object, uint64_t return_address, struct call *found)
{
	const struct arch *arch = object->elf.arch;
	const unsigned char *code;
	struct arch_call call;
	size_t section;
	uint64_t size;

	if (!arch->find_call || !has_own_numbers(object))
		return false;
	code = code_before(object, return_address, &section, &size);
	if (!code || !arch->find_call(code, size, elf_file_is_big_endian(&object->elf), &call))
		return false;
	*found = (struct call){ .size = call.size, .returns = call.returns };
	if (object->elf.header.e_type == ET_REL)
		found->relocated =
			relocated_target(object, section, size - call.back, &call, &found->target);
	if (!found->target)
		found->target = return_address + (uint64_t)call.distance;
	return true;
}

bool call_by_pointer(const struct kernel_object *object, const struct elf_symbol *function,
		     uint64_t count)
{
	const struct arch *arch = object->elf.arch;
	const unsigned char *code;
	uint64_t before;
	size_t section;

	if (!arch->is_pointer_call || !has_own_numbers(object))
		return false;
	code = code_before(object, function->address + function->size, &section, &before);
	if (!code || before < function->size)
		return false;
	code += before - function->size;
	for (uint64_t at = 0; at < count; at++)
		if (arch->is_pointer_call(code, at, function->size))
			return true;
	return false;
}
