/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the second witness adds. Comes in: a file's functions that are replaced as they have changed, and objects of the
 * file as it was and as it is patched. Goes out: these, and the functions that depend on what has changed, as the
 * compiler knew it when it made the kernel's code of them. compiled-code.c has an example.
 *
 * They come behind the others, so that what is known better, such as that a function calls a changed one's clone,
 * stays the reason.
 */
#include <stdlib.h>

#include "plan/compiled-code.h"
#include "plan/plan.h"

static void add(struct plan_unit *unit, const struct digest_function *function)
{
	unit->functions =
		array_grow(unit->functions, unit->function_count, sizeof(*unit->functions));
	unit->functions[unit->function_count++] = (struct plan_function){
		.function = function,
		.state = PLAN_NO_CODE,
		.reason = "compiled differently with the patch",
		.compiled = true,
	};
}

/* Can a function be called by other ways than by its callers in this file? */
static bool is_known_outside(const struct plan_unit *unit, const struct digest_function *function)
{
	const struct digest_function *old =
		digest_find_function(&unit->old_digest, function->symbol);

	return old && (old->linkage != DIGEST_LOCAL || digest_is_pointed_to(old));
}

/*
 * A changed function may have no code of its own since the compiler found that it is the same as another. Its callers
 * in the file are compiled differently now; those that are not in it, or that use a pointer, still come to the
 * other's code, which stays as it is.
 */
static int refuse_twins(const struct plan_unit *unit, struct arena *arena)
{
	int result = 0;

	for (size_t i = 0; i < unit->function_count; i++) {
		const struct digest_function *function = unit->functions[i].function;
		const char *twin;

		if (unit->functions[i].state != PLAN_NO_CODE || !is_known_outside(unit, function))
			continue;
		if (compiled_code_twin(unit->old_code, function->symbol, &twin, arena))
			return -1;
		if (!twin)
			continue;
		diag_error(
			&function->place, "folded",
			"the patch changes '%s', which is one piece of code with '%s' in the kernel",
			function->name, twin);
		diag_note(
			NULL,
			"what other files or pointers call is that of '%s': change both in the same way, "
			"or let the callers do what the fix does",
			twin);
		result = -1;
	}
	return result;
}

int plan_compiled(struct resolver *resolver, struct plan_unit *unit)
{
	struct string_list names = { NULL, 0 };
	size_t from = unit->function_count;
	int result;

	if (!unit->old_code)
		return 0;
	result = compiled_code_compare(unit->old_code, unit->new_code, &names, resolver->arena);
	for (size_t i = 0; i < names.count; i++) {
		const struct digest_function *function =
			digest_find_function(&unit->new_digest, names.list[i]);

		/* The patch may remove it. */
		if (function && !plan_find(unit, function->name))
			add(unit, function);
	}
	string_list_free(&names);
	if (result || plan_spread(resolver, unit, from))
		return -1;
	return refuse_twins(unit, resolver->arena);
}
