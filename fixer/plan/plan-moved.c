/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is new in one file, and not in the kernel; what is gone from one, and not from the kernel. Comes in: the plans of all
 * units. Goes out: errors where the livepatch would have a second one of what there is one of. After plan-reach, before
 * plan-write.
 *
 *	-int limit = 8;				fs/one.c
 *	+int limit = 8;				fs/two.c: the livepatch's, which the kernel's other files do not know
 *
 *	+int arch_limit(void) { return 16; }	arch/x86/one.c: the kernel has a weak one, which it goes on to call
 *	-int arch_limit(void) { return 16; }	likewise: without it, it would call the weak one
 */
#include <string.h>

#include "plan/plan.h"

struct moved {
	const struct plan_unit *units;
	size_t count;
	struct arena *arena;
};

/* Which other unit has lost a variable of its own that is called as VARIABLE, of UNIT, is; NULL: none. */
static const struct digest_variable *lost_by(const struct moved *moved,
					     const struct plan_unit *unit,
					     const struct digest_variable *variable)
{
	for (size_t i = 0; i < moved->count; i++) {
		const struct digest *old = &moved->units[i].old_digest;

		for (size_t j = 0; &moved->units[i] != unit && j < old->variable_count; j++)
			if (!old->variables[j].function && !old->variables[j].pair &&
			    !plan_is_private(&old->variables[j]) &&
			    !strcmp(old->variables[j].name, variable->name))
				return &old->variables[j];
	}
	return NULL;
}

static void refuse_second(const struct digest_variable *variable, const struct digest_variable *old,
			  struct arena *arena)
{
	diag_error(&variable->place, "data",
		   "the variable %s is new in this file, but the kernel has one of that name, "
		   "whose value it does not get",
		   plan_variable_name(variable, arena));
	if (old)
		diag_note(&old->place, "the kernel's, before the patch");
	diag_note(NULL,
		  "the kernel's other code goes on with that one: leave the variable where it "
		  "is, or give a new one another name");
}

/* Of a variable that others can see, the kernel may have one, wherever it is. */
static void check_variable(const struct moved *moved, const struct plan_unit *unit,
			   const struct digest_variable *variable)
{
	const struct digest_variable *old;
	bool is_local = variable->linkage == DIGEST_LOCAL;

	if (variable->pair || variable->function || plan_is_private(variable) ||
	    plan_is_registered(variable))
		return;
	old = lost_by(moved, unit, variable);
	if (old && is_local && digest_is_constant(old) && digest_is_constant(variable))
		return;
	if (old || (!is_local && resolve_global(unit->source->object, variable->symbol)))
		refuse_second(variable, old, moved->arena);
}

static void check_function(const struct plan_unit *unit, const struct digest_function *function)
{
	if (function->linkage == DIGEST_LOCAL || digest_is_inline(function) ||
	    !plan_is_new(unit, function) || !resolve_global(unit->source->object, function->symbol))
		return;
	diag_error(&function->place, "overridden",
		   "the function '%s' is new in this file, but the kernel has one of that name, "
		   "which it goes on to call",
		   function->name);
	diag_note(NULL,
		  "only the livepatch would call the new one: change the one that the kernel has, "
		  "where it is");
}

/* Has a unit's patched file a function of that name that others can see? */
static bool is_defined(const struct moved *moved, const char *symbol)
{
	for (size_t i = 0; i < moved->count; i++) {
		const struct digest_function *function =
			digest_find_function(&moved->units[i].new_digest, symbol);

		if (function && function->linkage != DIGEST_LOCAL)
			return true;
	}
	return false;
}

/* Whoever called it calls another one with the patch: a weak one, or what a header has instead. */
static void check_gone(const struct moved *moved, const struct plan_unit *unit,
		       const struct digest_function *old)
{
	const struct elf_symbol *symbol;
	const char *caller;

	if (old->linkage == DIGEST_LOCAL || digest_is_inline(old) || is_defined(moved, old->symbol))
		return;
	symbol = resolve_global(unit->source->object, old->symbol);
	caller =
		symbol ? plan_staying_caller(moved->units, moved->count, unit, symbol, moved->arena)
		       : NULL;
	if (!caller)
		return;
	diag_error(
		&old->place, "overridden",
		"the patch takes the function '%s' away, but '%s' calls it, which stays as it is",
		old->name, caller);
	diag_note(NULL,
		  "a kernel that is built with the patch has another one in its place, as a weak "
		  "one: let '%s' do what that one does",
		  old->name);
}

void plan_check_moved(const struct plan_unit *units, size_t count, struct arena *arena)
{
	struct moved moved = { units, count, arena };

	for (size_t i = 0; i < count; i++) {
		const struct plan_unit *unit = &units[i];

		for (size_t j = 0; j < unit->new_digest.variable_count; j++)
			check_variable(&moved, unit, &unit->new_digest.variables[j]);
		for (size_t j = 0; j < unit->new_digest.function_count; j++)
			check_function(unit, &unit->new_digest.functions[j]);
		for (size_t j = 0; j < unit->old_digest.function_count; j++)
			check_gone(&moved, unit, &unit->old_digest.functions[j]);
	}
}
