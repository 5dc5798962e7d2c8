/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables of which debug information does not say where they are. For resolve.c, and for klp-plan.
 */
#ifndef KLPMAKE_UNLOCATED_H
#define KLPMAKE_UNLOCATED_H

#include "dwarf/unit.h"
#include "elf/elf-file.h"
#include "kernel/source.h"

/* A variable without an address. */
struct unlocated_variable {
	const struct dwarf_unit *unit;
	const char *function; /* the one that it is inside of; NULL: of none */
	const char *file;     /* as DWARF has it; NULL: unknown */
	unsigned int line;
	bool is_kept;	/* it is an automatic one */
	bool has_value; /* VALUE stands for it */
	struct unit_number value;
};

struct unlocated {
	struct unlocated_variable *variables; /* of a name; from malloc */
	size_t variable_count;
	/* The one that was asked for, or the first of several; NULL: DWARF has none without an address. */
	const struct unlocated_variable *asked;
	size_t asked_count;
	const struct elf_symbol *
		*symbols; /* of that name, and of no variable with an address; from malloc */
	size_t symbol_count;
	/* ASKED's symbol: neither is there another one that it may be, nor another variable that this may be. */
	const struct elf_symbol *symbol;
};

/*
 * Looks for NAME, a static variable of SOURCE and inside of FUNCTION (NULL: of none), declared in LINE (0: in any),
 * among the symbols of the files that are called like SOURCE's units. 0, and UNLOCATED is to be freed; -1 after a
 * message.
 */
int unlocated_find(struct source *source, const char *name, const char *function, unsigned int line,
		   struct unlocated *unlocated);
void unlocated_free(struct unlocated *unlocated);

/* Is there any symbol that such a variable might have? That is quickly seen. */
bool unlocated_has_symbol(struct source *source, const char *name, const char *function);

#endif
