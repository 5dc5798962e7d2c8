/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the preprocessor makes of a unit before and after the patch: is it the same? klp-plan --same-tokens and
 * --same-used, for runtime/driver/diff/narrow.sh.
 */
#ifndef KLPMAKE_PREPROCESSED_H
#define KLPMAKE_PREPROCESSED_H

#include <stdbool.h>
#include <stdio.h>

#include "base/util.h"

/*
 * Compares the files OLD and NEW, of C where USED_ONLY says that what nobody uses does not count. Prints "same" or
 * "different", or gives a message.
 */
void preprocessed_print(const char *old, const char *new, bool used_only, FILE *stream,
			struct arena *arena);

#endif
