/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Structures that a patch changes. For plan.c, changed.c and layout.c. */
#ifndef KLPMAKE_STRUCTURES_H
#define KLPMAKE_STRUCTURES_H

#include "base/name-table.h"
#include "base/util.h"
#include "plan/digest-file.h"

enum structure_change_kind {
	STRUCTURE_SAME,	   /* or new; or it has other names only, or less in it */
	STRUCTURE_FOLLOWS, /* only what it has inside has changed */
	STRUCTURE_FITS, /* there is something more in it, but nothing moves, and it is as large as before */
	STRUCTURE_MOVED, /* something has another place, size or type */
};

/* What follows from a change. */
struct consequence {
	struct diag_place place;
	const char *text;
};

/* A structure that is another one by itself: of one of the units that have it. */
struct structure_change {
	enum structure_change_kind kind; /* STRUCTURE_FITS or STRUCTURE_MOVED */
	const struct digest *old_digest, *new_digest;
	const struct digest_structure *old, *new;
	const struct digest_variable *variable; /* whose own structure it is; NULL: it has a name */
	struct consequence *consequences;	/* from malloc */
	size_t consequence_count;
	struct name_table known; /* the consequences */
	bool is_refused;	 /* structure_report()'s */
};

/* Those of all units, each once. */
struct structure_changes {
	struct structure_change **list; /* from malloc, and so is each */
	size_t count;
};

/* A structure of a unit's new digest, by its place there. */
struct unit_structure {
	const struct digest_structure *old; /* NULL: it is new */
	enum structure_change_kind kind;
	bool is_known, is_open; /* KIND is, or is being found */
	bool has_changed;	/* its layout has, whether or not that matters */
	bool is_own;		/* of a variable alone, and so was OLD */
	struct structure_change
		*change; /* its own, or the one that it follows; NULL: there is none */
};

struct unit_structures {
	struct unit_structure *list; /* from malloc */
	struct name_table
		names; /* of the new digest; an entry's number is its place in LIST, from 1 on */
	struct structure_change
		*first; /* one that moves something, if there is one; NULL: nothing that matters */
	bool have_changed; /* some have */
};

/*
 * Compares the structures of a unit, whose variables are paired or not, and adds changes to ALL. STRUCTURES is to be
 * freed.
 */
void structures_find(struct structure_changes *all, const struct digest *old_digest,
		     const struct digest *new_digest, struct unit_structures *structures,
		     struct arena *arena);
void structures_free(struct unit_structures *structures);
void structure_changes_free(struct structure_changes *all);

/* The structure NAME of a unit's new digest; NULL: NAME is NULL, or there is none. */
const struct unit_structure *structures_get(const struct unit_structures *structures,
					    const char *name);
/* Are the structures OLD and NEW of the unit's digests the same, perhaps by another name? Each may be NULL. */
bool structures_are_same(const struct unit_structures *structures, const char *old,
			 const char *new);

/* A structure that the kernel has by another name, or in another size. */
struct kernel_structure {
	const struct digest_structure *old, *new;
};

/* Those of all units, each once. */
struct kernel_structures {
	struct kernel_structure *list; /* from malloc */
	size_t count;
};

/* structure-kernel.c: adds those of a unit. */
void kernel_structures_add(struct kernel_structures *all, const struct unit_structures *structures,
			   const struct digest *new_digest);
/* structure-kernel.c: SIGNATURE, of the new digest, with the names that the kernel has for structures. */
const char *structures_kernel_signature(const struct unit_structures *structures,
					const char *signature, struct arena *arena);

/* Adds what follows from CHANGE, once. */
void structure_add_consequence(struct structure_change *change, const struct diag_place *place,
			       const char *text, struct arena *arena);

/* Has any structure changed that both digests have? */
bool structures_differ(const struct digest *old_digest, const struct digest *new_digest,
		       struct arena *arena);

/*
 * structure-report.c: refuses ALL, with what has changed in each and what follows from that; or warns of what the user
 * allows, of which other messages are given, too. LATER: says nothing of what is allowed. 0, or -1 after messages.
 */
int structure_report(struct structure_changes *all, bool later, struct arena *arena);

#endif
