/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a livepatch made from a diff is to consist of. The stages of klp-plan, in their order:
 *
 *	digest-file	reads what a file meant before and what it means now
 *	plan-pair	finds which variable was which
 *	structures	finds which structures are others
 *	plan-follow	knows what has changed only for that
 *	plan-compare	finds what has changed, and refuses what livepatches cannot change
 *	plan-sections	does so for what a variable's section means
 *	plan-spread	finds what has to be replaced, so that the change has effect everywhere
 *	plan-callers	knows who calls something in other files
 *	plan-compiled	adds what the compiler makes something else of, though it has not changed
 *	plan-reach	refuses what would have no effect, or not the one that is meant
 *	plan-moved	refuses what the livepatch would have beside the kernel's
 *	plan-kernel	knows what the kernel has
 *	plan-write	writes the plan for the plugin, and tells the user
 *	entries		writes what is replaced as a C file
 *
 * plan.c has them do this for a list of units.
 */
#ifndef KLPMAKE_PLAN_H
#define KLPMAKE_PLAN_H

#include <stdio.h>

#include "kernel/resolve.h"
#include "plan/digest-file.h"
#include "plan/own-text.h"
#include "plan/structures.h"

enum plan_state {
	PLAN_REPLACED,	/* it has a symbol of its own, and the livepatch replaces it */
	PLAN_PASSED_ON, /* those that contain or call it are replaced */
	PLAN_NEW,	/* with other parameters than the kernel's: its callers are replaced */
	PLAN_NO_CODE,	/* the kernel has no code of it */
	PLAN_DROPPED,	/* its code is gone when the kernel has booted, or the module is loaded */
	PLAN_LEFT,	/* it should be replaced and cannot, but the user allows that */
	PLAN_REFUSED,	/* which was reported */
};

/* A function that has changed, or that contains or calls one that has. */
struct plan_function {
	const struct digest_function *function; /* of the patched file */
	enum plan_state state;
	const char *reason; /* why, for people */
	bool changed;	    /* itself */
	bool compiled;	    /* what the compiler makes of it differs, its source may not */
};

/* A source file that is compiled for the livepatch. */
struct plan_unit {
	struct digest old_digest, new_digest;
	const char *old_object; /* what the original compiles to; NULL: not compiled */
	/* Objects of the original and the patched file, to be compared (compiled-code.h); NULL: there are none. */
	const char *old_code, *new_code;
	const char *tag; /* what the list calls it: its source's path, without ".." */
	const char *plan_path;
	const char *entries_path; /* NULL: no such file is wanted */
	struct source *source;
	struct unit_structures structures;
	struct plan_function *functions; /* from malloc */
	size_t function_count;
};

/* Where the plan's files are; each may be NULL. */
struct plan_folders {
	/* Of files with numbered lines that the new digests were made of (see line-numbers.h). NULL: the lines are true. */
	const char *numbered;
	/* The source, and the patched files. NULL: what the author has touched of them is not known. */
	const char *source, *files;
	const char *unreached; /* a file that is written, for klp-fixer --unreached */
};

/*
 * plan.c: reads LIST, which has a line "SOURCE<tab>OLD-DIGEST<tab>NEW-DIGEST<tab>OLD-OBJECT<tab>PLAN" for each unit,
 * and perhaps "<tab>ENTRIES", or that and "<tab>OLD-CODE<tab>NEW-CODE", at its end. Writes PLAN and ENTRIES of those
 * that are part of the livepatch, and prints what these are. 0, or -1 after messages.
 */
int plan_make(struct resolver *resolver, const char *list, const struct plan_folders *folders);

/* Is PLANNED not replaced, but nobody runs its old code any more, as all that contain or call it are? */
bool plan_is_unreached(const struct plan_function *planned);

/* The function NAME of UNIT, if it was looked at; NULL: it was not. */
struct plan_function *plan_find(const struct plan_unit *unit, const char *name);

/* plan-pair.c: sets "pair" and "uncertain" of UNIT's variables. */
void plan_pair(struct plan_unit *unit);
/* Refuses VARIABLE, of UNIT's new digest, of which cannot be told which one of the kernel's it is. */
void plan_refuse_uncertain(const struct plan_unit *unit, const struct digest_variable *variable,
			   struct arena *arena);

/* plan-follow.c: marks what has changed in UNIT only for its changed structures, and adds it to these. */
void plan_follow(struct plan_unit *unit, struct own_texts *texts);
/* Has VARIABLE, which has a pair, another type or value that does not only follow from a structure's? */
bool plan_has_own_change(const struct digest_variable *variable);
/* Or one that does, in a way that matters: is it not the kernel's? */
bool plan_is_other(const struct digest_variable *variable);

/*
 * plan-compare.c: finds the changed functions of UNIT. 0, or -1 after messages about all that is refused.
 */
int plan_compare(struct plan_unit *unit, struct arena *arena);

/*
 * Does VARIABLE belong to the code that uses it, so that each copy of the code has its own, or is it only
 * there for the build? Such are strings with a function's name, and what WARN_ONCE(), pr_debug() and
 * printk_ratelimited() keep.
 */
bool plan_is_private(const struct digest_variable *variable);
/* "an __init function", "an __exit function": of one whose code is dropped. */
const char *plan_life_name(const struct digest_function *function);
/* "'a'", or "'a' of function 'f'". */
const char *plan_variable_name(const struct digest_variable *variable, struct arena *arena);

/* plan-sections.c: does code that means the kind of place of NEW work with that of OLD, which the kernel's variable keeps? */
bool plan_place_goes_on(const struct digest_variable *old, const struct digest_variable *new);
/* Refuses the place of NEW, where OLD had another one and that matters. 0, or -1 after a message. */
int plan_compare_sections(const struct digest_variable *old, const struct digest_variable *new,
			  struct arena *arena);
/* Refuses what UNIT changes, adds or removes of what the kernel finds by sections. 0, or -1 after messages. */
int plan_compare_registered(const struct plan_unit *unit, struct arena *arena);
/* Does the kernel learn of VARIABLE by the section that it is in, when it starts or loads the module? */
bool plan_is_registered(const struct digest_variable *variable);

/*
 * plan-spread.c: adds what contains or calls them, of those from the place FROM in UNIT's list on. 0, or -1 after
 * messages.
 */
int plan_spread(struct resolver *resolver, struct plan_unit *unit, size_t from);

/*
 * plan-callers.c: a function outside of UNIT, one that stays, that calls the kernel's SYMBOL of UNIT directly; NULL:
 * there is none, or calls of this architecture are not known.
 */
const char *plan_other_caller(const struct plan_unit *unit, const struct elf_symbol *symbol,
			      struct arena *arena);

/* Likewise, one that calls it and that the plans of UNITS, UNIT among them, do not replace. */
const char *plan_staying_caller(const struct plan_unit *units, size_t count,
				const struct plan_unit *unit, const struct elf_symbol *symbol,
				struct arena *arena);

/* Refuses functions of UNITS with other parameters, which the kernel's code of files that nobody compiles goes on to call. */
void plan_check_staying(const struct plan_unit *units, size_t count, struct arena *arena);

/*
 * plan-compiled.c: adds those whose compiled code differs, and what contains or calls them. 0, or -1 after messages.
 */
int plan_compiled(struct resolver *resolver, struct plan_unit *unit);

/*
 * plan-reach.c: refuses changed constants of UNIT that the livepatch would not have, and variables that it would have
 * and that could be the kernel's. 0, or -1 after messages.
 */
int plan_check_reached(const struct plan_unit *unit, struct arena *arena);

/*
 * plan-moved.c: refuses what is new in one of UNITS although the kernel has it, and what is gone from one although the kernel
 * goes on with it.
 */
void plan_check_moved(const struct plan_unit *units, size_t count, struct arena *arena);

/* plan-kernel.c */

enum plan_presence {
	PLAN_ABSENT, /* or only in another form: the livepatch has its own */
	PLAN_PRESENT,
	PLAN_UNCERTAIN, /* several may be meant */
};

/* Is FUNCTION, of UNIT's new digest, not in the old one, or not for other files? */
bool plan_is_new(const struct plan_unit *unit, const struct digest_function *function);
/* Has the livepatch one of its own, for all of its files, as the parameters have changed? */
bool plan_has_new_parameters(const struct plan_unit *unit, const struct digest_function *function);
/* Has the kernel code of FUNCTION that can be called as it is declared? */
bool plan_kernel_has_function(const struct plan_unit *unit, const struct digest_function *function);
/* *LINE: that declares the kernel's, where the name and the function are those of several; else 0. */
enum plan_presence plan_kernel_has_variable(const struct plan_unit *unit,
					    const struct digest_variable *variable,
					    unsigned int *line);

/* plan-write.c */

/* Is any function of UNIT replaced? */
bool plan_replaces(const struct plan_unit *unit);
/* Is UNIT part of the livepatch: is something replaced, or new for other files? */
bool plan_contributes(const struct plan_unit *unit);
/* Does the livepatch replace FUNCTION, of UNIT's new digest? */
bool plan_is_replaced(const struct plan_unit *unit, const struct digest_function *function);
/* What the livepatch calls its own one then. */
const char *plan_new_symbol(struct arena *arena, const struct plan_unit *unit,
			    const struct digest_function *function);
/* Writes UNIT's plan file, with STRUCTURES. 0, or -1 after a message. */
int plan_write(struct resolver *resolver, const struct plan_unit *unit,
	       const struct kernel_structures *structures);
/* Tells what is replaced and why, what is new, and what has no effect. */
void plan_summarise(const struct plan_unit *unit, FILE *stream);

/* The definition of FUNCTION's own code, with its symbol; NULL: it has none, or only clones. */
const struct elf_symbol *plan_own_symbol(const struct source *source, const char *name);

#endif
