/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel is configured with, as its build folder tells. After places.c, before target.c's objects.
 */
#ifndef KLPMAKE_BUILD_CONFIG_H
#define KLPMAKE_BUILD_CONFIG_H

#include "base/util.h"

/*
 * Is SYMBOL, "CONFIG_SMP", on (y) in the configuration of the build folder BUILD? NULL: there is none, and nothing is
 * known to be on. 1, 0, or -1 after a message.
 */
int build_config_has(const char *build, const char *symbol, struct arena *arena);

#endif
