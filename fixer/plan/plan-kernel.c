/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel has of a patched file. Comes in: a function or a variable of the file, and what is replaced. Goes
 * out: whether the kernel has it, so that the livepatch refers to it, and else has it itself. For plan-reach and
 * plan-write.
 */
#include <stdlib.h>
#include <string.h>

#include "kernel/unlocated.h"
#include "plan/plan.h"

bool plan_is_new(const struct plan_unit *unit, const struct digest_function *function)
{
	const struct digest_function *old =
		digest_find_function(&unit->old_digest, function->symbol);

	/* Other files did not know one that was static. */
	return !old || (old->linkage == DIGEST_LOCAL && function->linkage != DIGEST_LOCAL);
}

bool plan_has_new_parameters(const struct plan_unit *unit, const struct digest_function *function)
{
	const struct plan_function *planned = plan_find(unit, function->name);

	return planned && planned->state == PLAN_NEW;
}

bool plan_kernel_has_function(const struct plan_unit *unit, const struct digest_function *function)
{
	const struct plan_function *planned = plan_find(unit, function->name);

	if (digest_is_inline(function) || plan_is_new(unit, function) ||
	    plan_has_new_parameters(unit, function))
		return false;
	/* It was dropped, and is not to be any more. */
	if (planned && planned->state == PLAN_DROPPED &&
	    elf_section_life(function->section) != ELF_SECTION_INIT)
		return false;
	if (function->linkage != DIGEST_LOCAL)
		return resolve_global(unit->source->object, function->symbol);
	return plan_own_symbol(unit->source, function->name);
}

/* The kernel's variables of a name: one for each address. */
struct found {
	const struct definition **list; /* from malloc */
	size_t count;
};

static void add_found(struct found *found, const struct definition *definition)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->list[i]->address == definition->address)
			return;
	found->list = array_grow(found->list, found->count, sizeof(*found->list));
	found->list[found->count++] = definition;
}

/* The variables that the file's units have of VARIABLE's name, in its function if it is one's, with storage. */
static struct found find_local(const struct plan_unit *unit, const struct digest_variable *variable)
{
	const struct source *source = unit->source;
	struct found found = { NULL, 0 };

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
				add_found(&found, definition);
		}
	}
	return found;
}

/* How many variables of VARIABLE's name and function in DIGEST are declared in LINE? */
static size_t count_in_line(const struct digest *digest, const struct digest_variable *variable,
			    unsigned int line)
{
	size_t count = 0;

	for (size_t i = 0; i < digest->variable_count; i++)
		count += digest_is_like(&digest->variables[i], variable) &&
			 digest->variables[i].place.line == line;
	return count;
}

/*
 * One of several of that name: the lines that declare them tell which definition of the kernel's each is, as the
 * unpatched file is the kernel's own.
 */
static enum plan_presence choose_by_line(const struct plan_unit *unit,
					 const struct digest_variable *old,
					 const struct found *found, unsigned int *line)
{
	bool has = false;

	for (size_t i = 0; i < found->count; i++) {
		if (!found->list[i]->line ||
		    count_in_line(&unit->old_digest, old, found->list[i]->line) != 1)
			return PLAN_UNCERTAIN;
		if (found->list[i]->line != old->place.line)
			continue;
		if (has)
			return PLAN_UNCERTAIN;
		has = true;
	}
	*line = old->place.line;
	return has ? PLAN_PRESENT : PLAN_ABSENT;
}

static enum plan_presence find_static(const struct plan_unit *unit,
				      const struct digest_variable *variable,
				      const struct found *found, unsigned int *line)
{
	const struct digest_variable *old = variable->pair;
	size_t olds = digest_count_variables(&unit->old_digest, old);
	size_t news = digest_count_variables(&unit->new_digest, variable);

	if (olds == 1 && found->count == 1) {
		/* The plan has to tell which one it is of the patched file's. */
		if (news > 1)
			*line = found->list[0]->line;
		return news == 1 || *line ? PLAN_PRESENT : PLAN_UNCERTAIN;
	}
	return choose_by_line(unit, old, found, line);
}

/* OLD, of which debug information does not say where it is: the symbol table may. */
static enum plan_presence find_unlocated(const struct plan_unit *unit,
					 const struct digest_variable *old, unsigned int *line)
{
	enum plan_presence presence = PLAN_ABSENT;
	struct unlocated unlocated;

	if (!unlocated_has_symbol(unit->source, old->name, old->function))
		return PLAN_ABSENT;
	if (unlocated_find(unit->source, old->name, old->function, old->place.line, &unlocated))
		return PLAN_UNCERTAIN;
	/* The plan has to tell which one it is. */
	if (unlocated.symbol && old->function &&
	    (digest_count_variables(&unit->old_digest, old) > 1 ||
	     digest_count_variables(&unit->new_digest, old) > 1))
		*line = old->place.line;
	if (unlocated.symbol_count)
		presence = unlocated.symbol ? PLAN_PRESENT : PLAN_UNCERTAIN;
	unlocated_free(&unlocated);
	return presence;
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

enum plan_presence plan_kernel_has_variable(const struct plan_unit *unit,
					    const struct digest_variable *variable,
					    unsigned int *line)
{
	const struct digest_variable *old = variable->pair;
	enum plan_presence presence = PLAN_ABSENT;
	struct found found;

	*line = 0;
	if (variable->uncertain)
		return PLAN_UNCERTAIN;
	/* A table with other contents is the livepatch's. */
	if (!old || plan_is_other(variable) || plan_is_private(variable) ||
	    is_repeated_constant(unit, variable) || elf_section_is_dropped(old->section))
		return PLAN_ABSENT;
	if (old->linkage != DIGEST_LOCAL)
		return resolve_global(unit->source->object, variable->symbol) ? PLAN_PRESENT
									      : PLAN_ABSENT;
	found = find_local(unit, variable);
	if (found.count)
		presence = variable->function ? find_static(unit, variable, &found, line)
					      : PLAN_PRESENT;
	if (presence == PLAN_ABSENT)
		presence = find_unlocated(unit, old, line);
	free(found.list);
	/* Another key is only another class of locks, and a constant is as good as another one. */
	if (presence == PLAN_UNCERTAIN &&
	    (!strcmp(variable->name, "__key") || digest_is_constant(variable)))
		presence = PLAN_ABSENT;
	return presence;
}
