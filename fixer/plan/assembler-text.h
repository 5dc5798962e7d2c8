/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assembler outside of functions, as digests have it. Used by plan-compare.c and changed.c.
 */
#ifndef KLPMAKE_ASSEMBLER_TEXT_H
#define KLPMAKE_ASSEMBLER_TEXT_H

#include "base/util.h"

/* Are two texts the same but for the lines and counters in names that macros make? */
bool assembler_text_same(const char *a, const char *b);
/* TEXT without these, which is the same for texts that are the same, and for no others. */
const char *assembler_text_plain(const char *text, struct arena *arena);
/*
 * The rest of TEXT from the name on that EXPORT_SYMBOL() makes an entry for, which has the label __ksymtab_NAME,
 * in a section ___ksymtab_gpl+NAME (include/linux/export.h); NULL: it does not.
 */
const char *assembler_text_exported(const char *text);
/* Is it the strings that EXPORT_SYMBOL() makes beside the entry? */
bool assembler_text_is_export_string(const char *text);
/* Is it what EXPORT_SYMBOL() makes, or a part of that? */
bool assembler_text_exports(const char *text);

#endif
