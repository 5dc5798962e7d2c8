/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plugin has found that a source file means; the format is described in klpmake-digest.h. For
 * klp-plan, before plan-compare.c.
 */
#ifndef KLPMAKE_DIGEST_FILE_H
#define KLPMAKE_DIGEST_FILE_H

#include "base/diag.h"
#include "base/util.h"

#include "klpmake-digest.h"

struct structure_change;

struct digest_function {
	const char *symbol, *name;
	enum digest_linkage linkage;
	enum digest_kind kind;
	const char *section, *digest, *signature;
	struct diag_place place;
	/* plan-follow.c's: it has changed only for what structures have become; CHANGE NULL: which does no harm. */
	bool follows;
	const struct structure_change *change;
};

struct digest_variable {
	const char *symbol, *name;
	const char *function; /* whose own it is; NULL: none's */
	enum digest_linkage linkage;
	enum digest_kind kind;
	const char *section, *layout, *value;
	const char *type, *structure; /* see klpmake-digest.h; STRUCTURE NULL: it is none */
	struct diag_place place;
	/* Of a function's own: its place, from 1, among those of its name there; else 0. */
	unsigned int order;
	const char *block; /* the digest of the block that it stands in; NULL: none's */
	/* plan-pair.c's: what it is in the other version of the file; NULL: it is only in this one. */
	const struct digest_variable *pair;
	bool uncertain; /* there is something that it may be, and may not */
	/* plan-follow.c's: its type, and its value, have changed only for what structures have become; CHANGE likewise. */
	bool type_follows, value_follows;
	const struct structure_change *change;
};

/* USER uses USED; both are symbols of the file. */
struct digest_use_pair {
	const char *user, *used;
	enum digest_use how;
};

/* The function USER looks into STRUCTURE, or has one. */
struct digest_look {
	const char *user, *structure;
};

/* A member of a structure, or of one without a name that it has inside. */
struct digest_member {
	const char *name;	      /* "a", "a.b", "a[].b" */
	uint64_t place, size;	      /* bits */
	const char *type, *structure; /* as a variable's */
	const char *users;	      /* NULL: no function uses it */
	struct diag_place declared;
};

struct digest_structure {
	const char *name; /* "struct s", "union u", a typedef's, "variable SYMBOL" */
	const char *layout;
	uint64_t size, align;		   /* bytes */
	size_t first_member, member_count; /* in the digest's list */
	struct diag_place place;
	unsigned int number; /* of its line, before line_table_apply() */
};

struct digest {
	const char *source;
	struct digest_function *functions;
	size_t function_count;
	struct digest_variable *variables;
	size_t variable_count;
	struct digest_structure *structures;
	size_t structure_count;
	struct digest_member *members; /* of all structures */
	size_t member_count;
	const char **assembler; /* what stands outside of functions */
	size_t assembler_count;
	struct digest_use_pair *uses;
	size_t use_count;
	struct digest_look *looks;
	size_t look_count;
};

/* Reads PATH; strings go to ARENA. 0, or -1 after a message. */
int digest_read(struct digest *digest, const char *path, struct arena *arena);
void digest_free(struct digest *digest);

bool digest_is_inline(const struct digest_function *function);
/* Is its address taken in this file? */
bool digest_is_pointed_to(const struct digest_function *function);
/* Is it a table that only this file knows? */
bool digest_is_constant(const struct digest_variable *variable);
/* Is the address of such a table taken? */
bool digest_is_constant_pointed_to(const struct digest_variable *variable);
/* By its symbol; NULL: there is none. */
const struct digest_function *digest_find_function(const struct digest *digest, const char *symbol);
/* Have both the same name and function? */
bool digest_is_like(const struct digest_variable *a, const struct digest_variable *b);
/* That is like LIKE, and if there are several, its type and value, if one has them; NULL: there is none. */
struct digest_variable *digest_find_variable(const struct digest *digest,
					     const struct digest_variable *like);
/* How many have that name and function: blocks of a function may each have one. */
size_t digest_count_variables(const struct digest *digest, const struct digest_variable *like);
/* By its name; NULL: there is none. */
const struct digest_structure *digest_find_structure(const struct digest *digest, const char *name);
/* Member I of STRUCTURE, from 0 on. */
const struct digest_member *digest_member_of(const struct digest *digest,
					     const struct digest_structure *structure, size_t i);
/* Is it the structure of one variable alone? Then this is the variable's symbol, else NULL. */
const char *digest_own_structure(const struct digest_structure *structure);

#endif
