/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only follows from a changed structure. Comes in: a unit whose variables are paired, and the structures that a
 * patch changes. Goes out: functions and variables that the author has not touched, and that are others for that
 * reason alone: no errors of their own, but part of the structure's. For plan-compare, which is next.
 *
 * With a new member in struct proc_dir_entry of fs/proc/internal.h, these have changed in Debian's 6.1, among others:
 *
 *	proc_root		a variable that is one: its type only has another layout
 *	proc_init_kmemcache()	an __init function that takes the structure's size, by a macro
 *	proc_sys_init()		one that writes a member
 *
 * To leave them out of the patch, which is what other changes of such are answered with, is not possible.
 */
#include <string.h>

#include "plan/plan.h"

/* The change that matters to what is there already; NULL: where nothing moves, none does. */
static struct structure_change *moved(struct structure_change *change)
{
	return change && change->kind == STRUCTURE_MOVED ? change : NULL;
}

/* "'f', an __init function, has run with the old layout": of the code that is there, or was. */
static const char *function_text(const struct digest_function *function, struct arena *arena)
{
	bool exits = elf_section_life(function->section) == ELF_SECTION_EXIT;

	return arena_printf(arena, "'%s', %s, %s with the old layout", function->name,
			    plan_life_name(function), exits ? "runs" : "has run");
}

static const char *variable_text(const struct digest_variable *variable, struct arena *arena)
{
	return arena_printf(arena, "%s %s is of the old layout",
			    variable->type_follows ? "the variable"
						   : "the initial value of the variable",
			    plan_variable_name(variable, arena));
}

/* Does the function look into a structure that has changed, or has it one of its own? */
static bool looks_into_changed(const struct plan_unit *unit, const char *symbol)
{
	const struct digest *digest = &unit->new_digest;

	for (size_t i = 0; i < digest->look_count; i++) {
		const struct unit_structure *structure;

		if (strcmp(digest->looks[i].user, symbol))
			continue;
		structure = structures_get(&unit->structures, digest->looks[i].structure);
		if (structure && structure->has_changed)
			return true;
	}
	return false;
}

static void follow_function(struct plan_unit *unit, struct digest_function *function,
			    struct own_texts *texts)
{
	const struct digest_function *old =
		digest_find_function(&unit->old_digest, function->symbol);

	if (!old || !strcmp(old->digest, function->digest) ||
	    !elf_section_is_dropped(function->section) ||
	    own_text_is_touched(texts, function->place.file, function->name))
		return;
	function->change = moved(unit->structures.first);
	/* Sizes, which nothing tells, are the same where nothing moves. */
	function->follows = function->change || looks_into_changed(unit, function->symbol);
	if (function->change)
		structure_add_consequence(unit->structures.first, &function->place,
					  function_text(function, texts->arena), texts->arena);
}

/* Is VARIABLE's type another one only for what STRUCTURE, which it is, has become? */
static bool type_follows(const struct plan_unit *unit, const struct digest_variable *variable,
			 const struct unit_structure *structure)
{
	const struct digest_variable *old = variable->pair;

	return structure && structure->has_changed && !strcmp(old->type, variable->type) &&
	       (structure->is_own ||
		structures_are_same(&unit->structures, old->structure, variable->structure));
}

static void follow_variable(struct plan_unit *unit, struct digest_variable *variable,
			    struct own_texts *texts)
{
	const struct unit_structure *structure =
		structures_get(&unit->structures, variable->structure);
	const struct digest_variable *old = variable->pair;
	const char *definer = variable->function ? variable->function : variable->name;
	struct structure_change *change;

	if (!old || plan_is_private(variable))
		return;
	variable->type_follows = strcmp(old->layout, variable->layout) &&
				 type_follows(unit, variable, structure);
	variable->value_follows =
		strcmp(old->value, variable->value) &&
		(moved(unit->structures.first) || (structure && structure->has_changed)) &&
		!own_text_is_touched(texts, variable->place.file, definer);
	if (!variable->type_follows && !variable->value_follows)
		return;
	change = moved(variable->type_follows ? structure->change : unit->structures.first);
	variable->change = change;
	/* A constant is the livepatch's, with its users. */
	if (change && !change->variable && !digest_is_constant(variable))
		structure_add_consequence(change, &variable->place,
					  variable_text(variable, texts->arena), texts->arena);
}

bool plan_has_own_change(const struct digest_variable *variable)
{
	const struct digest_variable *old = variable->pair;

	return (strcmp(old->layout, variable->layout) && !variable->type_follows) ||
	       (strcmp(old->value, variable->value) && !variable->value_follows);
}

bool plan_is_other(const struct digest_variable *variable)
{
	return plan_has_own_change(variable) || variable->change;
}

void plan_follow(struct plan_unit *unit, struct own_texts *texts)
{
	if (!unit->structures.have_changed)
		return;
	for (size_t i = 0; i < unit->new_digest.function_count; i++)
		follow_function(unit, &unit->new_digest.functions[i], texts);
	for (size_t i = 0; i < unit->new_digest.variable_count; i++)
		follow_variable(unit, &unit->new_digest.variables[i], texts);
}
