/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who calls a function in the kernel's code. Comes in: a function that was __init, and is not with the patch, or one that
 * is gone. Goes out: those in other files that call its code.
 *
 * Debug information knows of calls only where arguments are of interest; the code itself has them all. What looks
 * like a call of the very address within another instruction is not to be expected.
 */
#include <string.h>

#include "kernel/symbol-name.h"
#include "plan/plan.h"

struct search {
	const struct plan_unit *unit;
	const struct elf_file *image;
	const struct elf_symbol *called;
	struct arena *arena;
};

/* Is the code of SYMBOL, perhaps as a clone or a cold part, UNIT's own? */
static bool is_own(const struct search *search, const struct elf_symbol *symbol)
{
	const char *name = symbol_name_source(symbol->name, search->arena);
	const struct elf_symbol *own = plan_own_symbol(search->unit->source, name);

	return own && (strcmp(name, symbol->name) ||
		       target_loaded_symbol(search->unit->source->object, own) == symbol);
}

/* Linked code has the distance to what it calls. */
static bool calls_linked(const struct search *search, const struct elf_symbol *symbol,
			 const unsigned char *code)
{
	const struct elf_file *image = search->image;
	bool big_endian = elf_file_is_big_endian(image);
	struct arch_call call;

	for (uint64_t size = 1; size <= symbol->size; size++)
		if (image->arch->find_call(code, size, big_endian, &call) &&
		    elf_symbol_is_entered(image, search->called,
					  symbol->address + size + (uint64_t)call.distance))
			return true;
	return false;
}

/* Is the relocation that of a call of it, in SYMBOL's CODE? */
static bool is_call(const struct search *search, const struct elf_symbol *symbol,
		    const unsigned char *code, const GElf_Rela *rela)
{
	const struct elf_file *image = search->image;
	uint64_t at = rela->r_offset - symbol->value, index = GELF_R_SYM(rela->r_info);
	bool big_endian = elf_file_is_big_endian(image);
	const struct elf_symbol *target;
	struct arch_call call;

	if (rela->r_offset < symbol->value || at >= symbol->size || index >= image->symbol_count)
		return false;
	target = &image->symbols[index];
	if (target->section != search->called->section)
		return false;
	for (uint64_t end = at + 1; end <= symbol->size && end <= at + 8; end++)
		if (image->arch->find_call(code, end, big_endian, &call) && end - call.back == at &&
		    target->value + (uint64_t)(rela->r_addend + call.bias) == search->called->value)
			return true;
	return false;
}

/* A module's has relocations, of which those of calls count. */
static bool calls_relocated(const struct search *search, const struct elf_symbol *symbol,
			    const unsigned char *code)
{
	for (size_t i = 0; (i = elf_file_relocations_of(search->image, symbol->section, i));) {
		Elf_Data *data = elf_file_data(search->image, i);
		GElf_Rela rela;

		for (int j = 0; data && gelf_getrela(data, j, &rela); j++)
			if (is_call(search, symbol, code, &rela))
				return true;
	}
	return false;
}

static bool calls(const struct search *search, const struct elf_symbol *symbol)
{
	const unsigned char *code;

	/* Of assembler, what is no function by the kernel's conventions, as entries are, has no type (SYM_CODE_START()). */
	if ((symbol->type != STT_FUNC && symbol->type != STT_NOTYPE) || !symbol->size ||
	    symbol == search->called || elf_symbol_life(search->image, symbol))
		return false;
	code = elf_symbol_contents(search->image, symbol);
	if (!code)
		return false;
	return search->image->header.e_type == ET_REL ? calls_relocated(search, symbol, code)
						      : calls_linked(search, symbol, code);
}

/* Is it certain that nobody runs CALLER's old code, as the livepatch replaces it, or those who call it? */
static bool is_replaced(const struct plan_unit *units, size_t count,
			const struct elf_symbol *caller, struct arena *arena)
{
	const char *name = symbol_name_source(caller->name, arena);

	for (size_t i = 0; i < count; i++) {
		const struct plan_function *planned = plan_find(&units[i], name);

		if (planned &&
		    (plan_is_unreached(planned) || plan_is_replaced(&units[i], planned->function)))
			return true;
	}
	return false;
}

const char *plan_staying_caller(const struct plan_unit *units, size_t count,
				const struct plan_unit *unit, const struct elf_symbol *symbol,
				struct arena *arena)
{
	struct kernel_object *object = unit->source->object;
	struct search search = { unit, object->image, target_loaded_symbol(object, symbol), arena };

	if (!search.called || !search.image->arch->find_call)
		return NULL;
	for (size_t i = 1; i < search.image->symbol_count; i++) {
		const struct elf_symbol *caller = &search.image->symbols[i];

		if (calls(&search, caller) && !is_own(&search, caller) &&
		    !is_replaced(units, count, caller, arena))
			return caller->name;
	}
	return NULL;
}

const char *plan_other_caller(const struct plan_unit *unit, const struct elf_symbol *symbol,
			      struct arena *arena)
{
	return plan_staying_caller(NULL, 0, unit, symbol, arena);
}

/*
 * Programs of BPF call it, if it is one of those that BTF_ID() lists (include/linux/btf_ids.h): "__BTF_ID__func__NAME__" and a
 * number.
 */
static bool has_btf_id(const struct kernel_object *object, const char *name, struct arena *arena)
{
	const char *prefix = arena_printf(arena, "__BTF_ID__func__%s__", name);

	for (size_t i = 1; i < object->elf.symbol_count; i++)
		if (string_starts_with(object->elf.symbols[i].name, prefix))
			return true;
	return false;
}

static void check_new(const struct plan_unit *units, size_t count, const struct plan_unit *unit,
		      const struct digest_function *function, struct arena *arena)
{
	const struct elf_symbol *symbol = plan_own_symbol(unit->source, function->name);
	const char *caller;

	if (!symbol)
		return;
	caller = plan_staying_caller(units, count, unit, symbol, arena);
	if (!caller && !has_btf_id(unit->source->object, function->name, arena))
		return;
	diag_error(
		&function->place, "prototype",
		"the patch changes the parameters or the result of '%s', but %s goes on to call the old one",
		function->name, caller ? arena_printf(arena, "'%s'", caller) : "BPF");
	diag_note(NULL, "leave its parameters as they are, and let it call a new one");
}

void plan_check_staying(const struct plan_unit *units, size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < units[i].function_count; j++)
			if (units[i].functions[j].state == PLAN_NEW)
				check_new(units, count, &units[i], units[i].functions[j].function,
					  arena);
}
