/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which units a patch changes: klp-plan --changed. After the plugin has written the digests of all units that may
 * be, before the driver compiles those that are, for the plan.
 */
#ifndef KLPMAKE_CHANGED_H
#define KLPMAKE_CHANGED_H

#include <stdio.h>

#include "base/util.h"

/* Columns of LIST. */
enum {
	UNIT_NUMBER,
	UNIT_SOURCE,
	UNIT_OBJECTS,
	UNIT_OLD,
	UNIT_NEW,
	UNIT_LEAST_COLUMNS,
	UNIT_OLD_CODE = UNIT_LEAST_COLUMNS, /* these may be missing */
	UNIT_NEW_CODE,
	UNIT_COLUMNS,
};

/*
 * LIST has lines "N<tab>UNIT<tab>OBJECTS<tab>OLD-DIGEST<tab>NEW-DIGEST"; OBJECTS are all that UNIT is part of, with
 * blanks between them. Prints lines "N<tab>UNIT" of those that differ to STREAM. 0, or -1 after messages: where
 * none differs, one that does is part of several objects, or the plugin has written no digest.
 */
int changed_print(const char *list, FILE *stream, struct arena *arena);

#endif
