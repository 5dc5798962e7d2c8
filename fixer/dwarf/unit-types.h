/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures, unions and enumerations that one unit knows. After unit.c, before own-types.c.
 */
#ifndef KLPMAKE_UNIT_TYPES_H
#define KLPMAKE_UNIT_TYPES_H

#include "dwarf/unit.h"

/* What is not known of a place or a size. */
#define UNIT_TYPE_UNKNOWN UINT64_MAX

/* Of a structure, by names as klpmake-note.h has them; or a constant of an enumeration. */
struct unit_member {
	const char *name;
	uint64_t place, size; /* bits; or UNIT_TYPE_UNKNOWN */
	uint64_t value;	      /* of a constant */
};

struct unit_type {
	const char *name; /* "struct s", "union u", what a typedef calls it; NULL: an enumeration */
	uint64_t size;	  /* bytes; or UNIT_TYPE_UNKNOWN */
	const char *file; /* where it is defined, as DWARF has it; NULL: unknown */
	unsigned int line;
	struct unit_member *members;
	size_t count;
};

struct unit_type_reader {
	/* Is the type NAME to be read? NULL: enumerations. */
	bool (*wants)(const char *name, void *data);
	/* TYPE is there until it returns; not 0 ends the reading. */
	int (*see)(const struct unit_type *type, void *data);
	void *data;
};

/*
 * Hands READER the types outside of functions that are whole in UNIT, those of type units (-fdebug-types-section) not
 * among them. Returns what it ended with, 0, or -1 after a message.
 */
int unit_each_type(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		   const struct unit_type_reader *reader);

struct die_context;

/* Is the type of DIE, one of CONTEXT's unit, one of numbers without a sign, of *SIZE bytes? 1, 0, or -1 after a message. */
int unit_unsigned_size(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned *size);

#endif
