/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes what was planned. Comes in: the functions of a file that are replaced. Goes out: the plan file
 * for the plugin, in the format of klpmake-digest.h, and lines for the user.
 *
 * What the kernel has becomes a reference. Not so a function that is declared inline, which is called
 * where it stands, and data that belongs to the code that uses it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "plan/lines.h"
#include "plan/plan.h"

static const char *const records[] = PLAN_RECORD_WORDS;
static const char *const scopes[] = PLAN_SCOPE_WORDS;

static const char *scope_word(enum digest_linkage linkage)
{
	return scopes[linkage == DIGEST_LOCAL ? PLAN_LOCAL : PLAN_EXTERN];
}

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

	return !old || (old->linkage == DIGEST_LOCAL && function->linkage != DIGEST_LOCAL);
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

		if (function->linkage != DIGEST_LOCAL &&
		    (is_new(unit, function) || has_new_parameters(unit, function)))
			return true;
	}
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		const struct digest_variable *variable = &unit->new_digest.variables[i];

		if (!digest_find_variable(&unit->old_digest, variable) &&
		    variable->linkage != DIGEST_LOCAL)
			return true;
	}
	return plan_replaces(unit);
}

const char *plan_new_symbol(struct arena *arena, const struct plan_unit *unit,
			    const struct digest_function *function)
{
	char *symbol = arena_printf(arena, "livepatch.%s.%s", unit->source->path, function->symbol);

	for (char *at = symbol + strlen("livepatch."); *at && at < strrchr(symbol, '.'); at++)
		if (!isalnum((unsigned char)*at))
			*at = '_';
	return symbol;
}

bool plan_is_replaced(const struct plan_unit *unit, const struct digest_function *function)
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
	    elf_section_life(function->section) != ELF_SECTION_INIT)
		return false;
	if (function->linkage != DIGEST_LOCAL)
		return resolve_global(unit->source->object, function->symbol);
	return plan_own_symbol(unit->source, function->name);
}

static void write_functions(FILE *stream, const struct plan_unit *unit, struct arena *arena)
{
	for (size_t i = 0; i < unit->new_digest.function_count; i++) {
		const struct digest_function *function = &unit->new_digest.functions[i];

		if (plan_is_replaced(unit, function))
			fprintf(stream, "%s\t%s\t%s\n", records[PLAN_REPLACE], function->symbol,
				plan_new_symbol(arena, unit, function));
		else if (!digest_is_inline(function) && kernel_has_function(unit, function))
			fprintf(stream, "%s\t%s\t%s\n", records[PLAN_FUNCTION], function->symbol,
				scope_word(function->linkage));
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
	if (old->linkage != DIGEST_LOCAL)
		return resolve_global(unit->source->object, variable->symbol);
	return kernel_has_local(unit, variable);
}

/* In the kernel: the patch may make a static variable global. */
static const char *kernel_scope(const struct plan_unit *unit,
				const struct digest_variable *variable)
{
	const struct digest_variable *old = digest_find_variable(&unit->old_digest, variable);

	return scope_word(old->linkage);
}

static void write_variables(FILE *stream, const struct plan_unit *unit)
{
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		const struct digest_variable *variable = &unit->new_digest.variables[i];

		if (kernel_has_variable(unit, variable))
			fprintf(stream, "%s\t%s\t%s\t%s\t%s\n", records[PLAN_VARIABLE],
				variable->symbol, kernel_scope(unit, variable),
				variable->function ? variable->function : DIGEST_NONE,
				variable->name);
	}
}

int plan_write(struct resolver *resolver, const struct plan_unit *unit)
{
	const char *path;
	FILE *stream = lines_create(NULL, unit->plan_path, &path, resolver->arena);

	if (!stream)
		return -1;
	fprintf(stream, "%s\t%d\n", KLPMAKE_PLAN_NAME, KLPMAKE_PLAN_VERSION);
	write_functions(stream, unit, resolver->arena);
	write_variables(stream, unit);
	fprintf(stream, "%s\n", records[PLAN_END]);
	return lines_close(stream, path);
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
	case PLAN_LEFT:
		return "left alone, as it cannot be replaced";
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
