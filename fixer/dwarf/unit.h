/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one unit defines: functions and variables with static storage, those inside of functions
 * too. After dwarf-file.c, before resolve.c.
 */
#ifndef KLPMAKE_UNIT_H
#define KLPMAKE_UNIT_H

#include "dwarf/dwarf-file.h"

enum definition_kind {
	DEFINITION_FUNCTION,
	DEFINITION_VARIABLE,
};

enum definition_state {
	DEFINITION_PRESENT,	  /* it has an address */
	DEFINITION_NO_CODE,	  /* a function without code of its own, or with another's */
	DEFINITION_OPTIMISED_OUT, /* a variable without storage */
	DEFINITION_ELSEWHERE,	  /* a variable that is only declared here */
};

struct definition {
	const char *name;
	const char *function; /* of a variable inside of a function: that function; else NULL */
	enum definition_kind kind;
	enum definition_state state;
	uint64_t address;
	const char *file; /* where it is declared, as DWARF has it; NULL: unknown */
	unsigned int line;
	uint64_t die; /* offset of its DWARF entry in its unit */
};

/* A variable inside of a function, with an address or without. */
struct unit_variable {
	const char *name, *function;
	uint64_t die; /* as above */
};

struct unit_content {
	struct definition *definitions; /* in DWARF's order */
	size_t count;
	uint32_t *buckets; /* of definitions[], by name, plus 1; 0 ends a chain */
	uint32_t *next;
	size_t bucket_count; /* a power of two */
	uint64_t *copied;    /* unit-uses.c's: entries of functions that have copies, sorted */
	size_t copied_count;
	bool has_copied;
	struct unit_variable *variables; /* unit-locals.c's, in DWARF's order */
	size_t variable_count;
	bool has_variables;
};

/*
 * Reads what UNIT defines and keeps it in unit->content, where a second call finds it. 0, or -1
 * after a message.
 */
int unit_read(struct dwarf_file *dwarf, struct dwarf_unit *unit);
/* UNIT's definition called NAME after AFTER, or the first for AFTER NULL; NULL: no more. */
const struct definition *unit_next_named(const struct dwarf_unit *unit, const char *name,
					 const struct definition *after);
/* unit-files.c: reads UNIT's list of source files, which stays in the arena. 0, or -1 after a message. */
int unit_files_read(struct dwarf_file *dwarf, struct dwarf_unit *unit);
/* The source file that DWARF calls NUMBER in UNIT; NULL: there is none, or after a message. */
const char *unit_file(struct dwarf_file *dwarf, struct dwarf_unit *unit, uint64_t number);

/* A number that stands for a variable. */
struct unit_number {
	uint64_t bits;
	bool is_signed;
};

/* A variable inside of a function for which DWARF has no address. */
struct unit_local {
	const char *function;
	const char *file; /* as DWARF has it; NULL: unknown */
	unsigned int line;
	bool is_kept;	/* on the stack or in registers, at least for a while: it is not static */
	bool has_value; /* VALUE stands for it */
	struct unit_number value;
};

/* What is done with each; not 0 ends it. LOCAL is there until then. */
typedef int unit_local_function(const struct unit_local *local, void *data);

/*
 * unit-locals.c: calls USE for each of UNIT that is called NAME, for some twice: of a function that is both inlined and
 * not. Returns what USE ended with, 0, or -1 after a message.
 */
int unit_each_local(struct dwarf_file *dwarf, struct dwarf_unit *unit, const char *name,
		    unit_local_function *use, void *data);
/* The number that stands for VARIABLE, one of UNIT's without storage. 1, 0: none is known, or -1 after a message. */
int unit_constant(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		  const struct definition *variable, struct unit_number *value);
/* Did the compiler inline FUNCTION, one of UNIT's, whatever became of the copies? 1, 0, or -1 after a message. */
int unit_is_inlined(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		    const struct definition *function);

/*
 * unit-calls.c: the address behind FUNCTION, one of UNIT's with code, or behind its first part; 0: it is not told. -1 after a
 * message.
 */
int unit_function_end(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		      const struct definition *function, uint64_t *end);

/* What is done with each place that a call returns to; not 0 ends it. */
typedef int unit_return_function(uint64_t address, void *data);

/*
 * unit-calls.c: calls USE for each call that FUNCTION, one of UNIT's with code, contains, but for those in asm
 * statements. Returns what USE ended with, 0, or -1 after a message.
 */
int unit_each_return(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		     const struct definition *function, unit_return_function *use, void *data);

/* Frees unit->content. */
void unit_free(struct dwarf_unit *unit);

/*
 * Is SOURCE among the files that UNIT was compiled from? Reads the unit's line table header only.
 * 1, 0, or -1 after a message.
 */
int unit_includes(struct dwarf_file *dwarf, struct dwarf_unit *unit, const char *source);

/* A place where a function is called, or where the compiler inlined it. */
struct unit_use {
	bool inlined;
	const char *into; /* the function with code of its own that has the call or copy in it */
	Dwarf_Unsigned into_address;
	const char *into_file; /* where that function is declared; NULL: unknown */
	unsigned int into_line;
	const char *file; /* of a copy: where the function is called; NULL: unknown */
	unsigned int line;
	Dwarf_Off callee;	       /* of a call: the entry of the copy that is called */
	bool any_copy;		       /* of a call: that entry does not tell which copy */
	Dwarf_Unsigned return_address; /* of a call; 0: unknown */
};

/*
 * unit-uses.c: calls USE for each place in UNIT where FUNCTION, one of UNIT's definitions, is called
 * or was inlined; not 0 ends it. Calls of a clone of the function count as its own. 0, or -1 after a
 * message.
 */
int unit_find_uses(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		   const struct definition *function,
		   int (*use)(const struct unit_use *use, void *context), void *context);
/* Is there a copy of FUNCTION, one of UNIT's, in a function of UNIT's that has code? 1, 0, or -1 after a message. */
int unit_has_copies(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		    const struct definition *function);
/*
 * Calls USE likewise for each place where FUNCTION, one of UNIT's, was inlined into a function of another unit, which only
 * link-time optimisation does.
 */
int unit_find_copies_elsewhere(struct dwarf_file *dwarf, struct dwarf_unit *unit,
			       const struct definition *function,
			       int (*use)(const struct unit_use *use, void *context),
			       void *context);

#endif
