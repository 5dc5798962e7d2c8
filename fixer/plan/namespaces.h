/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The namespaces of exported symbols that a livepatch has to import: klp-plan --namespaces. After the units were
 * compiled for it, before Kbuild's modpost, which asks for these.
 */
#ifndef KLPMAKE_NAMESPACES_H
#define KLPMAKE_NAMESPACES_H

#include <stdio.h>

#include "kernel/target.h"

/*
 * Prints to STREAM a C file that imports the namespaces of all symbols that the OBJECTS refer to, as the
 * Module.symvers files SYMVERS tell; nothing where there are none. 0, or -1 after messages.
 */
int namespaces_print(const struct option_list *symvers, char *const *objects, size_t count,
		     FILE *stream, struct arena *arena);

#endif
