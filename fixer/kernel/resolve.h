/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a name in a tagged file to a symbol of the kernel. After target.c and note.c, before
 * livepatch.c.
 */
#ifndef KLPMAKE_RESOLVE_H
#define KLPMAKE_RESOLVE_H

#include "klpmake-note.h"
#include "base/diag.h"
#include "dwarf/unit.h"
#include "kernel/target.h"

/* A kernel source file as the tag names it, and where its code is. */
struct source {
	const char *path;	      /* the tag */
	struct kernel_object *object; /* NULL: it was not found, which was reported */
	struct dwarf_unit **units;    /* mostly one */
	size_t unit_count;
	bool included;			   /* the units #include it, none is called like it */
	const struct kernel_object *first; /* the hint with which it was looked for */
	struct source *next;
};

/* A symbol of the kernel, as livepatches name it. */
struct resolved {
	struct kernel_object *object;
	const struct elf_symbol *symbol;
	unsigned long position; /* sympos: 1 for the first of its name, 0 if unique */
	const char *source;	/* the file that defines it; NULL: found by its name alone */
};

struct resolver {
	struct target *target;
	struct arena *arena;
	struct source *sources; /* those that were asked for */
};

/* What is looked for. */
struct wanted {
	const char *name;
	const char *function;	   /* a variable inside of that function; NULL: none's */
	bool any_kind;		   /* a function or a variable */
	enum definition_kind kind; /* unless ANY_KIND */
	bool replaced;		   /* the patch replaces it, rather than refers to it */
	struct diag_place place;   /* for messages */
};

/* Where a source file may be, besides the image and the modules of the command line. */
struct source_hint {
	struct kernel_object *first;	      /* before all others; NULL: none */
	struct kernel_object *const *objects; /* modules that the patch names, after the image */
	size_t count;
};

/*
 * Finds the file PATH: where HINT says, in the modules that --object names, in the image, and else in
 * the modules of the debug folder, whose nearest files are looked into first. Result with object
 * NULL after a message at PLACE.
 */
struct source *resolve_source(struct resolver *resolver, const char *path,
			      const struct source_hint *hint, const struct diag_place *place);

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
