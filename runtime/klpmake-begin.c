// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linked first into a module of the short form: marks where the table of klpmake.h begins.
 */
#include "klpmake.h"

struct klpmake_entry *const klpmake_table_begin[0]
__attribute__((section(KLPMAKE_TABLE_SECTION))) = {};
