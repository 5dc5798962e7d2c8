/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the file refers to and does not define, and what it defines for the patch's other files. */
#ifndef KLPMAKE_REFERENCE_H
#define KLPMAKE_REFERENCE_H

/* Whose symbol a declaration stands for. */
struct reference_origin {
	bool local;	      /* the tagged file's own */
	bool own_name;	      /* no other file's has its assembler name; if local, always so */
	const char *function; /* whose static variable it is; NULL: none's */
	const char *name;     /* in the kernel's source; with an asm label, the one that it gives */
	const char *section;  /* that a variable is declared to be in; NULL: none */
	unsigned int line; /* that declares it, where FUNCTION has several of that name; else 0 */
};

/*
 * Says what is known of DECL, a declaration. That it is local may stay open where it is a static function,
 * which is one by its own declaration.
 */
typedef void reference_origin_fn(tree decl, struct reference_origin *origin);

/* Keeps GCC from complaining about the static functions without a body that were seen so far. */
void reference_accept_undefined(void);
/* PLUGIN_FINISH_DECL: remembers a static function's prototype. */
void reference_see_declaration(tree decl);
/* PLUGIN_FINISH_PARSE_FUNCTION: a static function that was seen as a prototype has a body. */
void reference_see_definition(tree decl);
/* PLUGIN_GGC_MARKING: keeps what was remembered alive. */
void reference_mark(void);
/*
 * Gives names with UNIT_ID in them to those that have to have one of their own, and collects all
 * references and definitions. Before the interprocedural passes.
 */
void reference_collect(const char *unit_id, reference_origin_fn *origin_of);
/* Writes REF and DEF records of what is left in the object. */
void reference_write(void);

#endif
