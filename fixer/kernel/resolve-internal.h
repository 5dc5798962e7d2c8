/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of resolving share: resolve.c, which finds candidates and chooses, and resolve-report.c.
 */
#ifndef KLPMAKE_RESOLVE_INTERNAL_H
#define KLPMAKE_RESOLVE_INTERNAL_H

#include "kernel/resolve.h"
#include "kernel/unlocated.h"

/* A definition and the symbol at its address. */
struct candidate {
	struct dwarf_unit *unit;
	const struct definition *definition;
	const struct elf_symbol *symbol;
};

struct candidates {
	struct candidate *list; /* from malloc */
	size_t count;
};

/*
 * resolve-report.c: SOURCE has no definition of what is WANTED; it has one without an address, if UNLOCATED->asked is
 * not NULL, and no symbol that is certainly its own; CANDIDATES, of which there is one at least, have no symbol that
 * could be named; they have several. Each returns -1.
 */
int resolve_report_missing(struct resolver *resolver, struct source *source,
			   const struct wanted *wanted);
int resolve_report_unlocated(struct resolver *resolver, struct source *source,
			     const struct wanted *wanted, const struct unlocated *unlocated);
int resolve_report_unreachable(struct resolver *resolver, struct source *source,
			       const struct wanted *wanted, const struct candidates *candidates);
int resolve_report_ambiguous(struct resolver *resolver, struct source *source,
			     const struct wanted *wanted, const struct candidates *candidates);

#endif
