/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks a module's file, symbols and .modinfo as the kernel's loader does before it applies relocations. Comes in: the
 * module, opened anew. Goes out: messages. All functions that are named here are of kernel/module/main.c, of Linux 7.2;
 * older ones have the rules in fewer functions, or rely on what newer ones check.
 */
#include <string.h>
#include <sys/stat.h>

#include "elf/modinfo.h"
#include "fix/check-internal.h"
#include "kernel/module-file.h"

/* Bytes: MODULES_END - MODULES_VADDR of x86-64 is not more than 1.5 GiB, of which one module does not get all. */
#define MAX_LOADED (1ull << 30)

/* How many sections have that name, or that type. */
static size_t count_named(const struct elf_file *elf, const char *name)
{
	size_t count = 0;

	for (size_t i = 1; i < elf->section_count; i++)
		count += !strcmp(elf->sections[i].name, name);
	return count;
}

static size_t count_of_type(const struct elf_file *elf, GElf_Word type)
{
	size_t count = 0;

	for (size_t i = 1; i < elf->section_count; i++)
		count += elf->sections[i].header.sh_type == type;
	return count;
}

/* elf_validity_cache_sechdrs(), validate_section_offset() */
static void check_sections(struct checker *checker)
{
	const struct elf_file *elf = &checker->elf;
	const GElf_Shdr *first = &elf->sections[0].header;
	uint64_t loaded = 0;
	struct stat status;

	if (elf->header.e_shentsize != sizeof(Elf64_Shdr))
		check_refuse(checker, "its section headers have another size");
	if (first->sh_type != SHT_NULL || first->sh_size || first->sh_addr)
		check_refuse(checker, "its section 0 is not empty");
	if (fstat(elf->fd, &status))
		return; /* it could be read a moment ago */
	for (size_t i = 0; i < elf->section_count; i++) {
		const GElf_Shdr *header = &elf->sections[i].header;

		/* module_enforce_rwx_sections() */
		if (header->sh_flags & SHF_WRITE && header->sh_flags & SHF_EXECINSTR)
			check_refuse(checker, "section %s is to be written as well as run",
				     elf->sections[i].name);
		if (!i)
			continue;
		if (header->sh_flags & SHF_ALLOC)
			loaded += header->sh_size > MAX_LOADED ? MAX_LOADED : header->sh_size;
		if (header->sh_type != SHT_NULL && header->sh_type != SHT_NOBITS &&
		    !range_is_within(header->sh_offset, header->sh_size, (uint64_t)status.st_size))
			check_refuse(checker, "section %s lies outside of the file",
				     elf->sections[i].name);
	}
	if (loaded >= MAX_LOADED)
		check_refuse(checker, "its sections take more room than all modules have");
}

/* A string table ends with a NUL, or what is read of it goes on behind it. */
static void check_strings(struct checker *checker, size_t section, bool leading)
{
	Elf_Data *data = elf_file_raw_data(&checker->elf, section);
	const char *text = data ? data->d_buf : NULL;

	if (!data)
		checker->result = -1;
	else if (!data->d_size || text[data->d_size - 1] || (leading && *text))
		check_refuse(checker, "its string table %s does not begin and end with a NUL",
			     checker->elf.sections[section].name);
}

/* elf_validity_cache_secstrings(), elf_validity_cache_strtab() */
static void check_string_tables(struct checker *checker)
{
	const struct elf_file *elf = &checker->elf;
	size_t names;

	if (!elf_getshdrstrndx(elf->elf, &names))
		check_strings(checker, names, false);
	if (elf->symtab)
		check_strings(checker, elf->sections[elf->symtab].header.sh_link, true);
}

/* elf_validity_cache_index_info(), _mod(), _sym(), _versions() */
static void check_index(struct checker *checker)
{
	const struct elf_file *elf = &checker->elf;
	size_t module = elf_file_find_section(elf, MODULE_SECTION);
	size_t modinfo = elf_file_find_section(elf, ".modinfo");

	if (count_named(elf, ".modinfo") > 1)
		check_refuse(checker, "it has more than one .modinfo");
	else if (modinfo && !(elf->sections[modinfo].header.sh_flags & SHF_ALLOC))
		check_refuse(checker, "its .modinfo is not loaded");
	if (!module)
		check_refuse(checker, "it has no " MODULE_SECTION);
	else if (count_named(elf, MODULE_SECTION) > 1)
		check_refuse(checker, "it has more than one " MODULE_SECTION);
	else if (elf->sections[module].header.sh_type == SHT_NOBITS ||
		 !(elf->sections[module].header.sh_flags & SHF_ALLOC))
		check_refuse(checker, "its " MODULE_SECTION " is not loaded");
	if (count_of_type(elf, SHT_SYMTAB) != 1)
		check_refuse(checker, "it has %zu symbol tables", count_of_type(elf, SHT_SYMTAB));
	if (!elf_file_find_section(elf, "__version_ext_crcs") !=
	    !elf_file_find_section(elf, "__version_ext_names"))
		check_refuse(checker, "of __version_ext_crcs and __version_ext_names, it has one");
}

/* simplify_symbols(). The loader resolves every undefined symbol, whether something refers to it or not. */
static void check_symbol(struct checker *checker, const struct elf_symbol *symbol)
{
	switch (symbol->section) {
	case SHN_UNDEF:
		if (symbol->binding != STB_WEAK && !target_exporter(checker->target, symbol->name))
			check_refuse(checker, "unknown symbol '%s'", symbol->name);
		break;
	case SHN_COMMON:
		if (!string_starts_with(symbol->name, "__gnu_lto"))
			check_refuse(checker, "'%s' is a common symbol: compile with -fno-common",
				     symbol->name);
		break;
	case SHN_ABS:
	case LIVEPATCH_SHN:
		break;
	default:
		if (symbol->section >= checker->elf.section_count)
			check_refuse(checker, "symbol '%s' is in section 0x%x, which is none",
				     symbol->name, symbol->section);
	}
}

/* get_next_modinfo() and what it calls compare what is behind the last NUL with what they look for. */
static void check_modinfo_end(struct checker *checker)
{
	size_t section = elf_file_find_section(&checker->elf, ".modinfo");
	Elf_Data *data = section ? elf_file_raw_data(&checker->elf, section) : NULL;

	if (data && data->d_size && ((const char *)data->d_buf)[data->d_size - 1])
		check_refuse(checker, "its .modinfo does not end with a NUL");
}

/* license_is_gpl_compatible() of include/linux/license.h */
static bool is_gpl(const char *license)
{
	static const char *const known[] = {
		"GPL",		"GPL v2",	"GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"
	};

	for (size_t i = 0; license && i < ARRAY_SIZE(known); i++)
		if (!strcmp(license, known[i]))
			return true;
	return false;
}

/* Does it need klp_enable_patch(), which is EXPORT_SYMBOL_GPL? */
static bool enables_patch(const struct elf_file *elf)
{
	for (size_t i = 1; i < elf->symbol_count; i++)
		if (elf->symbols[i].section == SHN_UNDEF &&
		    !strcmp(elf->symbols[i].name, "klp_enable_patch"))
			return true;
	return false;
}

/* check_modinfo(), check_modinfo_livepatch(), find_symbol(). That vermagic is the kernel's, same-kernel.c looks at. */
static void check_modinfo(struct checker *checker)
{
	const char *livepatch = modinfo_find(&checker->elf, "livepatch");
	const char *license = modinfo_find(&checker->elf, "license");
	struct diag_place place = { checker->name, 0 };

	check_modinfo_end(checker);
	/* The kernel takes any other word for it; what the author of a module that is made means by that is not known. */
	if (!livepatch || (checker->livepatch && strcmp(livepatch, "Y")))
		check_refuse(checker, "its .modinfo does not say livepatch=Y");
	if (!is_gpl(license) && enables_patch(&checker->elf))
		check_refuse(checker,
			     "its license is '%s', and livepatches have to be under the GPL",
			     license ? license : "");
	if (!modinfo_find(&checker->elf, "vermagic") &&
	    diag_refuse(&place, "vermagic",
			"the kernel would refuse the module: its .modinfo has no vermagic"))
		checker->result = -1;
}

void check_file(struct checker *checker)
{
	check_sections(checker);
	check_string_tables(checker);
	check_index(checker);
	for (size_t i = 1; i < checker->elf.symbol_count; i++)
		check_symbol(checker, &checker->elf.symbols[i]);
	check_modinfo(checker);
}
