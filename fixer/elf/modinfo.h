/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module's .modinfo: strings "key=value", each with its NUL.
 */
#ifndef KLPMAKE_MODINFO_H
#define KLPMAKE_MODINFO_H

#include "elf/elf-file.h"

/* The mark that klp-fixer leaves in modules that it has finished; the value is its version. */
#define MODINFO_MARK "klpmake"

/* The value of KEY, libelf's; NULL: there is none. */
const char *modinfo_find(const struct elf_file *module, const char *key);

#endif
