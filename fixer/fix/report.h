/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was resolved, for people. After the module was written.
 */
#ifndef KLPMAKE_REPORT_H
#define KLPMAKE_REPORT_H

#include <stdio.h>

#include "fix/livepatch.h"

/*
 * Writes the table of --syms: a line for each livepatch symbol and each replaced function, columns
 * separated by white space.
 */
void report_symbols(const struct livepatch *livepatch, FILE *stream);

/*
 * Writes everything that is known as JSON, in the form that doc/json.md describes. NAME: what the module has been
 * called; NULL: as it was.
 */
void report_json(const struct elf_file *module, const char *name, const struct note *note,
		 const struct livepatch *livepatch, const struct target *target, FILE *stream);

#endif
