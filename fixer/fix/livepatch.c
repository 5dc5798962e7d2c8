/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to become of a module. Comes in: the module's symbol table and its note. Goes out: the
 * livepatch symbols (livepatch-symbols.c), the positions of the replaced functions, and the names of
 * the objects in the short form. Goes on after an error, so that
 * everything that is wrong is reported in one run.
 */
#include "fix/livepatch.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/patchable.h"
#include "fix/lasting.h"
#include "fix/livepatch-internal.h"
#include "fix/origin.h"
#include "fix/own-types.h"
#include "fix/own-variables.h"
#include "fix/prototype.h"

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

/*
 * The unit of the note that defines PATCH's new function; UNIT has the klp_func. *DEF becomes the
 * definition, NULL if it is a static one.
 */
static size_t defining_unit(const struct planner *planner, size_t unit,
			    const struct note_patch *patch, const struct note_def **def)
{
	const char *name = planner->module->symbols[patch->new_func.symbol].name;

	for (size_t i = 0; i < planner->note->unit_count; i++)
		for (size_t j = 0; j < planner->note->units[i].def_count; j++)
			if (!strcmp(planner->note->units[i].defs[j].name, name)) {
				*def = &planner->note->units[i].defs[j];
				return i;
			}
	*def = NULL;
	return unit;
}

/*
 * The module whose functions UNIT's functions replace, if klp_objects name just one: it is where the
 * unit's source is looked for first.
 */
static struct kernel_object *object_of_unit(const struct planner *planner, size_t unit)
{
	struct kernel_object *found = NULL;

	for (size_t i = 0; i < planner->note->unit_count; i++) {
		const struct note_unit *other = &planner->note->units[i];

		for (size_t j = 0; j < other->patch_count; j++) {
			const struct note_patch *patch = &other->patches[j];
			struct kernel_object *object;
			const struct note_def *def;

			if (!patch->object || defining_unit(planner, i, patch, &def) != unit)
				continue;
			object = target_object(planner->resolver->target, patch->object, NULL);
			if (object && found && found != object)
				return NULL;
			found = object ? object : found;
		}
	}
	return found;
}

static int find_sources(struct planner *planner)
{
	struct source_hint hint = { .objects = planner->objects, .count = planner->object_count };
	int result = 0;

	planner->sources = arena_alloc(planner->resolver->arena,
				       planner->note->unit_count * sizeof(*planner->sources));
	planner->livepatch->unit_objects =
		arena_alloc(planner->resolver->arena,
			    planner->note->unit_count * sizeof(*planner->livepatch->unit_objects));
	for (size_t i = 0; i < planner->note->unit_count; i++) {
		const struct note_unit *unit = &planner->note->units[i];

		hint.first = object_of_unit(planner, i);
		planner->sources[i] =
			source_find(planner->resolver, unit->tag, &hint, &unit->place);
		planner->livepatch->unit_objects[i] = planner->sources[i]->object;
		if (!planner->sources[i]->object)
			result = -1;
	}
	return result;
}

/* What the patch's sources define themselves. */
static int check_own(struct planner *planner)
{
	int result = 0;

	for (size_t i = 0; i < planner->note->unit_count; i++) {
		const struct note_unit *unit = &planner->note->units[i];

		if (!planner->sources[i]->object)
			continue;
		if (own_types_check(planner->resolver, unit, planner->sources[i]))
			result = -1;
		if (own_variables_check(planner->note, unit, planner->sources[i]))
			result = -1;
	}
	return result;
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

/* May SIZE bytes be written where the note says that a field of WHAT is? */
static int check_field(const struct planner *planner, const struct note_address *at,
		       unsigned int size, const char *what)
{
	const struct elf_file *module = planner->module;
	struct diag_place place = { module->path, 0 };

	if (at->section != SHN_UNDEF && at->section < module->section_count &&
	    module->sections[at->section].header.sh_type == SHT_PROGBITS &&
	    range_is_within(at->offset, size, module->sections[at->section].header.sh_size))
		return 0;
	diag_error(&place, "note",
		   "malformed " KLP_NOTE_SECTION ": the klp_func of '%s' is not in the module",
		   what);
	return -1;
}

/* In the short form: the object's name is left for here to write. The image is the empty name. */
static int plan_name(struct planner *planner, const struct note_address *at, unsigned int size,
		     const struct kernel_object *object, const char *what)
{
	struct livepatch *livepatch = planner->livepatch;

	if (check_field(planner, at, size, what))
		return -1;
	if (!target_is_module(planner->resolver->target, object))
		return 0;
	livepatch->names =
		array_grow(livepatch->names, livepatch->name_count, sizeof(*livepatch->names));
	livepatch->names[livepatch->name_count++] = (struct livepatch_name){ *at, size, object };
	return 0;
}

static int plan_function(struct planner *planner, size_t unit, const struct note_patch *patch)
{
	struct livepatch *livepatch = planner->livepatch;
	const struct note_def *def;
	struct source *source = planner->sources[defining_unit(planner, unit, patch, &def)];
	struct wanted wanted = { .name = patch->old_name,
				 .kind = DEFINITION_FUNCTION,
				 .replaced = true,
				 .place = patch->place };
	struct declared declared = { .name = patch->old_name,
				     .replacement = patch->new_name,
				     .signature = def ? def->signature : patch->signature,
				     .is_function = true,
				     .place = patch->place };
	struct livepatch_function function = { .patch = patch, .fill_in = !patch->sympos_given };
	struct kernel_object *object = source->object;

	if (!patch->object_by_tag)
		object = target_object(planner->resolver->target, patch->object, &patch->place);
	if (!object || check_field(planner, &patch->sympos_at, patch->sympos_size, patch->old_name))
		return -1;
	if (patch->object_by_tag &&
	    plan_name(planner, &patch->object_at, patch->object_size, object, patch->old_name))
		return -1;
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

/* A klp_object has one callback of each kind. */
static int check_callback_twice(const struct planner *planner, size_t unit, size_t index)
{
	const struct note_unit *units = planner->note->units;
	const struct note_callback *callback = &units[unit].callbacks[index];

	for (size_t i = 0; i <= unit; i++)
		for (size_t j = 0; j < (i < unit ? units[i].callback_count : index); j++) {
			const struct note_callback *other = &units[i].callbacks[j];

			if (planner->sources[i]->object != planner->sources[unit]->object ||
			    strcmp(other->kind, callback->kind))
				continue;
			diag_error(&callback->place, "twice", "'%s' has two %s callbacks",
				   planner->sources[unit]->object->name, callback->kind);
			diag_note(&other->place,
				  "here is the other one: let one call both functions");
			return -1;
		}
	return 0;
}

/* The short form's callbacks belong to the object that their file is part of. */
static int plan_callbacks(struct planner *planner)
{
	int result = 0;

	for (size_t i = 0; i < planner->note->unit_count; i++) {
		const struct note_unit *unit = &planner->note->units[i];

		for (size_t j = 0; planner->sources[i]->object && j < unit->callback_count; j++)
			if (check_callback_twice(planner, i, j) ||
			    plan_name(planner, &unit->callbacks[j].object_at,
				      unit->callbacks[j].object_size, planner->sources[i]->object,
				      unit->callbacks[j].kind))
				result = -1;
	}
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
		if (check_twice(livepatch, i) ||
		    patchable_check(all, count, i, &planner->resolver->unreached))
			result = -1;
	return result;
}

void livepatch_plan_nothing(struct livepatch *livepatch, const struct elf_file *module,
			    const struct target *target)
{
	memset(livepatch, 0, sizeof(*livepatch));
	livepatch->module = module;
	livepatch->target = target;
	livepatch->by_symbol = xcalloc(module->symbol_count, sizeof(*livepatch->by_symbol));
}

int livepatch_plan(struct livepatch *livepatch, const struct elf_file *module,
		   const struct note *note, struct resolver *resolver)
{
	struct planner planner = {
		.livepatch = livepatch, .module = module, .note = note, .resolver = resolver
	};
	int result = 0;

	livepatch_plan_nothing(livepatch, module, resolver->target);
	livepatch->note = note;
	if (open_objects(&planner))
		result = -1;
	if (find_sources(&planner))
		result = -1;
	if (check_own(&planner))
		result = -1;
	if (livepatch_symbols_plan(&planner))
		result = -1;
	if (plan_functions(&planner))
		result = -1;
	if (plan_callbacks(&planner))
		result = -1;
	if (check_functions(&planner))
		result = -1;
	if (lasting_check(module, note))
		result = -1;
	return result;
}

const struct kernel_object *livepatch_needed_by(const struct livepatch *livepatch, uint32_t symbol,
						size_t section, uint64_t offset)
{
	uint32_t entry = livepatch->by_symbol[symbol];
	size_t unit;

	if (!entry)
		return NULL;
	if (livepatch->symbols[entry - 1].needed_by)
		return livepatch->symbols[entry - 1].needed_by;
	unit = origin_unit(livepatch->module, livepatch->note, section, offset);
	return unit == ORIGIN_UNKNOWN ? NULL : livepatch->unit_objects[unit];
}

void livepatch_free(struct livepatch *livepatch)
{
	free(livepatch->symbols);
	free(livepatch->by_symbol);
	free(livepatch->functions);
	free(livepatch->names);
	free(livepatch->objects);
	memset(livepatch, 0, sizeof(*livepatch));
}
