/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types in the form that klpmake-note.h describes: as DWARF has them, for a comparison with what
 * the plugin recorded. After unit.c, before prototype.c.
 */
#ifndef KLPMAKE_SIGNATURE_H
#define KLPMAKE_SIGNATURE_H

#include "dwarf/unit.h"

/* The type of DEFINITION, one of UNIT's, in the unit's arena; NULL after a message. */
const char *signature_read(struct dwarf_file *dwarf, struct dwarf_unit *unit,
			   const struct definition *definition);

/* Is it one whole type, of a depth and a length that declarations have? */
bool signature_is_valid(const char *signature);

/*
 * Can the two be types of one thing? What one of them leaves open ('?', an incomplete struct's
 * size, an array's length) agrees with anything. Malformed text agrees with nothing.
 */
bool signature_agrees(const char *one, const char *other);

/*
 * A declaration of NAME in C, in ARENA, for people: "int helper(struct page *, unsigned long)". SIZES:
 * with the sizes of structs, unions and enums.
 */
const char *signature_in_c(const char *signature, const char *name, bool sizes,
			   struct arena *arena);

/* The size in bytes of a variable of that type, which is valid; 0: not known. */
uint64_t signature_size(const char *signature);

#endif
