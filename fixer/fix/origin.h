/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which file of the patch a place in the module comes from. After note.c, used by rewrite.c.
 */
#ifndef KLPMAKE_ORIGIN_H
#define KLPMAKE_ORIGIN_H

#include "fix/note.h"

/* The unit cannot be told: the place is of a file without a tag, or of none. */
#define ORIGIN_UNKNOWN SIZE_MAX

/*
 * The index in NOTE of the unit that the byte at OFFSET of MODULE's section SECTION was compiled from,
 * or ORIGIN_UNKNOWN.
 */
size_t origin_unit(const struct elf_file *module, const struct note *note, size_t section,
		   uint64_t offset);

#endif
