/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the section of a variable means. Comes in: variables before and after a diff. Goes out: messages where one is
 * put elsewhere and that matters, and where it is something that the kernel finds by its section, when it starts or
 * loads the module: that a livepatch's own one would be found, too, changes nothing for the kernel's. For
 * plan-compare.
 */
#include <ctype.h>
#include <string.h>

#include "plan/advice.h"
#include "plan/plan.h"

#define MODINFO_SECTION ".modinfo"

/* The end of <linux/init.h>'s, <linux/cache.h>'s and <linux/percpu-defs.h>'s names. */
enum storage {
	STORAGE_DATA, /* .data, .bss */
	STORAGE_PLACED, /* as STORAGE_DATA, but beside others that are read, written or aligned like it */
	STORAGE_SEALED,	 /* written only until the kernel has started */
	STORAGE_PER_CPU, /* each CPU has its own */
	STORAGE_INIT,	 /* dropped when the kernel has started */
	STORAGE_EXIT,
	STORAGE_OTHER, /* what its section's name says */
};

static enum storage storage_of(const struct digest_variable *variable)
{
	static const char *const placed[] = { ".data..read_mostly", ".data..cacheline_aligned",
					      ".data..page_aligned", ".bss..page_aligned",
					      ".data..shared_aligned" };
	const char *section = variable->section;
	enum elf_section_life life = elf_section_life(section);

	for (size_t i = 0; i < ARRAY_SIZE(placed); i++)
		if (!strcmp(section, placed[i]))
			return STORAGE_PLACED;
	if (!strcmp(section, DIGEST_NONE) || !strcmp(section, ".data") || !strcmp(section, ".bss"))
		return STORAGE_DATA;
	if (elf_section_is_per_cpu(section))
		return STORAGE_PER_CPU;
	if (!strcmp(section, ".data..ro_after_init"))
		return STORAGE_SEALED;
	if (life == ELF_SECTION_INIT)
		return STORAGE_INIT;
	return life == ELF_SECTION_EXIT ? STORAGE_EXIT : STORAGE_OTHER;
}

static const char *storage_name(const struct digest_variable *variable, struct arena *arena)
{
	switch (storage_of(variable)) {
	case STORAGE_DATA:
		return "ordinary data";
	case STORAGE_PLACED:
		return !strcmp(variable->section, ".data..read_mostly") ? "__read_mostly data"
									: "aligned data";
	case STORAGE_SEALED:
		return "__ro_after_init data";
	case STORAGE_PER_CPU:
		return "per-CPU data";
	case STORAGE_INIT:
		return "__initdata";
	case STORAGE_EXIT:
		return "__exitdata";
	default:
		return arena_printf(arena, "section '%s'", variable->section);
	}
}

static bool is_plain(enum storage storage)
{
	return storage == STORAGE_DATA || storage == STORAGE_PLACED;
}

bool plan_place_goes_on(const struct digest_variable *old, const struct digest_variable *new)
{
	enum storage from = storage_of(old), to = storage_of(new);

	if (from == STORAGE_OTHER || to == STORAGE_OTHER)
		return !strcmp(old->section, new->section);
	/* What is only placed elsewhere, sealed, or dropped, is there in the kernel and can be written. */
	if (is_plain(from))
		return to != STORAGE_PER_CPU;
	return from == to || (from == STORAGE_SEALED && to == STORAGE_INIT);
}

int plan_compare_sections(const struct digest_variable *old, const struct digest_variable *new,
			  struct arena *arena)
{
	const char *from = storage_name(old, arena), *to = storage_name(new, arena);

	if (!plan_place_goes_on(old, new)) {
		diag_error(&new->place, "data", "the patch moves the variable %s from %s to %s",
			   plan_variable_name(new, arena), from, to);
		diag_note(NULL, "the kernel's variable stays where it is, and what uses it would "
				"take it for something else: use a new variable");
		return -1;
	}
	if (is_plain(storage_of(old)) && storage_of(new) == STORAGE_SEALED) {
		diag_warning(&new->place, "data", "the patch moves the variable %s from %s to %s",
			     plan_variable_name(new, arena), from, to);
		diag_note(NULL,
			  "the kernel's variable stays where it is, and can still be written");
	}
	return 0;
}

/* What a variable of that section is; NULL: nothing special. */
static const char *registered_by_section(const char *section)
{
	static const struct {
		const char *section, *what;
	} known[] = {
		{ "__param", "module parameter" },
		{ "__tracepoints", "tracepoint" },
		{ "_ftrace_events", "trace event" },
		{ "__ksymtab", "exported symbol" },
		{ "__ex_table", "exception table entry" },
		{ ".con_initcall", "initcall" },
		{ ".initcall", "initcall" },
		{ ".exitcall", "exitcall" },
		{ ".init.setup", "boot parameter" },
		{ MODINFO_SECTION, "piece of module information" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (string_starts_with(section, known[i].section))
			return known[i].what;
	return NULL;
}

bool plan_is_registered(const struct digest_variable *variable)
{
	return registered_by_section(variable->section);
}

static bool is_modinfo(const struct digest_variable *variable)
{
	return !strcmp(variable->section, MODINFO_SECTION);
}

static int refuse_registered(const struct digest_variable *variable, const char *how,
			     const char *name, const char *note)
{
	const char *what = registered_by_section(variable->section);

	diag_error(&variable->place, "registered", "the patch %s a%s %s, '%s'", how,
		   strchr("aeio", *what) ? "n" : "", what, name);
	diag_note(NULL, "%s", note);
	return -1;
}

/* A new one. */
static int check_added(const struct digest_variable *new, struct arena *arena)
{
	if (new->pair || is_modinfo(new) || !registered_by_section(new->section))
		return 0;
	return refuse_registered(
		new, "adds", new->name,
		arena_printf(
			arena,
			"the kernel learns of such when it starts or loads the module: leave it out of "
			"the patch, or register it in %s",
			advice_callback()));
}

static int check_removed(const struct digest_variable *old)
{
	if (old->pair || is_modinfo(old) || !registered_by_section(old->section))
		return 0;
	return refuse_registered(
		old, "removes", old->name,
		"the kernel has it already, and keeps it: leave this out of the patch");
}

/* Is VARIABLE in a section that is not for data, which something finds there? */
static bool is_collected(const struct digest_variable *variable)
{
	static const char *const ordinary[] = { ".rodata",	".data",      ".bss",
						".init.rodata", ".init.data", ".exit.data",
						".ref.data",	".ref.rodata" };

	for (size_t i = 0; i < ARRAY_SIZE(ordinary); i++)
		if (string_starts_with(variable->section, ordinary[i]))
			return false;
	return strcmp(variable->section, DIGEST_NONE);
}

/* A constant that stays: not its users are what changes with it, but who reads its section. */
static int check_changed(const struct digest_variable *new, struct arena *arena)
{
	const struct digest_variable *old = new->pair;

	if (!old || is_modinfo(new) || !digest_is_constant(old) || !digest_is_constant(new) ||
	    !is_collected(old) || plan_is_private(new))
		return 0;
	/* What follows from a structure that is refused is part of that. */
	if (!plan_has_own_change(new) && (!new->change || new->change->is_refused))
		return 0;
	if (registered_by_section(old->section))
		return refuse_registered(
			new, "changes", new->name,
			arena_printf(
				arena,
				"the kernel has read it when it started or loaded the module: leave it out "
				"of the patch, or change what the kernel made of it in %s",
				advice_callback()));
	diag_error(&new->place, "data",
		   "the patch changes the constant %s, which the kernel finds in section '%s'",
		   plan_variable_name(new, arena), old->section);
	diag_note(NULL, "the kernel's stays as it is, and the livepatch's is not found: leave it "
			"out of the patch");
	return -1;
}

/* "author" for "__UNIQUE_ID_author123". */
static const char *modinfo_name(const struct digest_variable *variable, struct arena *arena)
{
	static const char prefix[] = "__UNIQUE_ID_";
	const char *name = variable->name;
	size_t length;

	if (string_starts_with(name, prefix))
		name += strlen(prefix);
	length = strlen(name);
	while (length && isdigit((unsigned char)name[length - 1]))
		length--;
	return arena_strndup(arena, name, length);
}

static bool has_modinfo(const struct digest *digest, const struct digest_variable *like)
{
	for (size_t i = 0; i < digest->variable_count; i++) {
		const struct digest_variable *variable = &digest->variables[i];

		if (is_modinfo(variable) && !strcmp(variable->layout, like->layout) &&
		    !strcmp(variable->value, like->value))
			return true;
	}
	return false;
}

/*
 * The names have numbers of __COUNTER__: the texts are compared. What a module imports is the livepatch's matter, for
 * which klp-plan --namespaces looks.
 */
static int compare_modinfo(const struct digest *from, const struct digest *to, const char *how,
			   struct arena *arena)
{
	int result = 0;

	for (size_t i = 0; i < to->variable_count; i++) {
		const struct digest_variable *variable = &to->variables[i];
		const char *name = modinfo_name(variable, arena);

		if (is_modinfo(variable) && strcmp(name, "import_ns") &&
		    !has_modinfo(from, variable))
			result = refuse_registered(
				variable, how, name,
				"it is read from the module's file, not from the kernel: leave it "
				"out of the patch");
	}
	return result;
}

int plan_compare_registered(const struct plan_unit *unit, struct arena *arena)
{
	const struct digest *olds = &unit->old_digest, *news = &unit->new_digest;
	int result = 0;

	for (size_t i = 0; i < news->variable_count; i++)
		if (check_added(&news->variables[i], arena) ||
		    check_changed(&news->variables[i], arena))
			result = -1;
	for (size_t i = 0; i < olds->variable_count; i++)
		if (check_removed(&olds->variables[i]))
			result = -1;
	/* A parameter has some, too. */
	if (result)
		return result;
	result = compare_modinfo(olds, news, "changes", arena);
	return result ? result : compare_modinfo(news, olds, "removes", arena);
}
