/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is what the livepatch consists of there when it is needed? For livepatch.c.
 */
#ifndef KLPMAKE_LASTING_H
#define KLPMAKE_LASTING_H

#include "fix/note.h"

/* 0, or -1 after messages about what of MODULE is not. */
int lasting_check(const struct elf_file *module, const struct note *note);

#endif
