/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a diff changes. Comes in: the digests of a source file before and after it. Goes out: the
 * functions that have changed, or messages about what a livepatch cannot change: data that is there
 * already, and what happens only when the kernel is built or starts. All of it is reported.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/advice.h"
#include "plan/assembler-text.h"
#include "plan/plan.h"

bool plan_is_private(const struct digest_variable *variable)
{
	static const char *const sections[] = { ".data.once",	      ".data..once",
						"__dyndbg",	      ".printk_index",
						".discard",	      "__bug_table",
						"klpmake_table",      ".modinfo",
						"__trace_printk_fmt", "__tracepoint_str",
						"_ftrace_branch",     "_ftrace_annotated_branch" };
	static const char *const names[] = { "__func__", "__FUNCTION__", "__PRETTY_FUNCTION__",
					     "__UNIQUE_ID_" };

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (string_starts_with(variable->section, sections[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (string_starts_with(variable->name, names[i]))
			return true;
	/* What CONFIG_PRINTK_INDEX keeps of a printk(): format, file, line. */
	if (variable->function && !strcmp(variable->name, "_entry"))
		return true;
	return !strcmp(variable->name, "_rs"); /* of a ratelimit, in one function often several */
}

static void add_changed(struct plan_unit *unit, const struct digest_function *function,
			const char *reason)
{
	unit->functions =
		array_grow(unit->functions, unit->function_count, sizeof(*unit->functions));
	unit->functions[unit->function_count++] = (struct plan_function){
		.function = function, .state = PLAN_NO_CODE, .reason = reason, .changed = true
	};
}

const char *plan_life_name(const struct digest_function *function)
{
	return elf_section_life(function->section) == ELF_SECTION_EXIT ? "an __exit function"
								       : "an __init function";
}

static int refuse_init(const struct digest_function *function)
{
	bool exits = elf_section_life(function->section) == ELF_SECTION_EXIT;

	diag_error(&function->place, "init", "the patch changes '%s', which is %s", function->name,
		   plan_life_name(function));
	if (exits)
		diag_note(
			NULL,
			"it runs once, when the module is removed, and cannot be replaced: leave it "
			"out of the patch");
	else
		diag_note(
			NULL,
			"it has run already and its code is gone: leave it out of the patch, or do what it "
			"does now in %s",
			advice_callback());
	return -1;
}

/* That CHANGE is not refused is the user's word: that there are no objects. */
static int refuse_old_layout(const struct diag_place *place, const char *class, const char *what,
			     const struct structure_change *change)
{
	diag_error(place, class, "%s is of the old layout of '%s', which the patch changes", what,
		   change->old->name);
	diag_note(
		NULL,
		"it stays as it is, and so does what it has made, such as a cache for objects of the old "
		"size: leave the structure as it is, and keep new members in %s",
		advice_members());
	return -1;
}

/* One that has run, or runs unpatched, and that the author has not touched. */
static int compare_following(const struct digest_function *function, struct arena *arena)
{
	if (!function->change || function->change->is_refused)
		return 0;
	return refuse_old_layout(&function->place, "init",
				 arena_printf(arena, "'%s', %s,", function->name,
					      plan_life_name(function)),
				 function->change);
}

static int compare_functions(struct plan_unit *unit, struct arena *arena)
{
	const struct digest *new_digest = &unit->new_digest;
	int result = 0;

	for (size_t i = 0; i < new_digest->function_count; i++) {
		const struct digest_function *function = &new_digest->functions[i], *old;

		old = digest_find_function(&unit->old_digest, function->symbol);
		if (!old || !strcmp(old->digest, function->digest))
			continue;
		if (!elf_section_is_dropped(function->section))
			add_changed(unit, function, "changed");
		else if (function->follows ? compare_following(function, arena)
					   : refuse_init(function))
			result = -1;
	}
	return result;
}

const char *plan_variable_name(const struct digest_variable *variable, struct arena *arena)
{
	if (!variable->function)
		return arena_printf(arena, "'%s'", variable->name);
	return arena_printf(arena, "'%s' of function '%s'", variable->name, variable->function);
}

static int refuse_type(const struct digest_variable *variable, struct arena *arena)
{
	diag_error(&variable->place, "data", "the patch changes the type of the variable %s",
		   plan_variable_name(variable, arena));
	advice_note_variable();
	return -1;
}

static int refuse_value(const struct digest_variable *variable, struct arena *arena)
{
	diag_error(&variable->place, "data",
		   "the patch changes the initial value of the variable %s",
		   plan_variable_name(variable, arena));
	diag_note(
		NULL,
		"the kernel's variable has its value already: assign the new one in %s, or let the code "
		"use a new variable",
		advice_callback());
	return -1;
}

static int refuse_writable(const struct digest_variable *variable, struct arena *arena)
{
	diag_error(&variable->place, "data", "the patch makes the constant %s a variable",
		   plan_variable_name(variable, arena));
	diag_note(NULL, "the kernel's stays where it cannot be written: use a new variable");
	return -1;
}

/* The variable of the old file that VARIABLE, a new one, seems to be under another name; NULL: none. */
static const struct digest_variable *renamed_from(const struct plan_unit *unit,
						  const struct digest_variable *variable)
{
	for (size_t i = 0; i < unit->old_digest.variable_count; i++) {
		const struct digest_variable *old = &unit->old_digest.variables[i];

		if (!strcmp(old->layout, variable->layout) &&
		    !strcmp(old->value, variable->value) && !digest_is_constant(old) &&
		    !plan_is_private(old) && !old->pair)
			return old;
	}
	return NULL;
}

static void warn_renamed(const struct plan_unit *unit, const struct digest_variable *variable,
			 struct arena *arena)
{
	const struct digest_variable *old = renamed_from(unit, variable);

	if (!old || plan_is_private(variable) || digest_is_constant(variable))
		return;
	diag_warning(
		&variable->place, "data",
		"the variable %s is new, and %s of its type is gone: it does not get the other's value",
		plan_variable_name(variable, arena), plan_variable_name(old, arena));
	diag_note(NULL, "if the patch only renames it, leave the name as it is");
}

/* Is it a table of the texts that only the trace events of a system call show (SYSCALL_METADATA() in linux/syscalls.h)? */
static bool is_syscall_text(const struct plan_unit *unit, const struct digest_variable *variable,
			    struct arena *arena)
{
	static const char *const names[] = { "types_", "args_" };
	const char *meta;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (variable->linkage != DIGEST_LOCAL ||
		    !string_starts_with(variable->name, names[i]))
			continue;
		meta = arena_printf(arena, "__syscall_meta_%s", variable->name + strlen(names[i]));
		for (size_t j = 0; j < unit->old_digest.variable_count; j++)
			if (!strcmp(unit->old_digest.variables[j].name, meta))
				return true;
	}
	return false;
}

static int compare_variable(const struct plan_unit *unit, const struct digest_variable *variable,
			    struct arena *arena)
{
	const struct digest_variable *old = variable->pair;

	if (!old)
		warn_renamed(unit, variable, arena);
	if (!old || plan_is_private(variable) || is_syscall_text(unit, variable, arena))
		return 0;
	if (digest_is_constant(old) && !digest_is_constant(variable))
		return refuse_writable(variable, arena);
	/* Its users have changed with it, and plan-reach.c looks for them. */
	if (digest_is_constant(variable) && digest_is_constant(old))
		return 0;
	/* A place may be part of the type, as that of per-CPU variables is since Linux 6.15. */
	if (strcmp(old->layout, variable->layout) && !variable->type_follows)
		return plan_place_goes_on(old, variable)
			       ? refuse_type(variable, arena)
			       : plan_compare_sections(old, variable, arena);
	if (strcmp(old->value, variable->value) && !variable->value_follows)
		return refuse_value(variable, arena);
	if (variable->change && !variable->change->is_refused)
		return refuse_old_layout(&variable->place, "data",
					 arena_printf(arena, "the variable %s",
						      plan_variable_name(variable, arena)),
					 variable->change);
	return plan_compare_sections(old, variable, arena);
}

static int compare_variables(const struct plan_unit *unit, struct arena *arena)
{
	int result = 0;

	for (size_t i = 0; i < unit->new_digest.variable_count; i++)
		if (compare_variable(unit, &unit->new_digest.variables[i], arena))
			result = -1;
	return plan_compare_registered(unit, arena) ? -1 : result;
}

static bool has_assembler(const struct digest *digest, const char *text)
{
	for (size_t i = 0; i < digest->assembler_count; i++)
		if (assembler_text_same(digest->assembler[i], text))
			return true;
	return false;
}

static int refuse_assembler(const struct plan_unit *unit, const char *text, struct arena *arena)
{
	struct diag_place place = { unit->new_digest.source, 0 };
	/* Before Linux 5.11, what follows is the function's name. */
	const char *symbol = assembler_text_exported(text), *call = strstr(text, "__initcall_");

	if (symbol) {
		diag_error(&place, "registered", "the patch adds an exported symbol, '%s'",
			   arena_strndup(arena, symbol, strcspn(symbol, ":\\ \"")));
		diag_note(NULL,
			  "a livepatch exports nothing: leave EXPORT_SYMBOL() out of the patch");
	} else if (call) {
		diag_error(&place, "registered", "the patch adds an initcall: %s",
			   arena_strndup(arena, call, strcspn(call, ":\\")));
		diag_note(NULL,
			  "these are called when the kernel starts: do in %s what it is to do",
			  advice_callback());
	} else {
		diag_error(&place, "assembler",
			   "the patch changes assembler outside of functions: %.80s", text);
		diag_note(NULL, "livepatches replace functions in C only");
	}
	return -1;
}

static int refuse_removed_assembler(const struct plan_unit *unit, const char *text)
{
	struct diag_place place = { unit->new_digest.source, 0 };

	diag_error(&place, "assembler", "the patch removes assembler outside of functions: %.80s",
		   text);
	diag_note(NULL, "the kernel keeps what that made: leave this out of the patch");
	return -1;
}

static int compare_assembler(const struct plan_unit *unit, struct arena *arena)
{
	const struct digest *olds = &unit->old_digest, *news = &unit->new_digest;
	int result = 0;

	for (size_t i = 0; i < news->assembler_count; i++)
		if (!has_assembler(olds, news->assembler[i]) &&
		    !assembler_text_is_export_string(news->assembler[i]))
			result = refuse_assembler(unit, news->assembler[i], arena);
	/* What is changed is removed, too. What was exported stays so. */
	for (size_t i = 0; i < olds->assembler_count && !result; i++)
		if (!has_assembler(news, olds->assembler[i]) &&
		    !assembler_text_exports(olds->assembler[i]))
			return refuse_removed_assembler(unit, olds->assembler[i]);
	return result;
}

/* Is a structure of UNIT refused, which was reported? */
static bool has_refused_structure(const struct plan_unit *unit)
{
	for (size_t i = 0; i < unit->new_digest.structure_count; i++) {
		const struct structure_change *change = unit->structures.list[i].change;

		if (change && change->is_refused)
			return true;
	}
	return false;
}

int plan_compare(struct plan_unit *unit, struct arena *arena)
{
	int result = has_refused_structure(unit) ? -1 : 0;

	if (compare_functions(unit, arena))
		result = -1;
	if (compare_variables(unit, arena))
		result = -1;
	if (compare_assembler(unit, arena))
		result = -1;
	return result;
}
