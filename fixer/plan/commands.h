/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How Kbuild compiles the units: klp-plan --commands. After units-of.c and the driver, which asked Kbuild.
 */
#ifndef KLPMAKE_COMMANDS_H
#define KLPMAKE_COMMANDS_H

#include <stdio.h>

#include "base/util.h"

/*
 * LIST has lines "N<tab>UNIT<tab>OBJECT", LOG is what "make -n V=1" printed. Writes to the folder INTO N.flags, a
 * line of the compiler and its options, and N.objtool, the command of objtool for units that have one; both are
 * texts for the shell, without the file at the end.
 *
 * KEPT, not NULL, is a file of commands that earlier runs have found, which is added to. LOG may be NULL then: commands
 * are taken from there, and the lines of the other units printed to STREAM.
 *
 * 0, or -1 after messages, with a LOG also about units that have no command.
 */
int commands_find(const char *list, const char *log, const char *into, const char *kept,
		  FILE *stream, struct arena *arena);

#endif
