/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to become of a module. Comes in: the module's symbol table and its note. Goes out: the
 * livepatch symbols and the positions of the replaced functions. Goes on after an error, so that
 * everything that is wrong is reported in one run.
 */
#include "livepatch.h"

#include <stdlib.h>
#include <string.h>

#include "patchable.h"
#include "prototype.h"

struct planner {
	struct livepatch *livepatch;
	const struct elf_file *module;
	const struct note *note;
	struct resolver *resolver;
	struct kernel_object **objects; /* modules that the patch names */
	size_t object_count;
	struct source **sources; /* by unit of the note */
};

/* Opens the modules that some klp_object names. */
static int open_objects(struct planner *planner)
{
	struct arena *arena = planner->resolver->arena;
	size_t room = 0;
	int result = 0;

	for (size_t i = 0; i < planner->note->unit_count; i++)
		room += planner->note->units[i].patch_count;
	planner->objects = arena_alloc(arena, room * sizeof(*planner->objects));
	for (size_t i = 0; i < planner->note->unit_count; i++) {
		const struct note_unit *unit = &planner->note->units[i];

		for (size_t j = 0; j < unit->patch_count; j++) {
			const struct note_patch *patch = &unit->patches[j];
			struct kernel_object *object;

			if (!patch->object)
				continue;
			object = target_object(planner->resolver->target, patch->object,
					       &patch->place);
			if (object)
				planner->objects[planner->object_count++] = object;
			else
				result = -1;
		}
	}
	return result;
}

static int find_sources(struct planner *planner)
{
	int result = 0;

	planner->sources = arena_alloc(planner->resolver->arena,
				       planner->note->unit_count * sizeof(*planner->sources));
	for (size_t i = 0; i < planner->note->unit_count; i++) {
		const struct note_unit *unit = &planner->note->units[i];

		planner->sources[i] = resolve_source(planner->resolver, unit->tag, planner->objects,
						     planner->object_count, &unit->place);
		if (!planner->sources[i]->object)
			result = -1;
	}
	return result;
}

static int resolve_ref(struct planner *planner, struct source *source, const struct note_ref *ref,
		       struct resolved *resolved)
{
	struct wanted wanted = {
		.name = ref->name,
		.function = ref->function,
		.kind = ref->kind == KLP_NOTE_FUNCTION ? DEFINITION_FUNCTION : DEFINITION_VARIABLE,
		.place = ref->place,
	};

	struct declared declared = {
		.name = ref->name,
		.signature = ref->signature,
		.is_function = ref->kind == KLP_NOTE_FUNCTION,
		.place = ref->place,
		.source = source,
	};
	int result;

	if (!source->object)
		return -1; /* the tag was reported */
	if (ref->scope == KLP_NOTE_LOCAL)
		result = resolve_in_source(planner->resolver, source, &wanted, resolved);
	else
		result = resolve_extern(planner->resolver, source->object, source, &wanted,
					resolved);
	return result ? -1 : prototype_check(planner->resolver, &declared, resolved);
}

static const char *livepatch_name(struct arena *arena, const struct resolved *resolved)
{
	return arena_printf(arena, LIVEPATCH_SYM_PREFIX "%s.%s,%lu", resolved->object->name,
			    resolved->symbol->name, resolved->position);
}

static void add_symbol(struct planner *planner, uint32_t symbol, const struct note_ref *ref,
		       const struct resolved *resolved)
{
	struct livepatch *livepatch = planner->livepatch;
	struct livepatch_symbol *added;

	livepatch->symbols =
		array_grow(livepatch->symbols, livepatch->symbol_count, sizeof(*added));
	added = &livepatch->symbols[livepatch->symbol_count++];
	added->symbol = symbol;
	added->name = livepatch_name(planner->resolver->arena, resolved);
	added->source_name = ref->name;
	added->place = ref->place;
	added->pointer_place = ref->pointer_place;
	added->resolved = *resolved;
	livepatch->by_symbol[symbol] = (uint32_t)livepatch->symbol_count;
}

static const char *place_name(const struct resolved *resolved)
{
	const char *file = resolve_file(resolved);

	return file ? file : resolved->object->name;
}

/* Two files' plain references to one name became two symbols, which "ld -r" had merged before. */
static void report_conflict(const struct note_ref *ref, const struct livepatch_symbol *other,
			    const struct resolved *resolved)
{
	diag_error(&ref->place, "conflict",
		   "'%s' means another symbol here, of '%s', than in another file of "
		   "the patch",
		   ref->name, place_name(resolved));
	diag_note(&other->place, "the other one, of '%s'", place_name(&other->resolved));
	diag_note(NULL,
		  "mark the declarations with KLPMAKE_LOCAL, or declare the functions static");
}

/* Resolves an undefined symbol as every file that refers to it means it. */
static int plan_references(struct planner *planner, const struct elf_symbol *symbol, bool *recorded)
{
	struct livepatch *livepatch = planner->livepatch;
	int result = 0;

	for (size_t i = 0; i < planner->note->unit_count; i++) {
		const struct note_unit *unit = &planner->note->units[i];

		for (size_t j = 0; j < unit->ref_count; j++) {
			const struct note_ref *ref = &unit->refs[j];
			uint32_t known = livepatch->by_symbol[symbol->index];
			struct resolved resolved;

			if (strcmp(ref->elf_name, symbol->name))
				continue;
			*recorded = true;
			if (resolve_ref(planner, planner->sources[i], ref, &resolved)) {
				result = -1;
			} else if (!known) {
				add_symbol(planner, symbol->index, ref, &resolved);
			} else if (livepatch->symbols[known - 1].resolved.symbol !=
				   resolved.symbol) {
				report_conflict(ref, &livepatch->symbols[known - 1], &resolved);
				result = -1;
			}
		}
	}
	return result;
}

static int report_unrecorded(const struct planner *planner, const struct elf_symbol *symbol)
{
	struct diag_place place = { planner->module->path, 0 };

	diag_error(&place, "unknown",
		   "undefined symbol '%s': the kernel does not export it, and no tagged file "
		   "refers to it in C",
		   symbol->name);
	diag_note(
		NULL,
		"give the file that uses it a tag, '//KLPMAKE path'; what assembler code names has to be "
		"exported");
	return -1;
}

static int plan_symbols(struct planner *planner)
{
	const struct elf_file *module = planner->module;
	int result = 0;

	for (size_t i = 1; i < module->symbol_count; i++) {
		const struct elf_symbol *symbol = &module->symbols[i];
		bool recorded = false;

		if (symbol->section != SHN_UNDEF || !*symbol->name || symbol->binding == STB_LOCAL)
			continue;
		if (target_exporter(planner->resolver->target, symbol->name))
			continue;
		if (plan_references(planner, symbol, &recorded))
			result = -1;
		else if (!recorded && symbol->binding != STB_WEAK)
			result = report_unrecorded(planner, symbol);
	}
	return result;
}

/* The file that defines PATCH's new function: the old one is that file's. */
static struct source *defining_source(const struct planner *planner, size_t unit,
				      const struct note_patch *patch)
{
	const char *name = planner->module->symbols[patch->new_func.symbol].name;

	for (size_t i = 0; i < planner->note->unit_count; i++)
		for (size_t j = 0; j < planner->note->units[i].def_count; j++)
			if (!strcmp(planner->note->units[i].defs[j], name))
				return planner->sources[i];
	return planner->sources[unit];
}

static int check_given_position(const struct note_patch *patch, const struct resolved *resolved)
{
	if (patch->sympos == resolved->position)
		return 0;
	if (patch->sympos == 1 && !resolved->position) {
		diag_warning(
			&patch->place, "sympos",
			"old_sympos of '%s' is 1, but the name is unique: 0 is the usual "
			"value, and the kernel takes the two for different functions when it compares patches",
			patch->old_name);
		return 0;
	}
	diag_error(&patch->place, "sympos", "old_sympos of '%s' is %llu, but has to be %lu%s",
		   patch->old_name, (unsigned long long)patch->sympos, resolved->position,
		   resolved->position ? "" : ", as the name is unique");
	diag_note(NULL, "leave old_sympos out: it is filled in");
	return -1;
}

/* May a number be written where the klp_func's old_sympos is said to be? */
static int check_field(const struct planner *planner, const struct note_patch *patch)
{
	const struct note_address *at = &patch->sympos_at;
	const struct elf_file *module = planner->module;
	struct diag_place place = { module->path, 0 };

	if (at->section != SHN_UNDEF && at->section < module->section_count &&
	    module->sections[at->section].header.sh_type == SHT_PROGBITS &&
	    range_is_within(at->offset, patch->sympos_size,
			    module->sections[at->section].header.sh_size))
		return 0;
	diag_error(&place, "note",
		   "malformed " KLP_NOTE_SECTION ": the klp_func of '%s' is not in the module",
		   patch->old_name);
	return -1;
}

static int plan_function(struct planner *planner, size_t unit, const struct note_patch *patch)
{
	struct livepatch *livepatch = planner->livepatch;
	struct source *source = defining_source(planner, unit, patch);
	struct wanted wanted = { .name = patch->old_name,
				 .kind = DEFINITION_FUNCTION,
				 .replaced = true,
				 .place = patch->place };
	struct declared declared = { .name = patch->old_name,
				     .replacement = patch->new_name,
				     .signature = patch->signature,
				     .is_function = true,
				     .place = patch->place };
	struct livepatch_function function = { .patch = patch, .fill_in = !patch->sympos_given };
	struct kernel_object *object = source->object;

	if (!patch->object_by_tag)
		object = target_object(planner->resolver->target, patch->object, &patch->place);
	if (!object || check_field(planner, patch))
		return -1;
	if (patch->object_by_tag && object != planner->resolver->target->vmlinux) {
		diag_error(&patch->place, "module",
			   "'%s' is part of the module '%s', which KLPMAKE_REPLACE() does not "
			   "reach",
			   source->path, object->name);
		diag_note(NULL, "write a klp_object with .name = \"%s\" and a klp_func",
			  object->name);
		return -1;
	}
	if (patch->new_func.section == SHN_UNDEF) {
		diag_error(&patch->place, "no-replacement",
			   "no file of the patch defines '%s', the replacement of '%s'",
			   patch->new_name, patch->old_name);
		return -1;
	}
	if (resolve_patched(planner->resolver, object, source, &wanted, &function.resolved))
		return -1;
	if (patch->sympos_given && check_given_position(patch, &function.resolved))
		return -1;
	declared.source = source;
	if (prototype_check(planner->resolver, &declared, &function.resolved))
		return -1;
	livepatch->functions =
		array_grow(livepatch->functions, livepatch->function_count, sizeof(function));
	livepatch->functions[livepatch->function_count++] = function;
	return 0;
}

static int plan_functions(struct planner *planner)
{
	int result = 0;

	for (size_t i = 0; i < planner->note->unit_count; i++)
		for (size_t j = 0; j < planner->note->units[i].patch_count; j++)
			if (plan_function(planner, i, &planner->note->units[i].patches[j]))
				result = -1;
	return result;
}

/* The kernel keeps a folder in sysfs for each function: two of one name are refused. */
static int check_twice(const struct livepatch *livepatch, size_t index)
{
	const struct livepatch_function *function = &livepatch->functions[index];

	for (size_t i = 0; i < index; i++) {
		const struct livepatch_function *other = &livepatch->functions[i];

		if (other->resolved.symbol != function->resolved.symbol)
			continue;
		diag_error(&function->patch->place, "twice", "'%s' is replaced twice",
			   function->patch->old_name);
		diag_note(&other->patch->place, "here as well");
		return -1;
	}
	return 0;
}

/* Once it is known what the patch replaces. */
static int check_functions(struct planner *planner)
{
	struct livepatch *livepatch = planner->livepatch;
	size_t count = livepatch->function_count;
	struct replaced *all = arena_alloc(planner->resolver->arena, count * sizeof(*all));
	int result = 0;

	for (size_t i = 0; i < count; i++) {
		all[i].resolved = livepatch->functions[i].resolved;
		all[i].place = livepatch->functions[i].patch->place;
		all[i].new_section = livepatch->functions[i].patch->new_func.section;
		all[i].new_offset = livepatch->functions[i].patch->new_func.offset;
	}
	for (size_t i = 0; i < count; i++)
		if (check_twice(livepatch, i) || patchable_check(all, count, i))
			result = -1;
	return result;
}

int livepatch_plan(struct livepatch *livepatch, const struct elf_file *module,
		   const struct note *note, struct resolver *resolver)
{
	struct planner planner = {
		.livepatch = livepatch, .module = module, .note = note, .resolver = resolver
	};
	int result = 0;

	memset(livepatch, 0, sizeof(*livepatch));
	livepatch->by_symbol = xcalloc(module->symbol_count, sizeof(*livepatch->by_symbol));
	if (open_objects(&planner))
		result = -1;
	if (find_sources(&planner))
		result = -1;
	if (plan_symbols(&planner))
		result = -1;
	if (plan_functions(&planner))
		result = -1;
	if (check_functions(&planner))
		result = -1;
	return result;
}

void livepatch_free(struct livepatch *livepatch)
{
	free(livepatch->symbols);
	free(livepatch->by_symbol);
	free(livepatch->functions);
	memset(livepatch, 0, sizeof(*livepatch));
}
