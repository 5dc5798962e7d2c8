/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes of DWARF entries: die.c, and for addresses die-address.c. Used by unit.c, unit-uses.c and signature.c.
 */
#ifndef KLPMAKE_DIE_H
#define KLPMAKE_DIE_H

#include "dwarf/dwarf-file.h"

/* Where entries are from. The unit is open. */
struct die_context {
	struct dwarf_file *dwarf;
	struct dwarf_unit *unit;
};

/* Reports a libdwarf error and frees it; ERROR may be NULL. Returns -1. */
int die_failed(const struct die_context *context, Dwarf_Error error);
/* Reports WHAT is wrong that libdwarf does not know of. Returns -1. */
int die_malformed(const struct die_context *context, const char *what);
/* Opens the unit and its entry at OFFSET, the caller's to free. 0, or -1 after a message. */
int die_at(const struct die_context *context, uint64_t offset, Dwarf_Die *die);

/*
 * The functions below return 1 with their result, 0 where DIE has no such attribute, and -1 after a
 * message. What they hand out is the caller's to free where a Dwarf_ type says so.
 */

int die_attribute(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
		  Dwarf_Attribute *attribute);
/* A constant; 0 also for a number that would have to be computed. */
int die_number(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
	       Dwarf_Unsigned *value);
/* A place in a section, or an index by which the unit's table has it. */
int die_offset(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
	       Dwarf_Unsigned *offset, bool *indexed);
/* A plain address. */
int die_address(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
		Dwarf_Unsigned *address);
/* The entry that a reference leads to. */
int die_follow(const struct die_context *context, Dwarf_Die die, Dwarf_Half number,
	       Dwarf_Die *target);
/*
 * The address of a function's entry: of a function in several parts it is where the first part
 * starts.
 */
int die_function_address(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned *address);
/* The address of a variable with static storage; 0 for all other variables. */
int die_variable_address(const struct die_context *context, Dwarf_Die die, Dwarf_Unsigned *address);

/* What is done with each range of code, up to before END; not 0 ends it. */
typedef int die_range_function(void *data, uint64_t start, uint64_t end);

/* Returns what USE ended with, 0, or -1 after a message. */
int die_each_range(const struct die_context *context, Dwarf_Die die, die_range_function *use,
		   void *data);

/* Name and place of an entry's declaration, gathered from it and from where it refers to. */
struct die_declaration {
	const char *name;	   /* libdwarf's; NULL: it has none */
	Dwarf_Unsigned file, line; /* FILE as DW_AT_decl_file numbers it */
	bool has_file;
	struct dwarf_unit *unit; /* whose numbers of files these are; NULL without a file */
	Dwarf_Off die;		 /* of the entry itself */
};

/* 0, or -1 after a message. */
int die_declaration(const struct die_context *context, Dwarf_Die die,
		    struct die_declaration *declaration);

/* What is done with each child of an entry; not 0 ends it. */
typedef int die_function(void *data, Dwarf_Die child, Dwarf_Half tag);

/* Returns what USE ended with, 0, or -1 after a message. */
int die_each_child(const struct die_context *context, Dwarf_Die parent, die_function *use,
		   void *data);

#endif
