/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks a finished livepatch module the way the kernel's loader does. Comes in: the file that was
 * written, read anew. Goes out: yes or messages. The rules are those of klp_resolve_symbols() and
 * klp_apply_section_relocs() (kernel/livepatch/core.c), apply_relocations() (kernel/module/main.c) and the
 * architectures' apply_relocate_add() (arch/X/kernel/module.c); the numbers in the formats are theirs too. What comes
 * before that, check-file.c has; what may not be relocated at all, check-read.c.
 */
#include "fix/check.h"
#include "fix/check-internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/elf-relocate.h"
#include "elf/modinfo.h"
#include "kernel/module-file.h"

/* The number in the kernel's formats. */
_Static_assert(MODULE_NAME_SIZE == 56, "\"%55[^.]\" below");

/*
 * Of klp-build: what "objtool klp post-link" has made the livepatch sections of. It stays in the module, where nobody reads
 * it, and what the kernel puts there, with nothing for livepatch symbols, does not matter (tools/objtool/klp-post-link.c).
 */
#define KLP_BUILD_RELOCS "__klp_relocs."

#define MAX_NAME 1024 /* bytes; more than any KSYM_NAME_LEN */

void check_refuse(struct checker *checker, const char *format, ...)
{
	struct diag_place place = { checker->name, 0 };
	va_list arguments;
	char text[1024];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	diag_error(&place, "loader", "the kernel would refuse the module: %s", text);
	checker->result = -1;
}

/* Not all loaders look at it, but livepatches have to have it (Documentation/livepatch/module-elf-format.rst). */
static void refuse_form(struct checker *checker, const char *section, const char *what)
{
	struct diag_place place = { checker->name, 0 };

	diag_error(&place, "elf", "malformed livepatch: section '%s' %s", section, what);
	checker->result = -1;
}

/* The object NAME; NULL, after a warning that is given once: its debug file is not at hand. */
static struct kernel_object *object_named(struct checker *checker, const char *name)
{
	bool known = name_table_find(&checker->target->missing, name);
	struct kernel_object *object = target_object(checker->target, name, NULL);
	struct diag_place place = { checker->name, 0 };

	if (!object && !known)
		diag_warning(&place, "no-module",
			     "the symbols of module '%s' are not checked: its debug file is not "
			     "there",
			     name);
	return object;
}

/* As klp_find_object_symbol() does. NULL, with a message: it would find nothing. */
static const struct elf_symbol *find_symbol(struct checker *checker, struct kernel_object *object,
					    const char *name, unsigned long position)
{
	const struct elf_symbol *symbol = NULL, *found = NULL;
	unsigned long count = 0;

	while ((symbol = symbol_table_next(target_loaded_symbols(object), name, symbol))) {
		count++;
		if (!position || count == position)
			found = symbol;
	}
	if (count && (position ? count >= position : count == 1))
		return found;
	if (count && !position)
		check_refuse(checker, "%s has %lu symbols '%s'", object->name, count, name);
	else if (position)
		check_refuse(checker, "%s has no symbol '%s' of position %lu", object->name, name,
			     position);
	else
		check_refuse(checker, "%s has no symbol '%s'", object->name, name);
	return NULL;
}

/*
 * Takes the livepatch symbol NAME apart, as "%55[^.].%511[^,],%lu" does behind the prefix, "%127" before Linux 6.1.
 * False, after a message: it is none, or the name in it is too long.
 */
static bool parse_symbol(struct checker *checker, const char *name, char *object, char *symbol,
			 unsigned long *position)
{
	if (sscanf(name, LIVEPATCH_SYM_PREFIX "%55[^.].%1023[^,],%lu", object, symbol, position) !=
	    3) {
		check_refuse(checker, "livepatch symbol '%s' has an incorrect name", name);
		return false;
	}
	if (strlen(symbol) < checker->name_size)
		return true;
	check_refuse(checker,
		     "the name of '%s' is longer than the %zu characters that this kernel takes",
		     name, checker->name_size - 1);
	return false;
}

/* Symbol INDEX of a section for the object SECTION_OBJECT. */
static void check_klp_symbol(struct checker *checker, size_t index, const char *section_object)
{
	const struct elf_symbol *symbol = &checker->elf.symbols[index], *found;
	char object_name[MODULE_NAME_SIZE], symbol_name[MAX_NAME];
	struct diag_place place = { checker->name, 0 };
	struct kernel_object *object;
	unsigned long position;

	if (symbol->section != LIVEPATCH_SHN) {
		check_refuse(checker, "symbol '%s' is not marked as a livepatch symbol",
			     symbol->name);
		return;
	}
	if (!parse_symbol(checker, symbol->name, object_name, symbol_name, &position))
		return;
	if (strcmp(section_object, "vmlinux") && !strcmp(object_name, "vmlinux")) {
		check_refuse(
			checker,
			"invalid access to vmlinux symbol '%s' from the section of module '%s'",
			symbol_name, section_object);
		return;
	}
	if (!strcmp(section_object, "vmlinux") && strcmp(object_name, "vmlinux")) {
		check_refuse(
			checker,
			"symbol '%s' of module '%s' is needed by a section of vmlinux, which is "
			"applied when the module need not be there",
			symbol_name, object_name);
		return;
	}
	object = object_named(checker, object_name);
	if (!object)
		return;
	if (target_check_kallsyms(checker->target, object, symbol_name, &place))
		checker->result = -1;
	found = find_symbol(checker, object, symbol_name, position);
	if (!found || !checker->livepatch)
		return;
	for (size_t i = 0; i < checker->livepatch->symbol_count; i++)
		if (!strcmp(checker->livepatch->symbols[i].name, symbol->name) &&
		    target_loaded_symbol(object, checker->livepatch->symbols[i].resolved.symbol) ==
			    found)
			return;
	check_refuse(checker, "'%s' does not lead to the symbol that was meant", symbol->name);
}

/*
 * Of any relocation, number POSITION of section INDEX. No loader looks whether it is within its section, and what is behind
 * would be overwritten; that the bytes are zero, apply_relocate_add() of some architectures insists on. TARGET is empty
 * where the section is SHT_NOBITS, which is zero.
 */
static void check_bytes(struct checker *checker, size_t index, int position,
			const struct arch_relocation *relocation, const GElf_Rela *rela,
			const Elf_Data *target)
{
	const struct elf_section *section = &checker->elf.sections[index];
	const unsigned char *bytes = target->d_buf;

	/* Nothing is stored for what only tells the linker something. */
	if (!relocation->size)
		return;
	if (!range_is_within(rela->r_offset, relocation->size,
			     checker->elf.sections[section->header.sh_info].header.sh_size)) {
		check_refuse(checker, "relocation %d of %s lies outside of its section", position,
			     section->name);
		return;
	}
	if (!checker->elf.arch->zero_under_relocations ||
	    !range_is_within(rela->r_offset, relocation->size, target->d_size))
		return;
	for (unsigned int i = 0; i < relocation->size; i++)
		if (bytes[rela->r_offset + i]) {
			check_refuse(checker, "the bytes under relocation %d of %s are not zero",
				     position, section->name);
			return;
		}
}

/*
 * Likewise of any relocation, of section INDEX, of a symbol that is not the module's own: restore_r2(), by which
 * apply_relocate_add() of arch/powerpc/kernel/module_64.c looks at the code behind a call.
 */
static void check_outside(struct checker *checker, size_t index,
			  const struct arch_relocation *relocation, const GElf_Rela *rela,
			  const Elf_Data *target)
{
	const struct elf_file *elf = &checker->elf;
	const struct elf_symbol *symbol = &elf->symbols[GELF_R_SYM(rela->r_info)];
	struct arch_code code = { .ours = target->d_buf,
				  .size = target->d_size,
				  .big_endian = elf_file_is_big_endian(elf) };
	const char *reason;

	if (!elf->arch->refused || !code.ours ||
	    (symbol->section != SHN_UNDEF && symbol->section != LIVEPATCH_SHN))
		return;
	reason = elf->arch->refused(relocation, symbol->name, &code, rela->r_offset);
	if (reason)
		check_refuse(checker, "%s, for which %s has %s of '%s' at 0x%llx", reason,
			     elf->sections[index].name, relocation->name, symbol->name,
			     (unsigned long long)rela->r_offset);
}

/*
 * simplify_symbols() (kernel/module/main.c) adds the address of a symbol's section, whatever that is. move_module() sets it
 * for what has SHF_ALLOC; the others keep what rewrite_section_headers() has set, a place in the copy of the file, which
 * free_copy() frees when the module is loaded.
 */
static void check_loaded(struct checker *checker, size_t index, int position, const GElf_Rela *rela)
{
	const struct elf_symbol *symbol = &checker->elf.symbols[GELF_R_SYM(rela->r_info)];
	const struct elf_section *sections = checker->elf.sections;

	if (symbol->section == SHN_UNDEF || symbol->section >= checker->elf.section_count ||
	    check_read_loaded(checker, symbol->section))
		return;
	check_refuse(checker, "relocation %d of %s leads to section %s, which is not loaded",
		     position, sections[index].name, sections[symbol->section].name);
}

/*
 * Is there room in the place for what number POSITION of section INDEX stores? __write_relocate_add()
 * (arch/x86/kernel/module.c; __apply_relocate_add() of older ones) ends with "overflow in relocation type". The symbol's
 * value is what simplify_symbols() (kernel/module/main.c) makes of it. Distances depend on where the module is put.
 */
static void check_value(struct checker *checker, size_t index, int position,
			const struct arch_relocation *relocation, const GElf_Rela *rela)
{
	const struct elf_symbol *symbol = &checker->elf.symbols[GELF_R_SYM(rela->r_info)];
	const struct arch *arch = checker->elf.arch;
	uint64_t low = arch->lowest_address, high = UINT64_MAX;

	if (!arch->has_room)
		return;
	/* Symbol 0, and a weak one that the kernel has not got, are 0. */
	if (symbol->section == SHN_UNDEF && (!GELF_R_SYM(rela->r_info) ||
					     !target_exporter(checker->target, symbol->name)))
		low = high = 0;
	else if (symbol->section == SHN_ABS)
		low = high = symbol->value;
	else if (symbol->section < checker->elf.section_count)
		low += symbol->value, high = arch->modules_end + symbol->value;
	if (!arch->has_room(relocation, low + (uint64_t)rela->r_addend, high - low))
		check_refuse(checker, "relocation %d of %s overflows: %s is too small for it",
			     position, checker->elf.sections[index].name, relocation->name);
}

bool check_kernel_has(const struct checker *checker, const char *name)
{
	return !name || symbol_table_next(&checker->target->vmlinux->symbols, name, NULL);
}

/*
 * RELA is number POSITION of section INDEX. NULL: it is of a type that modules do not have, which each apply_relocate_add()
 * (arch/X/kernel/module.c, module_64.c of powerpc) refuses in the end of its switch, and the first such of a section is reported.
 */
static const struct arch_relocation *check_type(struct checker *checker, size_t index, int position,
						const GElf_Rela *rela)
{
	const struct elf_file *elf = &checker->elf;
	uint64_t type = GELF_R_TYPE(rela->r_info);
	const struct arch_relocation *known = arch_module_relocation(elf->arch, type);

	if (known && !check_kernel_has(checker, known->function))
		known = NULL;
	if (!known && checker->refused != index)
		check_refuse(checker,
			     "relocation %d of %s is %s, which it does not apply to modules",
			     position, elf->sections[index].name,
			     arch_describe_relocation(elf->arch, type, checker->target->arena));
	if (!known)
		checker->refused = index;
	return known;
}

/*
 * RELA of a livepatch section, number POSITION of section INDEX, follows another one, which has to be in the same section
 * (apply_relocate_add()). Its symbol is no livepatch symbol, and not every kernel takes that.
 */
static void check_following(struct checker *checker, size_t index, int position,
			    const GElf_Rela *rela)
{
	const struct elf_file *elf = &checker->elf;
	const char *function = elf->arch->following_function;

	if ((function && check_kernel_has(checker, function)) || checker->refused == index)
		return;
	check_refuse(checker, "symbol '%s' is not marked as a livepatch symbol",
		     elf->symbols[GELF_R_SYM(rela->r_info)].name);
	diag_note(NULL, "relocation %d of %s is %s, which follows another one", position,
		  elf->sections[index].name,
		  arch_describe_relocation(elf->arch, GELF_R_TYPE(rela->r_info),
					   checker->target->arena));
	if (function)
		diag_note(NULL, "only kernels that have '%s' take it there", function);
	checker->refused = index;
}

/* Likewise of any section. */
static void check_followed(struct checker *checker, size_t index, const GElf_Rela *rela)
{
	GElf_Rela followed;

	if (elf_relocation_followed(&checker->elf, index, rela, &followed))
		checker->result = -1;
}

/*
 * RELA, number POSITION of section INDEX, which changes the contents TARGET. OBJECT: the one that a
 * livepatch section is for; NULL: the section is none.
 */
static void check_relocation(struct checker *checker, size_t index, int position,
			     const GElf_Rela *rela, const char *object, const Elf_Data *target)
{
	const char *section = checker->elf.sections[index].name;
	size_t symbol = GELF_R_SYM(rela->r_info);
	const struct arch_relocation *known;
	bool follows;

	if (symbol >= checker->elf.symbol_count) {
		check_refuse(checker, "relocation %d of %s has no symbol", position, section);
		return;
	}
	known = check_type(checker, index, position, rela);
	follows = known && known->follows;
	if (follows)
		check_followed(checker, index, rela);
	if (known) {
		check_bytes(checker, index, position, known, rela, target);
		check_overlap_add(checker, index, position, known, rela->r_offset);
		check_read_module(checker, index, position, known, rela);
		check_outside(checker, index, known, rela, target);
		check_value(checker, index, position, known, rela);
		if (known->kind != ARCH_HINT)
			check_loaded(checker, index, position, rela);
	}
	if (object) {
		if (follows)
			check_following(checker, index, position, rela);
		else
			check_klp_symbol(checker, symbol, object);
	} else if (checker->elf.symbols[symbol].section == LIVEPATCH_SHN &&
		   !(known && known->kind == ARCH_HINT) &&
		   !string_starts_with(section, ".rela" KLP_BUILD_RELOCS)) {
		check_refuse(checker, "'%s' is needed by %s, which is no livepatch section",
			     checker->elf.symbols[symbol].name, section);
	}
}

/* Section INDEX, with relocations. */
static void check_relocations(struct checker *checker, size_t index)
{
	const struct elf_section *section = &checker->elf.sections[index];
	bool livepatch = section->header.sh_flags & LIVEPATCH_SHF_RELA;
	char object_name[MODULE_NAME_SIZE] = "";
	Elf_Data *relocations, *target;
	GElf_Rela rela;

	if (!check_read_loaded(checker, section->header.sh_info)) {
		if (livepatch)
			check_refuse(checker, "%s belongs to no section that is loaded",
				     section->name);
		return;
	}
	if (check_read_refuse(checker, index))
		return;
	if (livepatch && sscanf(section->name, LIVEPATCH_RELA_PREFIX "%55[^.]", object_name) != 1)
		check_refuse(checker, "section '%s' has an incorrect name", section->name);
	if (livepatch && (!(section->header.sh_flags & SHF_ALLOC) ||
			  section->header.sh_link != checker->elf.symtab))
		refuse_form(checker, section->name,
			    "is not loaded, or does not name the symbol table");
	relocations = elf_file_data(&checker->elf, index);
	target = elf_file_raw_data(&checker->elf, section->header.sh_info);
	if (!relocations || !target) {
		checker->result = -1;
		return;
	}
	for (int i = 0; gelf_getrela(relocations, i, &rela); i++)
		check_relocation(checker, index, i, &rela, livepatch ? object_name : NULL, target);
}

/*
 * The kernel takes such a section for so many entries, and what is no whole one at its end for nothing: section_objs(), by
 * which find_module_sections() (kernel/module/main.c) finds __jump_table, .static_call_sites and __ex_table. What an
 * architecture's module_finalize() (arch/X/kernel/module.c) hands on to apply_alternatives(), apply_returns() and others
 * (arch/X/kernel/alternative.c), these walk from its start until they are at its end or behind it, so that the last entry would
 * be read from beyond.
 */
static void check_specials(struct checker *checker)
{
	struct diag_place place = { checker->name, 0 };

	for (size_t i = 1; i < checker->elf.section_count; i++) {
		const struct elf_section *section = &checker->elf.sections[i];
		const struct arch_special *special =
			arch_special_section(checker->elf.arch, section->name);

		if (!special || !special->entry_size ||
		    section->header.sh_size % special->entry_size == 0)
			continue;
		diag_error(
			&place, "loader",
			"the kernel would pass over the end of section '%s': its %llu bytes are no "
			"whole number of entries of %u",
			section->name, (unsigned long long)section->header.sh_size,
			special->entry_size);
		checker->result = -1;
	}
}

/*
 * What module_frob_arch_sections() of some architectures looks for, and ends with -ENOEXEC without: .plt and .init.plt of
 * arm64 (arch/arm64/kernel/module-plts.c), .plt, .got and .got.plt of riscv (arch/riscv/kernel/module-sections.c), .stubs of
 * powerpc (arch/powerpc/kernel/module_64.c); and module_init_ftrace_plt(), of module_finalize()
 * (arch/arm64/kernel/module.c): .text.ftrace_trampoline.
 */
static void check_needed(struct checker *checker)
{
	const struct arch *arch = checker->elf.arch;

	for (size_t i = 0; i < arch->needed_count; i++) {
		const struct arch_needed *needed = &arch->needed[i];

		if (elf_file_find_section(&checker->elf, needed->section) ||
		    !check_kernel_has(checker, needed->function))
			continue;
		check_refuse(checker, "it has no section %s", needed->section);
		diag_note(NULL, "the kernel's build links modules by scripts/module.lds, which "
				"makes that section: let it link this one");
	}
}

/*
 * apply_relocations(): what has the flag is taken for relocations with addends, whatever it is; those without addends no
 * 64-bit architecture applies.
 */
static void check_section(struct checker *checker, size_t index)
{
	const struct elf_section *section = &checker->elf.sections[index];

	if (section->header.sh_type == SHT_RELA)
		check_relocations(checker, index);
	else if (section->header.sh_flags & LIVEPATCH_SHF_RELA)
		refuse_form(checker, section->name,
			    "has a livepatch section's flag, but another type");
	else if (section->header.sh_type == SHT_REL &&
		 check_read_loaded(checker, section->header.sh_info))
		check_refuse(checker, "%s has relocations without addends", section->name);
}

int check_module(const char *path, const char *name, struct target *target,
		 const struct livepatch *livepatch)
{
	struct checker checker = { .name = name, .target = target, .livepatch = livepatch };

	if (elf_file_open(&checker.elf, path, "the module"))
		return -1;
	checker.name_size = target_symbol_name_size(target);
	check_file(&checker);
	for (size_t i = 1; i < checker.elf.section_count; i++)
		check_section(&checker, i);
	check_overlap(&checker);
	check_specials(&checker);
	check_needed(&checker);
	elf_file_close(&checker.elf);
	return checker.result;
}
