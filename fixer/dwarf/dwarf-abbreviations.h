/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which attributes a unit's entries have: dwarf-abbreviations.c, for dwarf-tree.c.
 */
#ifndef KLPMAKE_DWARF_ABBREVIATIONS_H
#define KLPMAKE_DWARF_ABBREVIATIONS_H

#include "dwarf/dwarf-file.h"

/* What an attribute's value is for. */
enum dwarf_use {
	DWARF_USE_NONE,
	DWARF_USE_SIBLING, /* of any form */
	DWARF_USE_NAME,	   /* a string in .debug_str or .debug_line_str, or in the entry */
	DWARF_USE_FILE,	   /* where it is declared: a number that is not negative */
	DWARF_USE_LINE,	   /* likewise */
};

/* An attribute, or several without use whose values have sizes that are known. */
struct dwarf_attribute {
	uint64_t form;
	uint64_t constant; /* of DW_FORM_implicit_const that is of use */
	unsigned int size; /* of the values, bytes; 0: they vary, or there are none */
	enum dwarf_use use;
};

struct dwarf_abbreviation {
	uint64_t code;
	size_t first, count; /* among the attributes */
	uint64_t tag;
	bool children;
	bool has_place; /* one of its attributes may tell that it has an address of its own, or a symbol nevertheless */
	bool has_code;	  /* DW_AT_low_pc or DW_AT_ranges */
	bool is_declared; /* DW_AT_declaration */
	bool is_plain;	  /* name, file and line are each there once, of use */
};

struct dwarf_abbreviations {
	struct dwarf_abbreviation *list; /* by code */
	size_t count;
	struct dwarf_attribute *attributes;
	size_t attribute_count;
};

/* Reads those of UNIT, the caller's to free, also after a message: then -1. */
int dwarf_abbreviations_read(const struct dwarf_file *dwarf, const struct dwarf_unit *unit,
			     struct dwarf_abbreviations *abbreviations);
void dwarf_abbreviations_free(struct dwarf_abbreviations *abbreviations);
/* The one that entries call CODE; NULL: there is none. */
const struct dwarf_abbreviation *
dwarf_abbreviations_find(const struct dwarf_abbreviations *abbreviations, uint64_t code);
/* Passes a value of FORM at CURSOR. False: there is no such form. */
bool dwarf_abbreviations_pass(const struct dwarf_unit *unit, struct cursor *cursor, uint64_t form);

#endif
