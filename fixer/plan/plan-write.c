/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes what was planned. Comes in: the functions of a file that are replaced. Goes out: the plan file
 * for the plugin, in the format of klpmake-digest.h, and lines for the user.
 *
 * What the kernel has becomes a reference. Not so a function that is declared inline, which is called
 * where it stands, and data that belongs to the code that uses it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "klpmake-digest.h"
#include "plan/plan.h"

bool plan_replaces(const struct plan_unit *unit)
{
	for (size_t i = 0; i < unit->function_count; i++)
		if (unit->functions[i].state == PLAN_REPLACED)
			return true;
	return false;
}

/* Also new is one that was static: other files did not know it. */
static bool is_new(const struct plan_unit *unit, const struct digest_function *function)
{
	const struct digest_function *old =
		digest_find_function(&unit->old_digest, function->symbol);

	return !old || (!strcmp(old->linkage, "local") && strcmp(function->linkage, "local"));
}

/* The livepatch has one of its own then, for all of its files. */
static bool has_new_parameters(const struct plan_unit *unit, const struct digest_function *function)
{
	const struct plan_function *planned = plan_find(unit, function->name);

	return planned && planned->state == PLAN_NEW;
}

bool plan_contributes(const struct plan_unit *unit)
{
	for (size_t i = 0; i < unit->new_digest.function_count; i++) {
		const struct digest_function *function = &unit->new_digest.functions[i];

		if (strcmp(function->linkage, "local") &&
		    (is_new(unit, function) || has_new_parameters(unit, function)))
			return true;
	}
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		const struct digest_variable *variable = &unit->new_digest.variables[i];

		if (!digest_find_variable(&unit->old_digest, variable) &&
		    strcmp(variable->linkage, "local"))
			return true;
	}
	return plan_replaces(unit);
}

/* What the livepatch calls its own NAME of the file SOURCE. */
static const char *new_symbol(struct arena *arena, const char *source, const char *name)
{
	char *symbol = arena_printf(arena, "livepatch.%s.%s", source, name);

	for (char *at = symbol + strlen("livepatch."); *at && at < strrchr(symbol, '.'); at++)
		if (!isalnum((unsigned char)*at))
			*at = '_';
	return symbol;
}

static bool is_replaced(const struct plan_unit *unit, const struct digest_function *function)
{
	const struct plan_function *planned = plan_find(unit, function->name);

	return planned && planned->function == function && planned->state == PLAN_REPLACED;
}

/* Has the kernel a symbol that NAME of that linkage means? */
static bool kernel_has_function(const struct plan_unit *unit,
				const struct digest_function *function)
{
	const struct plan_function *planned = plan_find(unit, function->name);

	if (is_new(unit, function) || has_new_parameters(unit, function))
		return false;
	/* It was dropped, and is not to be any more. */
	if (planned && planned->state == PLAN_DROPPED &&
	    !string_starts_with(function->section, ".init"))
		return false;
	if (strcmp(function->linkage, "local"))
		return resolve_global(unit->source->object, function->symbol);
	return plan_own_symbol(unit->source, function->name);
}

static void write_functions(FILE *stream, const struct plan_unit *unit, struct arena *arena)
{
	for (size_t i = 0; i < unit->new_digest.function_count; i++) {
		const struct digest_function *function = &unit->new_digest.functions[i];

		if (is_replaced(unit, function))
			fprintf(stream, "replace\t%s\t%s\n", function->symbol,
				new_symbol(arena, unit->source->path, function->symbol));
		else if (!digest_is_inline(function) && kernel_has_function(unit, function))
			fprintf(stream, "function\t%s\t%s\n", function->symbol,
				strcmp(function->linkage, "local") ? "extern" : "local");
	}
}

/* Is there a variable of that name in the kernel's code of the file, with storage? */
static bool kernel_has_local(const struct plan_unit *unit, const struct digest_variable *variable)
{
	const struct source *source = unit->source;

	for (size_t i = 0; i < source->unit_count; i++) {
		const struct definition *definition = NULL;

		while ((definition =
				unit_next_named(source->units[i], variable->name, definition))) {
			if (definition->kind != DEFINITION_VARIABLE ||
			    definition->state != DEFINITION_PRESENT ||
			    !definition->function != !variable->function)
				continue;
			if (!variable->function ||
			    !strcmp(definition->function, variable->function))
				return true;
		}
	}
	return false;
}

/*
 * Has a function several constants of that name, each in a block of its own, as those of
 * NL_SET_ERR_MSG() are? Which one the kernel's is cannot be told, and one is as good as another.
 */
static bool is_repeated_constant(const struct plan_unit *unit,
				 const struct digest_variable *variable)
{
	return variable->function && digest_is_constant(variable) &&
	       (digest_count_variables(&unit->old_digest, variable) > 1 ||
		digest_count_variables(&unit->new_digest, variable) > 1);
}

static bool kernel_has_variable(const struct plan_unit *unit,
				const struct digest_variable *variable)
{
	const struct digest_variable *old = digest_find_variable(&unit->old_digest, variable);

	/* A table with other contents is the livepatch's. */
	if (!old || strcmp(old->value, variable->value) || strcmp(old->layout, variable->layout) ||
	    plan_is_private(variable) || is_repeated_constant(unit, variable) ||
	    elf_section_is_dropped(variable->section))
		return false;
	if (strcmp(old->linkage, "local"))
		return resolve_global(unit->source->object, variable->symbol);
	return kernel_has_local(unit, variable);
}

/* In the kernel: the patch may make a static variable global. */
static const char *kernel_scope(const struct plan_unit *unit,
				const struct digest_variable *variable)
{
	const struct digest_variable *old = digest_find_variable(&unit->old_digest, variable);

	return strcmp(old->linkage, "local") ? "extern" : "local";
}

static void write_variables(FILE *stream, const struct plan_unit *unit)
{
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		const struct digest_variable *variable = &unit->new_digest.variables[i];

		if (kernel_has_variable(unit, variable))
			fprintf(stream, "variable\t%s\t%s\t%s\t%s\n", variable->symbol,
				kernel_scope(unit, variable),
				variable->function ? variable->function : "-", variable->name);
	}
}

int plan_write(struct resolver *resolver, const struct plan_unit *unit)
{
	struct diag_place place = { unit->plan_path, 0 };
	FILE *stream = fopen(unit->plan_path, "we");
	bool failed;

	if (!stream) {
		diag_system(&place, "cannot write: %s", strerror(errno));
		return -1;
	}
	fprintf(stream, "klpmake-plan\t%d\n", KLPMAKE_PLAN_VERSION);
	write_functions(stream, unit, resolver->arena);
	write_variables(stream, unit);
	fprintf(stream, "end\n");
	failed = ferror(stream);
	if (!fclose(stream) && !failed)
		return 0;
	diag_system(&place, "cannot write: %s", strerror(errno));
	return -1;
}

static const char *state_text(enum plan_state state)
{
	switch (state) {
	case PLAN_REPLACED:
		return "replaced";
	case PLAN_NEW:
		return "new, as its parameters have changed";
	case PLAN_PASSED_ON:
		return "not replaced itself";
	case PLAN_NO_CODE:
		return "not in this kernel's code";
	case PLAN_DROPPED:
		return "left alone, as its code is gone";
	default:
		return "refused";
	}
}

void plan_summarise(const struct plan_unit *unit, FILE *stream)
{
	fprintf(stream, "%s (%s)\n", unit->source->path, unit->source->object->name);
	for (size_t i = 0; i < unit->function_count; i++)
		fprintf(stream, "  %s: %s (%s)\n", state_text(unit->functions[i].state),
			unit->functions[i].function->name, unit->functions[i].reason);
	for (size_t i = 0; i < unit->new_digest.function_count; i++) {
		const struct digest_function *function = &unit->new_digest.functions[i];

		if (is_new(unit, function))
			fprintf(stream, "  new: %s\n", function->name);
	}
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		const struct digest_variable *variable = &unit->new_digest.variables[i];

		if (!digest_find_variable(&unit->old_digest, variable) &&
		    !plan_is_private(variable))
			fprintf(stream, "  new: %s\n", variable->name);
	}
}
