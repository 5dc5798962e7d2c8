/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one unit defines: functions and variables with static storage, those inside of functions
 * too. After dwarf-file.c, before resolve.c.
 */
#ifndef KLPMAKE_UNIT_H
#define KLPMAKE_UNIT_H

#include "dwarf-file.h"

enum definition_kind {
	DEFINITION_FUNCTION,
	DEFINITION_VARIABLE,
};

enum definition_state {
	DEFINITION_PRESENT,		/* it has an address */
	DEFINITION_INLINED_ONLY,	/* a function without code of its own */
	DEFINITION_OPTIMISED_OUT,	/* a variable without storage */
};

struct definition {
	const char *name;
	const char *function;	/* of a variable inside of a function: that function; else NULL */
	enum definition_kind kind;
	enum definition_state state;
	uint64_t address;
	const char *file;	/* where it is declared, as DWARF has it; NULL: unknown */
	unsigned int line;
	uint64_t die;		/* offset of its DWARF entry in its unit */
};

struct unit_content {
	struct definition *definitions;	/* in DWARF's order */
	size_t count;
	const char *const *files;	/* the unit's source files, its headers too */
	size_t file_count;
};

/*
 * Reads what UNIT defines and keeps it in unit->content, where a second call finds it. 0, or -1 after a
 * message.
 */
int unit_read(struct dwarf_file *dwarf, struct dwarf_unit *unit);
/* Frees unit->content. */
void unit_free(struct dwarf_unit *unit);

/*
 * Is SOURCE among the files that UNIT was compiled from? Reads the unit's line table header only.
 * 1, 0, or -1 after a message.
 */
int unit_includes(struct dwarf_file *dwarf, struct dwarf_unit *unit, const char *source);

/*
 * The number in an attribute of DIE, an entry of UNIT, which is open. 1, 0: DIE has no such attribute
 * or it is no constant, -1 after a message.
 */
int unit_number(struct dwarf_file *dwarf, struct dwarf_unit *unit, Dwarf_Die die, Dwarf_Half number,
		Dwarf_Unsigned *value);
/* The entry that an attribute of DIE refers to, which the caller frees. Likewise. */
int unit_follow(struct dwarf_file *dwarf, struct dwarf_unit *unit, Dwarf_Die die, Dwarf_Half number,
		Dwarf_Die *target);

#endif
