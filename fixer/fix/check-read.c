/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocations that change what the loader itself goes by while it applies them. Comes in: a section with relocations, and
 * each of these. Goes out: messages.
 *
 * layout_symtab() (kernel/module/kallsyms.c) has the symbol table and its names loaded, whatever their flags say, so
 * apply_relocations() (kernel/module/main.c) does not pass over what changes these. It reads symbols from there, and
 * relocations from where these are loaded: what comes of a module that changes them depends on the order of its sections.
 * No tool makes one.
 */
#include <string.h>

#include "fix/check-internal.h"
#include "kernel/module-file.h"

/* Is it the symbol table, or has it its names? */
static bool is_symbols(const struct elf_file *elf, size_t section)
{
	return elf->symtab &&
	       (section == elf->symtab || section == elf->sections[elf->symtab].header.sh_link);
}

/* rewrite_section_headers() has these not be loaded, whatever their flags say: they are read from the file alone. */
static bool is_read_once(const char *name)
{
	static const char *const names[] = { ".modinfo", "__versions", "__version_ext_crcs",
					     "__version_ext_names" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

bool check_read_loaded(const struct checker *checker, size_t section)
{
	const struct elf_file *elf = &checker->elf;

	return section < elf->section_count &&
	       ((elf->sections[section].header.sh_flags & SHF_ALLOC &&
		 !is_read_once(elf->sections[section].name)) ||
		is_symbols(elf, section));
}

/*
 * Are they applied? Those of a livepatch are read again, from where they are loaded, whenever an object comes
 * (klp_apply_section_relocs()).
 */
static bool is_relocations(const struct checker *checker, const struct elf_section *section)
{
	return (section->header.sh_type == SHT_RELA || section->header.sh_type == SHT_REL ||
		section->header.sh_flags & LIVEPATCH_SHF_RELA) &&
	       check_read_loaded(checker, section->header.sh_info);
}

bool check_read_refuse(struct checker *checker, size_t index)
{
	const struct elf_file *elf = &checker->elf;
	const struct elf_section *section = &elf->sections[index];
	size_t target = section->header.sh_info;

	/* load_module() knows the struct module by its address when relocations are applied, and calls what it names. */
	if (!is_symbols(elf, target) && !is_relocations(checker, &elf->sections[target]) &&
	    !(section->header.sh_flags & LIVEPATCH_SHF_RELA &&
	      !strcmp(elf->sections[target].name, MODULE_SECTION)))
		return false;
	check_refuse(checker, "%s changes %s, which the loader itself reads", section->name,
		     elf->sections[target].name);
	return true;
}

/* Is it code, or a function that the module need not have, and has not got? */
static bool is_callable(const struct elf_file *elf, const struct elf_symbol *symbol)
{
	if (symbol->section == SHN_UNDEF)
		return symbol->index && symbol->binding == STB_WEAK;
	return symbol->section < elf->section_count &&
	       elf->sections[symbol->section].header.sh_flags & SHF_EXECINSTR;
}

/*
 * modpost has the struct module say what it is called, and has two pointers in it relocated: to init_module() and to
 * cleanup_module(). They stand behind the name; what is before it is the kernel's own, and has been filled in.
 */
void check_read_module(struct checker *checker, size_t index, int position,
		       const struct arch_relocation *relocation, const GElf_Rela *rela)
{
	const struct elf_file *elf = &checker->elf;
	const struct elf_symbol *symbol = &elf->symbols[GELF_R_SYM(rela->r_info)];
	uint64_t name;

	if (strcmp(elf->sections[elf->sections[index].header.sh_info].name, MODULE_SECTION) ||
	    relocation->kind == ARCH_HINT)
		return;
	if (relocation->kind == ARCH_ABSOLUTE && relocation->size == sizeof(uint64_t) &&
	    is_callable(elf, symbol) &&
	    (!module_file_name_place(elf, &name) || rela->r_offset >= name + MODULE_NAME_SIZE))
		return;
	check_refuse(
		checker,
		"relocation %d of %s changes more of its struct module than pointers to functions",
		position, elf->sections[index].name);
}
