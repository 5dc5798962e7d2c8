/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source files of a kernel, and what code of it is theirs. After target.c, before resolve.c.
 */
#ifndef KLPMAKE_SOURCE_H
#define KLPMAKE_SOURCE_H

#include "base/diag.h"
#include "kernel/target.h"
#include "kernel/unreached.h"

/* A kernel source file as the tag names it, and where its code is. */
struct source {
	const char *path;	      /* the tag */
	struct kernel_object *object; /* NULL: it was not found, which was reported */
	struct dwarf_unit **units;    /* mostly one */
	size_t unit_count;
	bool included;			   /* the units #include it, none is called like it */
	const struct kernel_object *first; /* the hint with which it was looked for */
	/* unlocated.c's: local variables' symbols of files that are called like the units; NULL: not needed yet. */
	const struct elf_symbol **locals;
	size_t local_count;
	struct source *next;
};

/* What goes along with all that is looked for. */
struct resolver {
	struct target *target;
	struct arena *arena;
	struct source *sources; /* those that were asked for */
	struct unreached unreached;
};

/* Where a source file may be, besides the image and the modules of the command line. */
struct source_hint {
	struct kernel_object *first;	      /* before all others; NULL: none */
	struct kernel_object *const *objects; /* modules that the patch names, after the image */
	size_t count;
	bool of_diff; /* a diff changes the file: no tag names it, which may be wrong */
};

/*
 * Finds the file PATH: where HINT says, in the modules that --object names, in the image, and else in
 * the modules of the debug folder, whose nearest files are looked into first. Result with object
 * NULL after a message at PLACE.
 */
struct source *source_find(struct resolver *resolver, const char *path,
			   const struct source_hint *hint, const struct diag_place *place);

#endif
