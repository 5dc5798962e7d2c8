/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes what was planned. Comes in: the functions of a file that are replaced. Goes out: the plan file
 * for the plugin, in the format of klpmake-digest.h, and lines for the user.
 *
 * What the kernel has, by plan-kernel.c, becomes a reference. Not so a function that is declared inline, which is
 * called where it stands, and data that belongs to the code that uses it.
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

bool plan_contributes(const struct plan_unit *unit)
{
	for (size_t i = 0; i < unit->new_digest.function_count; i++) {
		const struct digest_function *function = &unit->new_digest.functions[i];

		if (function->linkage != DIGEST_LOCAL &&
		    (plan_is_new(unit, function) || plan_has_new_parameters(unit, function)))
			return true;
	}
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		const struct digest_variable *variable = &unit->new_digest.variables[i];

		if (!variable->pair && variable->linkage != DIGEST_LOCAL)
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

static void write_functions(FILE *stream, const struct plan_unit *unit, struct arena *arena)
{
	for (size_t i = 0; i < unit->new_digest.function_count; i++) {
		const struct digest_function *function = &unit->new_digest.functions[i];

		if (plan_is_replaced(unit, function))
			fprintf(stream, "%s\t%s\t%s\n", records[PLAN_REPLACE], function->symbol,
				plan_new_symbol(arena, unit, function));
		else if (plan_kernel_has_function(unit, function))
			fprintf(stream, "%s\t%s\t%s\n", records[PLAN_FUNCTION], function->symbol,
				scope_word(function->linkage));
	}
}

/* In the kernel: the patch may make a static variable global. */
static const char *kernel_scope(const struct digest_variable *variable)
{
	return scope_word(variable->pair->linkage);
}

static void write_variable(FILE *stream, const struct digest_variable *variable, unsigned int line)
{
	if (line)
		fprintf(stream, "%s\t%u\t%s\t%s\t%s\t%u\n", records[PLAN_STATIC], variable->order,
			kernel_scope(variable), variable->function, variable->name, line);
	else
		fprintf(stream, "%s\t%s\t%s\t%s\t%s\n", records[PLAN_VARIABLE], variable->symbol,
			kernel_scope(variable),
			variable->function ? variable->function : DIGEST_NONE, variable->name);
}

static void write_variables(FILE *stream, const struct plan_unit *unit)
{
	unsigned int line;

	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		const struct digest_variable *variable = &unit->new_digest.variables[i];

		if (plan_kernel_has_variable(unit, variable, &line) == PLAN_PRESENT)
			write_variable(stream, variable, line);
	}
}

static void write_structures(FILE *stream, const struct kernel_structures *structures)
{
	for (size_t i = 0; i < structures->count; i++) {
		const struct kernel_structure *structure = &structures->list[i];

		fprintf(stream, "%s\t%s\t%llu\t%s\t%llu\n", records[PLAN_STRUCTURE],
			structure->new->name, (unsigned long long)structure->new->size,
			structure->old->name, (unsigned long long)structure->old->size);
	}
}

int plan_write(struct resolver *resolver, const struct plan_unit *unit,
	       const struct kernel_structures *structures)
{
	struct lines_output output;
	FILE *stream;

	if (lines_create(&output, NULL, unit->plan_path, resolver->arena))
		return -1;
	stream = output.stream;
	fprintf(stream, "%s\t%d\n", KLPMAKE_PLAN_NAME, KLPMAKE_PLAN_VERSION);
	write_functions(stream, unit, resolver->arena);
	write_variables(stream, unit);
	write_structures(stream, structures);
	fprintf(stream, "%s\n", records[PLAN_END]);
	return lines_close(&output);
}

static const char *state_text(const struct plan_function *planned)
{
	switch (planned->state) {
	case PLAN_REPLACED:
		return "replaced";
	case PLAN_NEW:
		return "new, as its parameters have changed";
	case PLAN_PASSED_ON:
		return "not replaced itself";
	case PLAN_NO_CODE:
		return "not in this kernel's code";
	case PLAN_DROPPED:
		return elf_section_is_dropped(planned->function->section)
			       ? "left alone, as its code is gone"
			       : "new, as the kernel's code of it is gone";
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
		fprintf(stream, "  %s: %s (%s)\n", state_text(&unit->functions[i]),
			unit->functions[i].function->name, unit->functions[i].reason);
	for (size_t i = 0; i < unit->new_digest.function_count; i++) {
		const struct digest_function *function = &unit->new_digest.functions[i];

		if (plan_is_new(unit, function))
			fprintf(stream, "  new: %s\n", function->name);
	}
	for (size_t i = 0; i < unit->new_digest.variable_count; i++) {
		const struct digest_variable *variable = &unit->new_digest.variables[i];

		if (!variable->pair && !plan_is_private(variable))
			fprintf(stream, "  new: %s\n", variable->name);
	}
}
