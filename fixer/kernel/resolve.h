/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a name in a tagged file to a symbol of the kernel. After source.c, before what is
 * made of it.
 */
#ifndef KLPMAKE_RESOLVE_H
#define KLPMAKE_RESOLVE_H

#include "klpmake-note.h"
#include "dwarf/unit.h"
#include "kernel/source.h"

/* A symbol of the kernel, as livepatches name it. */
struct resolved {
	struct kernel_object *object;
	const struct elf_symbol *symbol;
	unsigned long position; /* sympos: 1 for the first of its name, 0 if unique */
	const char *source;	/* the file that defines it; NULL: found by its name alone */
};

/* What is looked for. */
struct wanted {
	const char *name;
	const char *function; /* a variable inside of that function; NULL: none's */
	/* Which one, where FUNCTION has several of that name: the one that this line declares; else 0. */
	unsigned int line;
	bool any_kind;		   /* a function or a variable */
	enum definition_kind kind; /* unless ANY_KIND */
	bool replaced;		   /* the patch replaces it, rather than refers to it */
	struct diag_place place;   /* for messages */
};

/* The one definition of WANTED in SOURCE. 0, or -1 after a message. */
int resolve_in_source(struct resolver *resolver, struct source *source, const struct wanted *wanted,
		      struct resolved *resolved);

/* The global symbol NAME of OBJECT; NULL: it has none. */
const struct elf_symbol *resolve_global(const struct kernel_object *object, const char *name);

/* As the other functions, for OBJECT's SYMBOL, which is known to be the one. */
int resolve_symbol(struct resolver *resolver, struct kernel_object *object,
		   const struct elf_symbol *symbol, const struct wanted *wanted,
		   struct resolved *resolved);

/*
 * The one global of that name in SOURCE's object or, if that is a module, in the image, else the
 * definition in SOURCE. 0, or -1 after a message.
 */
int resolve_extern(struct resolver *resolver, struct source *source, const struct wanted *wanted,
		   struct resolved *resolved);

/*
 * The function of OBJECT that a patch replaces: the one in SOURCE, or, where SOURCE has none of that
 * name, the only one of that name. 0, or -1 after a message.
 */
int resolve_patched(struct resolver *resolver, struct kernel_object *object, struct source *source,
		    const struct wanted *wanted, struct resolved *resolved);

/*
 * The source file that has RESOLVED's symbol, for people: the one through which it was found, else
 * the unit whose code it is. NULL: not known, as for global variables.
 */
const char *resolve_file(const struct resolved *resolved);

/* Fills in the position of RESOLVED->symbol. 0, or -1 after a message at PLACE. */
int resolve_position(struct resolver *resolver, struct resolved *resolved,
		     const struct diag_place *place);

#endif
