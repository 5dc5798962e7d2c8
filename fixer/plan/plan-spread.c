/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what has changed to what has to be replaced. Comes in: the functions of a source file that have
 * changed. Goes out: these, and those that contain a copy of them or call a clone, up to ones that a
 * livepatch can replace.
 *
 * The witness is the kernel's own debug information. What the compiler does now with the patched file
 * tells nothing of what it did then. Two examples of Debian's 6.1:
 *
 * A patch changes show_val_kb() of fs/proc/meminfo.c. The kernel has no symbol of that name: the compiler has put
 * its code wherever it is called, which are some forty places, all in meminfo_proc_show(). DWARF has an instance
 * of it for each of them. So show_val_kb becomes PLAN_PASSED_ON, and meminfo_proc_show is appended to the list,
 * with the reason "'show_val_kb' is inlined into it, fs/proc/meminfo.c:58". When its turn comes, it has a symbol
 * and an ftrace site, and is not inlined anywhere: PLAN_REPLACED. The livepatch has it with the new show_val_kb()
 * in it.
 *
 * A patch changes __set_oom_adj() of fs/proc/base.c. Here the kernel has code, but its symbol is
 * __set_oom_adj.isra.0: a clone, whose parameters are others than those in the source. Nobody could call a new
 * __set_oom_adj() in its place. Its callers are known, from DWARF's call sites: oom_adj_write() and
 * oom_score_adj_write(), for which "it calls '__set_oom_adj'" is the reason. Both have symbols of their own and are
 * replaced; __set_oom_adj is passed on to them, and the livepatch has its own copy. That of the kernel stays, for
 * nobody. With "foo.constprop.0" and "foo.part.0" it is the same.
 *
 * A patch takes "__init" off a function, as one does when a function that stays calls it: the kernel's callers lead to
 * code that is gone. What the kernel has of it is PLAN_DROPPED, those that call it are replaced, and the livepatch has
 * a function of its own for them. Callers that are dropped as well are left alone.
 *
 * Where such a caller is a clone itself or is inlined in turn, its own callers are next. This ends at functions that
 * are called through pointers or from other files: the compiler leaves these their names and parameters.
 */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/site.h"
#include "kernel/symbol-name.h"
#include "kernel/system-call.h"
#include "klpmake-signature.h"
#include "plan/advice.h"

/* The search for those that contain or call one function. */
struct spread {
	struct resolver *resolver;
	struct plan_unit *unit;
	struct dwarf_unit *dwarf_unit;
	const char *from; /* its name */
	bool calls;	  /* those that call it too */
	bool compiled;	  /* it is there for its compiled code */
	size_t found;
};

bool plan_is_unreached(const struct plan_function *planned)
{
	return planned->state == PLAN_NEW || planned->state == PLAN_PASSED_ON;
}

struct plan_function *plan_find(const struct plan_unit *unit, const char *name)
{
	for (size_t i = 0; i < unit->function_count; i++)
		if (!strcmp(unit->functions[i].function->name, name))
			return &unit->functions[i];
	return NULL;
}

static const struct digest_function *function_named(const struct digest *digest, const char *name)
{
	for (size_t i = 0; i < digest->function_count; i++)
		if (!strcmp(digest->functions[i].name, name))
			return &digest->functions[i];
	return NULL;
}

/* The symbol at DEFINITION's address that is called NAME, and no clone of it. */
static const struct elf_symbol *symbol_named(struct kernel_object *object,
					     const struct definition *definition, const char *name)
{
	const struct elf_symbol *symbol = NULL;

	if (definition->kind != DEFINITION_FUNCTION || definition->state != DEFINITION_PRESENT)
		return NULL;
	while ((symbol = symbol_table_at(&object->symbols, definition->address, symbol)))
		if (symbol_name_of(symbol->name, name) == SYMBOL_NAME_OWN)
			return symbol;
	return NULL;
}

const struct elf_symbol *plan_own_symbol(const struct source *source, const char *name)
{
	for (size_t i = 0; i < source->unit_count; i++) {
		const struct definition *definition = NULL;

		if (unit_read(&source->object->dwarf, source->units[i]))
			return NULL;
		while ((definition = unit_next_named(source->units[i], name, definition))) {
			const struct elf_symbol *symbol =
				symbol_named(source->object, definition, name);

			if (symbol)
				return symbol;
		}
	}
	return NULL;
}

/* Is there a symbol like "foo.isra.0" at DEFINITION's address? */
static bool is_clone(struct kernel_object *object, const struct definition *definition,
		     const char *name)
{
	const struct elf_symbol *symbol = NULL;
	enum symbol_name kind;

	if (definition->kind != DEFINITION_FUNCTION || definition->state != DEFINITION_PRESENT)
		return false;
	while ((symbol = symbol_table_at(&object->symbols, definition->address, symbol))) {
		kind = symbol_name_of(symbol->name, name);
		if (kind != SYMBOL_NAME_FOREIGN && kind != SYMBOL_NAME_OWN)
			return true;
	}
	return false;
}

/* Has the function code under another name: a clone? */
static bool has_clone(const struct source *source, const char *name)
{
	for (size_t i = 0; i < source->unit_count; i++) {
		const struct definition *definition = NULL;

		while ((definition = unit_next_named(source->units[i], name, definition)))
			if (is_clone(source->object, definition, name))
				return true;
	}
	return false;
}

static const char *reason_of(const struct spread *spread, const struct unit_use *use)
{
	const char *file = use->file ? dwarf_path_strip(use->file, spread->dwarf_unit->comp_dir)
				     : NULL;
	struct arena *arena = spread->resolver->arena;

	if (!use->inlined)
		return arena_printf(arena, "it calls '%s'", spread->from);
	return file ? arena_printf(arena, "'%s' is inlined into it, %s:%u", spread->from, file,
				   use->line)
		    : arena_printf(arena, "'%s' is inlined into it", spread->from);
}

static int spread_to(const struct unit_use *use, void *context)
{
	struct spread *spread = context;
	const struct digest_function *function;

	if ((!use->inlined && !spread->calls) || !strcmp(use->into, spread->from))
		return 0;
	spread->found++;
	if (plan_find(spread->unit, use->into))
		return 0;
	function = function_named(&spread->unit->new_digest, use->into);
	if (!function)
		return 0; /* the patch removes it */
	spread->unit->functions = array_grow(spread->unit->functions, spread->unit->function_count,
					     sizeof(*spread->unit->functions));
	spread->unit->functions[spread->unit->function_count++] = (struct plan_function){
		.function = function,
		.state = PLAN_NO_CODE,
		.reason = reason_of(spread, use),
		.compiled = spread->compiled,
	};
	return 0;
}

/* Adds those that contain PLANNED, or call it; *FOUND becomes their number. -1 after a message. */
static int spread(struct resolver *resolver, struct plan_unit *unit,
		  const struct plan_function *planned, bool calls, size_t *found)
{
	const struct source *source = unit->source;
	const char *name = planned->function->name;

	*found = 0;
	for (size_t i = 0; i < source->unit_count; i++) {
		struct spread context = { resolver,	     unit, source->units[i], name, calls,
					  planned->compiled, 0 };
		const struct definition *definition = unit_next_named(source->units[i], name, NULL);

		while (definition && definition->kind != DEFINITION_FUNCTION)
			definition = unit_next_named(source->units[i], name, definition);
		if (definition && unit_find_uses(&source->object->dwarf, source->units[i],
						 definition, spread_to, &context))
			return -1;
		*found += context.found;
	}
	return 0;
}

/* That it has to be replaced is the second witness's word only, which the user may know better. */
static int refuse_compiled(const struct plan_function *function, const struct site *site,
			   enum plan_state *state)
{
	int result = diag_refuse(&function->function->place, "compiled",
				 "'%s' has to be replaced (%s), but %s", function->function->name,
				 function->reason, site->lacks);

	*state = result ? PLAN_REFUSED : PLAN_LEFT;
	diag_note(
		NULL,
		"the kernel's code of it relies on what the patch changes elsewhere, in what it keeps in "
		"registers or does not check: look at it, and use --allow=compiled if that is no harm");
	return result;
}

static int refuse_untraceable(const struct plan_function *function, const struct source *source,
			      const struct site *site, enum plan_state *state)
{
	if (function->compiled)
		return refuse_compiled(function, site, state);
	*state = PLAN_REFUSED;
	diag_error(&function->function->place, site->id, "'%s' has to be replaced (%s), but %s",
		   function->function->name, function->reason, site->lacks);
	system_call_note(source->object, function->function->name);
	if (source->object->by_jump || site->is_there)
		diag_note(NULL, "a livepatch cannot reach it; let the functions that call it do "
				"what the fix does");
	else
		diag_note(NULL, "it is marked notrace, or its file is compiled without tracing, as "
				"much of lib/ is: a livepatch cannot reach it; let the functions "
				"that call it do what the fix does");
	return -1;
}

static int refuse_overridden(const struct plan_function *function)
{
	diag_error(&function->function->place, "overridden",
		   "'%s' is a weak definition, and the kernel has another one in its place",
		   function->function->name);
	diag_note(NULL, "its code is not in this kernel: patch the definition that is");
	return -1;
}

/* Such a function cannot take the place of the old one, which others still call as it was. */
static bool has_other_parameters(const struct plan_unit *unit,
				 const struct digest_function *function, struct arena *arena)
{
	const struct digest_function *old =
		digest_find_function(&unit->old_digest, function->symbol);

	return old &&
	       !klp_signature_same_call(old->signature,
					structures_kernel_signature(&unit->structures,
								    function->signature, arena));
}

/* Who calls the function through a pointer still calls the old one, in the old way. */
static int check_pointers(const struct plan_unit *unit, const struct plan_function *function)
{
	const struct digest_function *old =
		digest_find_function(&unit->old_digest, function->function->symbol);

	if (!old || !digest_is_pointed_to(old))
		return 0;
	diag_error(
		&function->function->place, "prototype",
		"the patch changes the parameters or the result of '%s', which is called through pointers",
		function->function->name);
	diag_note(
		NULL,
		"the kernel's pointers keep leading to the old function: leave its parameters as they "
		"are, and let it call a new one");
	return -1;
}

/* Is SYMBOL of DIGEST there only while the kernel starts, or for the tool chain? */
static bool is_passing(const struct digest *digest, const char *symbol)
{
	const struct digest_function *function = digest_find_function(digest, symbol);

	if (function)
		return elf_section_is_dropped(function->section);
	for (size_t i = 0; i < digest->variable_count; i++)
		if (!strcmp(digest->variables[i].symbol, symbol))
			return elf_section_is_dropped(digest->variables[i].section) ||
			       plan_is_private(&digest->variables[i]) ||
			       plan_is_registered(&digest->variables[i]);
	return false;
}

/* Who has a pointer to FUNCTION and keeps it when the function's code is gone; NULL: nobody. */
static const char *pointer_to(const struct digest *digest, const struct digest_function *function)
{
	for (size_t i = 0; i < digest->use_count; i++) {
		const struct digest_use_pair *use = &digest->uses[i];

		if (use->how == DIGEST_USE_POINTER && !strcmp(use->used, function->symbol) &&
		    !is_passing(digest, use->user))
			return use->user;
	}
	return NULL;
}

static int refuse_dropped(const struct digest_function *function, const char *user, const char *how,
			  const char *advice)
{
	diag_error(&function->place, "init", "the code of '%s' is gone, and '%s' %s",
		   function->name, user, how);
	diag_note(NULL, "%s", advice);
	return -1;
}

/* PLANNED was __init or __exit, and is to stay: the kernel's callers of OWN, its code, lead to nothing. */
static int spread_dropped(struct resolver *resolver, struct plan_unit *unit,
			  const struct plan_function *planned, const struct elf_symbol *own)
{
	const struct digest_function *function = planned->function;
	const char *pointer = pointer_to(&unit->old_digest, function), *caller = NULL;
	size_t found;

	if (pointer)
		return refuse_dropped(
			function, pointer, "of the kernel leads to it",
			arena_printf(
				resolver->arena,
				"a livepatch changes no pointer that the kernel keeps: assign a "
				"new function in %s",
				advice_callback()));
	if (function->linkage != DIGEST_LOCAL)
		caller = plan_other_caller(unit, own, resolver->arena);
	if (caller)
		return refuse_dropped(
			function, caller, "of another file calls it",
			"leave it as it is, and let those that call it now call a new function of "
			"another name");
	return spread(resolver, unit, planned, true, &found);
}

/*
 * What becomes of PLANNED, a function of UNIT's list: *STATE. Those that it leads to are appended, so that
 * the list may move. -1 after a message.
 */
static int settle(struct resolver *resolver, struct plan_unit *unit, struct plan_function planned,
		  enum plan_state *state)
{
	const struct digest_function *function = planned.function;
	const struct elf_symbol *own = plan_own_symbol(unit->source, function->name);
	/* Those who call it can be replaced, those who point to it cannot be known. */
	bool inlined = digest_is_inline(function) && !digest_is_pointed_to(function);
	bool clone = has_clone(unit->source, function->name);
	bool other_parameters = has_other_parameters(unit, function, resolver->arena);
	size_t found;
	struct site site = { .lacks = "no symbol" };

	if (own && site_find(unit->source->object, own, &site))
		return -1;
	if (!own && !clone && function->linkage == DIGEST_WEAK && !planned.compiled &&
	    resolve_global(unit->source->object, function->symbol)) {
		*state = PLAN_REFUSED;
		return refuse_overridden(&planned);
	}
	if (own && elf_symbol_life(&unit->source->object->elf, own)) {
		*state = PLAN_DROPPED;
		return elf_section_is_dropped(function->section)
			       ? 0
			       : spread_dropped(resolver, unit, &planned, own);
	}
	if (own && *site.lacks && !inlined && !other_parameters)
		return refuse_untraceable(&planned, unit->source, &site, state);
	if (spread(resolver, unit, &planned, clone || other_parameters || (own && *site.lacks),
		   &found))
		return -1;
	if (other_parameters && check_pointers(unit, &planned)) {
		*state = PLAN_REFUSED;
		return -1;
	}
	if (other_parameters)
		*state = PLAN_NEW;
	else if (own && !*site.lacks)
		*state = PLAN_REPLACED;
	else if (found || clone || own)
		*state = PLAN_PASSED_ON;
	return 0;
}

int plan_spread(struct resolver *resolver, struct plan_unit *unit, size_t from)
{
	int result = 0;

	for (size_t i = from; i < unit->function_count; i++) {
		enum plan_state state = unit->functions[i].state;

		if (settle(resolver, unit, unit->functions[i], &state))
			result = -1;
		unit->functions[i].state = state;
	}
	return result;
}
