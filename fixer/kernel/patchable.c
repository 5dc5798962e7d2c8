/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can a function be replaced, and is that enough? Comes in: a function of the kernel and the list
 * of all that the patch replaces. Goes out: yes, or messages.
 *
 * A livepatch diverts a function at its ftrace site; without one the kernel refuses the patch with
 * "failed to find location for function" (klp_patch_func() in kernel/livepatch/patch.c). And it
 * diverts calls only: where the compiler put a copy of the function into another one, or made a
 * clone of it for some callers, the old code goes on running.
 */
#include "kernel/patchable.h"

#include <stdlib.h>
#include <string.h>

#include "elf/bytes.h"
#include "elf/elf-relocate.h"
#include "kernel/symbol-name.h"
#include "kernel/system-call.h"

/* The addresses of OBJECT's ftrace sites. */
struct sites {
	const unsigned char *data; /* 8 bytes each */
	unsigned char *copy;	   /* to be freed */
	size_t count;
};

/* What lies between two symbols of the image that bound a table (MCOUNT_REC in vmlinux.lds.h). */
static int image_sites(const struct kernel_object *object, struct sites *sites)
{
	const struct elf_symbol *start =
		symbol_table_next(&object->symbols, "__start_mcount_loc", NULL);
	const struct elf_symbol *stop =
		symbol_table_next(&object->symbols, "__stop_mcount_loc", NULL);
	const unsigned char *table;
	uint64_t size, room;

	if (!start || !stop || start->section >= object->elf.section_count ||
	    stop->address < start->address)
		return 0;
	size = stop->address - start->address;
	table = elf_file_contents_at(object->image, start->address, &room);
	if (!table || size > room)
		return 0;
	sites->data = table;
	sites->count = size / 8;
	/* An image that is linked to be moved. */
	if (object->elf.header.e_type == ET_DYN)
		sites->data = sites->copy =
			elf_dynamic_copy(object->image, start->address, table, 8 * sites->count);
	return sites->data ? 0 : -1;
}

static int module_sites(const struct kernel_object *object, struct sites *sites)
{
	size_t section = elf_file_find_section(object->image, "__mcount_loc");
	Elf_Data *data;

	if (!section)
		section = elf_file_find_section(object->image, "__patchable_function_entries");
	if (!section || object->image->sections[section].header.sh_type == SHT_NOBITS)
		return 0;
	data = elf_file_raw_data(object->image, section);
	if (!data)
		return -1;
	sites->data = sites->copy = elf_relocated_copy(object->image, section, data);
	sites->count = sites->copy ? data->d_size / 8 : 0;
	return sites->copy ? 0 : -1;
}

/* The kernel takes the first site of those that may be the function's (ftrace_location()). */
static bool may_be_site_of(const struct arch *arch, const struct elf_symbol *symbol, uint64_t site)
{
	uint64_t behind = arch->site_behind;

	if (!behind)
		behind = symbol->size ? symbol->size : 1;
	return site + arch->site_before >= symbol->address &&
	       site + arch->site_before - symbol->address < arch->site_before + behind;
}

/* 1, 0, or -1 after a message. */
int patchable_has_site(const struct kernel_object *object, const struct elf_symbol *symbol)
{
	bool big_endian = elf_file_is_big_endian(&object->elf);
	bool in_module = object->elf.header.e_type == ET_REL;
	struct sites sites = { NULL, NULL, 0 };
	int found = 0;

	if (in_module ? module_sites(object, &sites) : image_sites(object, &sites))
		return -1;
	for (size_t i = 0; i < sites.count && !found; i++) {
		uint64_t site = bytes_load(sites.data + 8 * i, 8, big_endian);

		if (in_module)
			site = target_image_address(object, site);
		found = may_be_site_of(object->elf.arch, symbol, site);
	}
	free(sites.copy);
	return found;
}

static int check_site(const struct replaced *replaced)
{
	const struct kernel_object *object = replaced->resolved.object;
	const struct elf_symbol *symbol = replaced->resolved.symbol;
	int found = patchable_has_site(object, symbol);

	if (found)
		return found < 0 ? -1 : 0;
	diag_error(&replaced->place, "untraceable",
		   "'%s' cannot be replaced: it has no ftrace site", symbol->name);
	system_call_note(object, symbol->name);
	diag_note(
		NULL,
		"it is marked notrace or inline, or its file is compiled without tracing: replace the functions "
		"that call it");
	return -1;
}

static bool is_replaced(const struct replaced *all, size_t count, uint64_t address)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].resolved.symbol->address == address)
			return true;
	return false;
}

/* A search for code that goes on running although the patch replaces a function. */
struct uses {
	const struct replaced *all; /* what the patch replaces */
	size_t count, index;
	struct dwarf_unit *unit;
	const struct elf_symbol *clone; /* whose callers are looked for; NULL: copies are */
	const struct definition *clone_definition;
	int found;  /* how many there were */
	int result; /* of the message that was given for the first */
};

/*
 * Is what contains a copy or call dropped code, which has run when the kernel started or the module was
 * loaded?
 */
static bool is_dropped(struct kernel_object *object, uint64_t address)
{
	const struct elf_symbol *symbol = symbol_table_at(&object->symbols, address, NULL);

	return symbol && elf_symbol_life(&object->elf, symbol) == ELF_SECTION_INIT;
}

static int report_copy(const struct unit_use *use, void *context)
{
	struct uses *uses = context;
	const struct replaced *replaced = &uses->all[uses->index];
	struct diag_place place = { use->file ? dwarf_path_strip(use->file, uses->unit->comp_dir)
					      : NULL,
				    use->line };

	if (!use->inlined || is_replaced(uses->all, uses->count, use->into_address) ||
	    is_dropped(replaced->resolved.object, use->into_address))
		return 0;
	if (!uses->found++)
		uses->result = diag_refuse(
			&replaced->place, "inlined",
			"'%s' is also inlined into functions that the patch does not replace",
			replaced->resolved.symbol->name);
	diag_note(&place, "inlined into '%s'", use->into);
	return 0;
}

static int check_copies(const struct replaced *all, size_t count, size_t index,
			struct dwarf_unit *unit, const struct definition *definition)
{
	struct uses uses = { .all = all, .count = count, .index = index, .unit = unit };

	if (unit_find_uses(&all[index].resolved.object->dwarf, unit, definition, report_copy,
			   &uses) ||
	    unit_find_copies_elsewhere(&all[index].resolved.object->dwarf, unit, definition,
				       report_copy, &uses))
		return -1;
	if (uses.result)
		diag_note(NULL, "replace these functions too, or use --allow=inlined if their old "
				"code may go on running");
	return uses.result;
}

/* The clone that OTHER, of the same name as DEFINITION, is; NULL: it is none. */
static const struct elf_symbol *clone_at(struct kernel_object *object,
					 const struct definition *definition,
					 const struct definition *other)
{
	const struct elf_symbol *symbol = NULL;

	if (other->kind != DEFINITION_FUNCTION || other->state != DEFINITION_PRESENT ||
	    other->address == definition->address || strcmp(other->name, definition->name))
		return NULL;
	while ((symbol = symbol_table_at(&object->symbols, other->address, symbol)))
		if (symbol_name_of(symbol->name, definition->name) == SYMBOL_NAME_CLONE)
			return symbol;
	return NULL;
}

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

/* What the relocation at OFFSET of SECTION leads to, of a CALL; 0: not known. */
static uint64_t relocated_target(const struct kernel_object *object, size_t section,
				 uint64_t offset, const struct arch_call *call)
{
	const struct elf_file *elf = object->image;

	for (size_t i = 0; (i = elf_file_relocations_of(elf, section, i));) {
		Elf_Data *data = elf_file_data(elf, i);
		GElf_Rela rela;

		for (int j = 0; data && gelf_getrela(data, j, &rela); j++)
			if (rela.r_offset == offset && GELF_R_SYM(rela.r_info) < elf->symbol_count)
				return elf->symbols[GELF_R_SYM(rela.r_info)].address +
				       (uint64_t)rela.r_addend + (uint64_t)call->bias;
	}
	return 0;
}

/* Where the call before RETURN_ADDRESS leads to; 0: not known. */
static uint64_t call_target(const struct kernel_object *object, uint64_t return_address)
{
	const struct arch *arch = object->elf.arch;
	const unsigned char *code;
	uint64_t size, target = 0;
	struct arch_call call;
	size_t section;

	/* Sections of a module's debug file without contents are numbered differently. */
	if (!arch->find_call ||
	    (object->image != &object->elf && object->elf.header.e_type == ET_REL))
		return 0;
	code = code_before(object, return_address, &section, &size);
	if (!code || !arch->find_call(code, size, elf_file_is_big_endian(&object->elf), &call))
		return 0;
	if (object->elf.header.e_type == ET_REL)
		target = relocated_target(object, section, size - call.back, &call);
	return target ? target : return_address + (uint64_t)call.distance;
}

/* Does the call lead to the clone? GCC tells so of some calls; others are looked at. */
static bool may_call_clone(const struct uses *uses, const struct unit_use *use, bool *certain)
{
	const struct kernel_object *object = uses->all[uses->index].resolved.object;
	uint64_t target;

	*certain = true;
	if (!use->any_copy)
		return use->callee == uses->clone_definition->die;
	target = call_target(object, use->return_address);
	*certain = target;
	return !target || elf_symbol_is_entered(object->image, uses->clone, target);
}

static int report_caller(const struct unit_use *use, void *context)
{
	struct uses *uses = context;
	const struct replaced *replaced = &uses->all[uses->index];
	struct diag_place place = { use->into_file
					    ? dwarf_path_strip(use->into_file, uses->unit->comp_dir)
					    : NULL,
				    use->into_line };

	bool certain;

	if (use->inlined || is_replaced(uses->all, uses->count, use->into_address) ||
	    !may_call_clone(uses, use, &certain) ||
	    is_dropped(replaced->resolved.object, use->into_address))
		return 0;
	if (!uses->found++)
		uses->result = diag_refuse(
			&replaced->place, "cloned",
			"'%s' also exists as '%s', which functions call that the patch does not replace",
			replaced->resolved.symbol->name, uses->clone->name);
	diag_note(&place, "%s '%s'", certain ? "called by" : "maybe called by", use->into);
	return 0;
}

static int check_clones(const struct replaced *all, size_t count, size_t index,
			struct dwarf_unit *unit, const struct definition *definition)
{
	struct kernel_object *object = all[index].resolved.object;
	int result = 0;

	for (size_t i = 0; i < unit->content->count; i++) {
		const struct definition *other = &unit->content->definitions[i];
		struct uses uses = { .all = all,
				     .count = count,
				     .index = index,
				     .unit = unit,
				     .clone_definition = other };

		uses.clone = clone_at(object, definition, other);
		if (!uses.clone)
			continue;
		if (unit_find_uses(&object->dwarf, unit, definition, report_caller, &uses))
			return -1;
		if (!uses.result)
			continue;
		diag_note(NULL, "replace these functions too, or use --allow=cloned if the clone's "
				"old code may go on running");
		result = -1;
	}
	return result;
}

static const struct replaced *find_replaced(const struct replaced *all, size_t count,
					    const struct elf_symbol *symbol)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].resolved.symbol == symbol)
			return &all[i];
	return NULL;
}

static const struct definition *function_named(const struct dwarf_unit *unit, const char *name)
{
	const struct definition *definition = unit_next_named(unit, name, NULL);

	return definition && definition->kind == DEFINITION_FUNCTION ? definition : NULL;
}

/*
 * Another function of the unit that the compiler folded with the replaced one, as both have the same code. An
 * alias is no such function: the source defines it as one. Nor is what a replaced alias stands for, such as the
 * function of a system call that SYSCALL_DEFINE0() gives an architecture's name: that alone has code. There may be
 * another replacement for it, though.
 */
static const struct elf_symbol *folded_with(const struct replaced *all, size_t count, size_t index,
					    const struct dwarf_unit *unit)
{
	const struct elf_symbol *symbol = all[index].resolved.symbol, *other = NULL;
	bool is_alias = !function_named(unit, symbol->name);

	while ((other = symbol_table_at(&all[index].resolved.object->symbols, symbol->address,
					other))) {
		const struct definition *definition = function_named(unit, other->name);

		if (other == symbol || !strcmp(other->name, symbol->name) || !definition)
			continue;
		if (is_alias && definition->state == DEFINITION_PRESENT &&
		    !find_replaced(all, count, other))
			continue;
		return other;
	}
	return NULL;
}

static int check_folded(const struct replaced *all, size_t count, size_t index,
			const struct dwarf_unit *unit)
{
	const struct replaced *replaced = &all[index], *other_replaced;
	const struct elf_symbol *other = folded_with(all, count, index, unit);
	int result;

	if (!other)
		return 0;
	other_replaced = find_replaced(all, count, other);
	if (other_replaced && other_replaced->new_section == replaced->new_section &&
	    other_replaced->new_offset == replaced->new_offset)
		return 0;
	if (other_replaced) {
		/* The kernel keeps replacements by address (klp_find_ops()): one of them runs for both. */
		diag_error(&replaced->place, "folded",
			   "'%s' and '%s' have the same code, but two replacements",
			   replaced->resolved.symbol->name, other->name);
		diag_note(NULL, "the compiler folded the two: replace both by one function");
		return -1;
	}
	result = diag_refuse(&replaced->place, "folded",
			     "'%s' has the same code as '%s', which would be replaced with it",
			     replaced->resolved.symbol->name, other->name);
	diag_note(NULL, "the compiler folded the two: replace both, by a function that is right "
			"for both, or use --allow=folded");
	return result;
}

/* Is SYMBOL the function NAME itself, perhaps by a name that link-time optimisation has made unique? */
static bool is_name_of(const char *symbol, const char *name)
{
	enum symbol_name kind = symbol_name_of(symbol, name);

	return kind == SYMBOL_NAME_OWN || kind == SYMBOL_NAME_LLVM || kind == SYMBOL_NAME_NUMBERED;
}

static const struct definition *find_definition(const struct dwarf_unit *unit,
						const struct elf_symbol *symbol)
{
	for (size_t i = 0; i < unit->content->count; i++) {
		const struct definition *definition = &unit->content->definitions[i];

		if (definition->kind == DEFINITION_FUNCTION &&
		    definition->state == DEFINITION_PRESENT &&
		    definition->address == symbol->address &&
		    is_name_of(symbol->name, definition->name))
			return definition;
	}
	return NULL;
}

int patchable_check(const struct replaced *all, size_t count, size_t index)
{
	const struct replaced *replaced = &all[index];
	struct kernel_object *object = replaced->resolved.object;
	struct dwarf_unit *unit =
		dwarf_file_unit_at(&object->dwarf, replaced->resolved.symbol->address);
	const struct definition *definition;
	int result = check_site(replaced);

	if (!unit)
		return result;
	if (unit_read(&object->dwarf, unit))
		return -1;
	if (check_folded(all, count, index, unit))
		result = -1;
	definition = find_definition(unit, replaced->resolved.symbol);
	if (!definition)
		return result;
	if (check_copies(all, count, index, unit, definition))
		result = -1;
	if (check_clones(all, count, index, unit, definition))
		result = -1;
	return result;
}
