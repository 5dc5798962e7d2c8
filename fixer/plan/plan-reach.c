/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the livepatch has of a file. Comes in: the functions that are replaced, and what uses what. Goes out: errors
 * where something that the patch changes, and that only the livepatch can have, is not in it: a constant table that
 * nobody uses who is replaced, or a variable of which cannot be told whether the kernel has it. After plan-spread,
 * before plan-write.
 *
 * The plugin's carve.cc does the same with the compiled file: it keeps what is replaced and what that needs, up to
 * what the plan says that the kernel has.
 */
#include <stdlib.h>
#include <string.h>

#include "base/name-table.h"
#include "plan/plan.h"

/* Symbols that were met, and those of them whose uses have not been looked at. */
struct reach {
	const struct plan_unit *unit;
	struct name_table met;
	const char **todo; /* from malloc */
	size_t todo_count;
};

static void meet(struct reach *reach, const char *symbol)
{
	if (name_table_find(&reach->met, symbol))
		return;
	name_table_add(&reach->met, symbol);
	reach->todo = array_grow(reach->todo, reach->todo_count, sizeof(*reach->todo));
	reach->todo[reach->todo_count++] = symbol;
}

static void reach_free(struct reach *reach)
{
	name_table_free(&reach->met);
	free(reach->todo);
}

static const struct digest_variable *variable_of(const struct digest *digest, const char *symbol)
{
	for (size_t i = 0; i < digest->variable_count; i++)
		if (!strcmp(digest->variables[i].symbol, symbol))
			return &digest->variables[i];
	return NULL;
}

/* Is SYMBOL, that the livepatch uses, the kernel's? Neither is a compound literal, which has no record. */
static bool is_kernels(const struct plan_unit *unit, const char *symbol)
{
	const struct digest_function *function = digest_find_function(&unit->new_digest, symbol);
	const struct digest_variable *variable;
	unsigned int line;

	if (function)
		return plan_is_replaced(unit, function) || plan_kernel_has_function(unit, function);
	variable = variable_of(&unit->new_digest, symbol);
	return variable && plan_kernel_has_variable(unit, variable, &line) == PLAN_PRESENT;
}

static void meet_roots(struct reach *reach)
{
	const struct digest *digest = &reach->unit->new_digest;

	for (size_t i = 0; i < digest->function_count; i++) {
		const struct digest_function *function = &digest->functions[i];

		if (plan_is_replaced(reach->unit, function) ||
		    (function->linkage != DIGEST_LOCAL &&
		     (plan_is_new(reach->unit, function) ||
		      plan_has_new_parameters(reach->unit, function))))
			meet(reach, function->symbol);
	}
	for (size_t i = 0; i < digest->variable_count; i++)
		if (!digest->variables[i].pair && digest->variables[i].linkage != DIGEST_LOCAL)
			meet(reach, digest->variables[i].symbol);
}

/* All that is the livepatch's own. */
static void follow(struct reach *reach)
{
	const struct digest *digest = &reach->unit->new_digest;

	while (reach->todo_count) {
		const char *user = reach->todo[--reach->todo_count];

		for (size_t i = 0; i < digest->use_count; i++) {
			const char *used = digest->uses[i].used;

			if (!strcmp(digest->uses[i].user, user) &&
			    !name_table_find(&reach->met, used) && !is_kernels(reach->unit, used))
				meet(reach, used);
		}
	}
}

/* Is SYMBOL a function of which the kernel has no code? */
static bool is_without_code(const struct plan_unit *unit, const char *symbol)
{
	const struct digest_function *function = digest_find_function(&unit->new_digest, symbol);
	const struct plan_function *planned = function ? plan_find(unit, function->name) : NULL;

	return planned && planned->state == PLAN_NO_CODE;
}

/* Are there users of TABLE, and has the kernel no code of any of them? */
static bool is_used_without_code(const struct plan_unit *unit, const struct digest_variable *table)
{
	const struct digest *digest = &unit->new_digest;
	struct reach users = { .unit = unit };
	bool without = true, used = false;

	meet(&users, table->symbol);
	while (users.todo_count && without) {
		const char *at = users.todo[--users.todo_count];

		for (size_t i = 0; i < digest->use_count && without; i++) {
			const char *user = digest->uses[i].user;
			const struct digest_variable *variable;

			if (strcmp(digest->uses[i].used, at))
				continue;
			variable = variable_of(digest, user);
			if (digest_find_function(digest, user)) {
				used = true;
				without = is_without_code(unit, user);
			} else if (variable && !digest_is_constant(variable)) {
				without = false;
			} else {
				meet(&users, user);
			}
		}
	}
	reach_free(&users);
	return without && used;
}

static int refuse_table(const struct digest_variable *table, struct arena *arena)
{
	diag_error(&table->place, "data",
		   "the patch changes the constant %s, and no function that is replaced uses it",
		   plan_variable_name(table, arena));
	diag_note(NULL,
		  "the kernel keeps the old one, or has read it already: let a function that is "
		  "replaced do what the fix does");
	return -1;
}

/* As those of open files to their operations. */
static void warn_pointers(const struct digest_variable *table, struct arena *arena)
{
	/* NL_SET_ERR_MSG()'s are read before the call of the kernel is over. */
	if (!digest_is_constant_pointed_to(table->pair) || !strcmp(table->name, "__msg"))
		return;
	diag_warning(
		&table->place, "table",
		"the patch changes the constant %s, and pointers to it that the kernel keeps lead to the old one",
		plan_variable_name(table, arena));
	diag_note(
		NULL,
		"the replaced functions use the new one; objects that exist go on with the old one: look whether that does");
}

/* Has it changed, so that its users have changed with it? */
static bool is_changed_table(const struct digest_variable *variable)
{
	const struct digest_variable *old = variable->pair;

	return old && digest_is_constant(old) && digest_is_constant(variable) &&
	       !plan_is_private(variable) && plan_is_other(variable);
}

int plan_check_reached(const struct plan_unit *unit, struct arena *arena)
{
	struct reach reach = { .unit = unit };
	int result = 0;

	meet_roots(&reach);
	follow(&reach);
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		const struct digest_variable *variable = &unit->new_digest.variables[i];
		bool is_reached = name_table_find(&reach.met, variable->symbol);
		unsigned int line;

		if (is_reached &&
		    plan_kernel_has_variable(unit, variable, &line) == PLAN_UNCERTAIN) {
			plan_refuse_uncertain(unit, variable, arena);
			result = -1;
		} else if (is_changed_table(variable) && is_reached) {
			warn_pointers(variable, arena);
		} else if (is_changed_table(variable) && !is_used_without_code(unit, variable)) {
			result = refuse_table(variable, arena);
		}
	}
	reach_free(&reach);
	return result;
}
