/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that may not be called through a pointer. Comes in: the plan for a module. Goes out: yes or
 * messages.
 *
 * Where a processor tracks indirect branches, an indirect call has to land on an instruction made for
 * that. Of x86-64 (IBT), objtool lists the functions whose address the kernel never takes in a section,
 * and apply_seal_endbr() (arch/x86/kernel/alternative.c) overwrites that instruction of theirs at boot:
 * calling them through a pointer is then an exception. arch.h tells the section.
 *
 * Of arm64 (BTI), there is no list: compilers leave the instruction out of a static function that its file
 * only calls. Whether the kernel was built for that, a global function of every kernel tells.
 */
#include "fix/sealed.h"

#include <stdlib.h>

#include "elf/bytes.h"

/* A module's list, which has a relocation for each function. 1, 0, or -1 after a message. */
static int is_sealed_in_module(const struct kernel_object *object, size_t section, uint64_t address)
{
	const struct elf_file *image = object->image;

	for (size_t i = 0; (i = elf_file_relocations_of(image, section, i));) {
		Elf_Data *data = elf_file_data(image, i);
		GElf_Rela rela;

		if (!data)
			return -1;
		for (int j = 0; gelf_getrela(data, j, &rela); j++) {
			size_t symbol = GELF_R_SYM(rela.r_info);

			if (symbol < image->symbol_count &&
			    target_image_address(object, image->symbols[symbol].address +
								 (uint64_t)rela.r_addend) ==
				    address)
				return 1;
		}
	}
	return 0;
}

/* Does SYMBOL's code lack what an indirect call has to end at? 1, 0. */
static int lacks_landing(const struct kernel_object *object, const struct elf_symbol *symbol,
			 bool *marked)
{
	const struct elf_symbol *loaded = target_loaded_symbol(object, symbol);
	const unsigned char *code = loaded ? elf_symbol_contents(object->image, loaded) : NULL;

	*marked = false;
	return code && !object->image->arch->sealed.is_landing(code, loaded->size, marked);
}

/* Is TARGET built such that indirect calls are checked? */
static bool checks_landing(const struct target *target)
{
	const struct elf_symbol *known;
	bool marked;

	if (!target->vmlinux->image->arch->sealed.is_landing)
		return false;
	/* Whatever makes livepatches has it. */
	known = resolve_global(target->vmlinux, "klp_enable_patch");
	return known && !lacks_landing(target->vmlinux, known, &marked) && marked;
}

/* By a list of such functions. 1, 0, or -1 after a message. */
static int is_listed(const struct kernel_object *object, uint64_t address)
{
	const struct arch_sealed *list = &object->image->arch->sealed;
	size_t section = list->section ? elf_file_find_section(object->image, list->section) : 0;
	bool big_endian = elf_file_is_big_endian(object->image);
	uint64_t start = section ? object->image->sections[section].header.sh_addr : 0;
	Elf_Data *data;

	if (!section)
		return 0;
	if (object->image->header.e_type == ET_REL)
		return is_sealed_in_module(object, section, address);
	data = elf_file_raw_data(object->image, section);
	if (!data)
		return -1;
	for (uint64_t i = 0; i + list->entry_size <= data->d_size; i += list->entry_size) {
		int32_t distance = (int32_t)bytes_load((unsigned char *)data->d_buf + i,
						       list->entry_size, big_endian);

		if (start + i + (uint64_t)(int64_t)distance == address)
			return 1;
	}
	return 0;
}

/* 1, 0, or -1 after a message. */
static int is_sealed(const struct target *target, const struct resolved *resolved)
{
	bool marked;

	if (resolved->symbol->type != STT_FUNC)
		return 0;
	if (checks_landing(target))
		return lacks_landing(resolved->object, resolved->symbol, &marked);
	return is_listed(resolved->object, resolved->symbol->address);
}

/* Reports SYMBOL, whose address is taken, if it is sealed. */
static int check_symbol(const struct arch *arch, const struct target *target,
			const struct livepatch_symbol *symbol)
{
	int sealed = is_sealed(target, &symbol->resolved);

	if (sealed <= 0)
		return sealed;
	diag_error(symbol->pointer_place.file ? &symbol->pointer_place : &symbol->place, "sealed",
		   "the address of '%s' is taken, but the kernel is built such that this "
		   "function cannot be called through a pointer",
		   symbol->source_name);
	diag_note(
		NULL,
		"its %s instruction is sealed or was left out (%s): call it directly, or let the pointer be to a function of "
		"the patch that calls it",
		arch->sealed.instruction, arch->sealed.feature);
	return -1;
}

static int check_relocations(const struct elf_file *module, size_t section,
			     const struct livepatch *livepatch, bool *seen)
{
	Elf_Data *data = elf_file_data(module, section);
	GElf_Rela rela;
	int result = 0;

	if (!data)
		return -1;
	for (int i = 0; gelf_getrela(data, i, &rela); i++) {
		size_t index = GELF_R_SYM(rela.r_info);
		uint32_t entry = index < module->symbol_count ? livepatch->by_symbol[index] : 0;

		/* Calls and jumps have relocations of their own. */
		if (!entry || seen[entry - 1] ||
		    !arch_takes_address(module->arch, GELF_R_TYPE(rela.r_info)))
			continue;
		seen[entry - 1] = true;
		if (check_symbol(module->arch, livepatch->target, &livepatch->symbols[entry - 1]))
			result = -1;
	}
	return result;
}

int sealed_check(const struct elf_file *module, const struct livepatch *livepatch)
{
	bool *seen = xcalloc(livepatch->symbol_count, sizeof(*seen));
	int result = 0;

	for (size_t i = 1; i < module->section_count; i++)
		if (elf_file_is_loaded_relocation(module, i) &&
		    check_relocations(module, i, livepatch, seen))
			result = -1;
	free(seen);
	return result;
}
