/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Livepatch symbols of modules come late. Comes in: the plan for a module. Goes out: yes or messages.
 *
 * What code of the image needs is resolved when the livepatch is loaded, before the kernel looks at
 * its sections (apply_relocations() in kernel/module/main.c). What code of a module needs is resolved
 * when that module is there (klp_init_object_loaded() in kernel/livepatch/core.c). By then
 *
 *	- the kernel has processed the sections that tell it what to change in the code
 *	  (post_relocation(), the notifiers of static keys and static calls),
 *	- the livepatch's own .init sections are freed, and their memory may be another's.
 *
 * It is resolved again when the module comes back, perhaps at another place, and some relocations do not bear that.
 * And where zeros have to be under a relocation, a place can be relocated a second time, when the module
 * comes back, only if it is cleared when the module goes: clear_relocate_add() does so since 6.3.
 *
 * The image's symbols come late in one way only: their relocations are in another section than those of the module's own
 * symbols, and some kernels do not bear that of a place that has both.
 */
#include "fix/late-symbols.h"

#include <stdlib.h>
#include <string.h>

/* What the runtime's klpmake.h does instead. */
#define CLEARING_FUNCTION "klpmake_clear_relocations"

static const struct special {
	const char *content;
	const char *advice;
} specials[] = {
	[ARCH_STATIC_KEY] = { "a static key",
			      "ask for the key's value when it is needed: static_key_enabled(&key) in place of "
			      "static_branch_likely(&key) and static_branch_unlikely(&key); a tracepoint is to be left out" },
	[ARCH_STATIC_CALL] = { "a static call",
			       "call the function itself, or the one that static_call_query() returns, in place of "
			       "static_call(); a tracepoint is to be left out" },
	[ARCH_ALTERNATIVE] = { "an alternative",
			       "use the symbol outside of ALTERNATIVE() and alternative_call()" },
	[ARCH_BUG] = { "a BUG() or WARN()", "use the symbol outside of the macro" },
	[ARCH_EXCEPTION] = { "an exception table",
			     "let a function of the patch that does not need the symbol access the memory" },
	[ARCH_LOCKED_INSTRUCTION] = { "a locked instruction",
				      "let the patch take the symbol's address first, and use the pointer" },
	[ARCH_PARAVIRTUAL_CALL] = { "a paravirtual call", "call the function directly" },
	[ARCH_INDIRECT_CALL] = { "an indirect call", "call the function directly" },
	[ARCH_RETURN] = { "a return", "move the symbol out of the assembler code" },
	[ARCH_CALL_SITE] = { "a call", "move the call out of the assembler code" },
	[ARCH_ENTRY] = { "a function's entry", "move the symbol out of the assembler code" },
};

static int refuse_special(const struct livepatch_symbol *symbol, const char *section,
			  const struct special *special)
{
	diag_error(&symbol->place, "special",
		   "'%s' of the module '%s' cannot be part of %s (section %s)", symbol->source_name,
		   symbol->resolved.object->name, special->content, section);
	diag_note(NULL, "the kernel processes such a section when the livepatch is loaded, and "
			"resolves symbols of modules later");
	diag_note(NULL, "%s", special->advice);
	return -1;
}

static int refuse_dropped(const struct livepatch_symbol *symbol, enum elf_section_life life)
{
	diag_error(&symbol->place, "special", "'%s' of the module '%s' cannot be used in %s",
		   symbol->source_name, symbol->resolved.object->name,
		   life == ELF_SECTION_INIT ? "an __init function or __initdata"
					    : "an __exit function or __exitdata");
	diag_note(NULL, "the kernel resolves symbols of modules when these are loaded, which may "
			"be never, and long after the livepatch's own __init code is gone: use a "
			"callback, such as post_patch");
	return -1;
}

/* SYMBOL, that code of a module needs, is needed by SECTION of the livepatch. */
static int check_use(const struct arch *arch, const struct livepatch_symbol *symbol,
		     const char *section)
{
	const struct arch_special *special = arch_special_section(arch, section);

	if (special)
		return refuse_special(symbol, section, &specials[special->kind]);
	if (elf_section_is_dropped(section))
		return refuse_dropped(symbol, elf_section_life(section));
	return 0;
}

/*
 * SYMBOL, that code of a module needs, is needed by a relocation of TYPE, which the kernel applies whenever the module
 * comes.
 */
static int check_again(const struct arch *arch, const struct livepatch_symbol *symbol,
		       uint64_t type, struct arena *arena)
{
	const struct arch_relocation *known = arch_relocation(arch, type);

	if (!known || !known->once)
		return 0;
	diag_error(&symbol->place, "special",
		   "'%s' of the module '%s' cannot be used by a relocation %s", symbol->source_name,
		   symbol->resolved.object->name, arch_describe_relocation(arch, type, arena));
	diag_note(NULL, "the kernel applies it again when the module comes back, and then it leads "
			"elsewhere");
	diag_note(NULL, "%s",
		  known->kind == ARCH_GOT
			  ? "compile the file without -fpic and -fPIC, or give the declaration "
			    "__attribute__((visibility(\"hidden\")))"
			  : "store the symbol's address in place of a difference");
	return -1;
}

/* Is SYMBOL needed by code of modules? The image's is resolved at once. */
static bool is_late(const struct target *target, const struct livepatch_symbol *symbol)
{
	return !symbol->needed_by || target_is_module(target, symbol->needed_by);
}

/* The symbol of RELA, if it is a livepatch symbol, else NULL. */
static const struct livepatch_symbol *symbol_of(const struct elf_file *module,
						const struct livepatch *livepatch,
						const GElf_Rela *rela)
{
	size_t symbol = GELF_R_SYM(rela->r_info);
	uint32_t entry = symbol < module->symbol_count ? livepatch->by_symbol[symbol] : 0;

	return entry ? &livepatch->symbols[entry - 1] : NULL;
}

/* Does another relocation of section INDEX, one that stays there, change the place that RELA changes? */
static bool is_split(const struct elf_file *module, size_t index, const struct livepatch *livepatch,
		     const GElf_Rela *rela)
{
	Elf_Data *data = elf_file_data(module, index);
	GElf_Rela other;

	for (int i = 0; data && gelf_getrela(data, i, &other); i++) {
		const struct arch_relocation *known =
			arch_relocation(module->arch, GELF_R_TYPE(other.r_info));

		if (other.r_offset == rela->r_offset && known && known->size &&
		    !symbol_of(module, livepatch, &other))
			return true;
	}
	return false;
}

/* SYMBOL, that code of the image needs, is needed by RELA of section INDEX. */
static int check_split(const struct elf_file *module, size_t index,
		       const struct livepatch *livepatch, const struct target *target,
		       const struct livepatch_symbol *symbol, const GElf_Rela *rela)
{
	uint64_t type = GELF_R_TYPE(rela->r_info);
	const struct arch_relocation *known = arch_relocation(module->arch, type);
	const char *section = module->sections[module->sections[index].header.sh_info].name;
	const struct arch_special *special = arch_special_section(module->arch, section);

	if (!known || !known->starts_anew ||
	    !symbol_table_next(&target->vmlinux->symbols, known->starts_anew, NULL) ||
	    !is_split(module, index, livepatch, rela))
		return 0;
	diag_error(&symbol->place, "special", "'%s' cannot be part of %s (section %s)",
		   symbol->source_name, special ? specials[special->kind].content : "a difference",
		   section);
	diag_note(NULL,
		  "this kernel stores at a place only what one section adds to it, and a livepatch symbol's %s is in another "
		  "one than the rest",
		  arch_describe_relocation(module->arch, type, target->arena));
	diag_note(NULL, "%s",
		  special ? specials[special->kind].advice :
			    "store the symbol's address in place of a difference");
	return -1;
}

static int check_relocations(const struct elf_file *module, size_t index,
			     const struct livepatch *livepatch, const struct target *target,
			     bool *seen)
{
	const char *section = module->sections[module->sections[index].header.sh_info].name;
	Elf_Data *data = elf_file_data(module, index);
	GElf_Rela rela;
	int result = 0;

	if (!data)
		return -1;
	memset(seen, 0, livepatch->symbol_count * sizeof(*seen));
	for (int i = 0; gelf_getrela(data, i, &rela); i++) {
		const struct livepatch_symbol *symbol = symbol_of(module, livepatch, &rela);
		size_t number;

		if (!symbol)
			continue;
		number = (size_t)(symbol - livepatch->symbols);
		if (seen[number])
			continue;
		if (is_late(target, symbol))
			seen[number] = check_use(module->arch, symbol, section) ||
				       check_again(module->arch, symbol, GELF_R_TYPE(rela.r_info),
						   target->arena);
		else
			seen[number] =
				check_split(module, index, livepatch, target, symbol, &rela) != 0;
		if (seen[number])
			result = -1;
	}
	return result;
}

/* Can each module come back after it was unloaded? */
static void check_reload(const struct elf_file *module, const struct livepatch *livepatch,
			 const struct target *target)
{
	struct diag_place place = { module->path, 0 };
	const char *name = NULL;

	for (size_t i = 0; i < livepatch->object_count && !name; i++)
		if (target_is_module(target, livepatch->objects[i]))
			name = livepatch->objects[i]->name;
	if (!name || !module->arch->cleared ||
	    symbol_table_next(&target->vmlinux->symbols, "clear_relocate_add", NULL) ||
	    (module->arch->zero_under_relocations && elf_file_defines(module, CLEARING_FUNCTION)))
		return;
	diag_warning(
		&place, "reload",
		"once '%s' is unloaded, this kernel refuses to load it again while the livepatch "
		"is there",
		name);
	if (!module->arch->zero_under_relocations)
		return;
	diag_note(
		NULL,
		"let the klp_object's callback post_unpatch be klpmake_clear_relocations() of klpmake.h, "
		"or call that, or use the short form, which does so");
}

int late_symbols_check(const struct elf_file *module, const struct livepatch *livepatch,
		       const struct target *target)
{
	bool *seen = xcalloc(livepatch->symbol_count, sizeof(*seen));
	int result = 0;

	for (size_t i = 1; i < module->section_count; i++)
		if (elf_file_is_loaded_relocation(module, i) &&
		    check_relocations(module, i, livepatch, target, seen))
			result = -1;
	free(seen);
	if (!result)
		check_reload(module, livepatch, target);
	return result;
}
