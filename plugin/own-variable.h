/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables that a patch source defines itself. */
#ifndef KLPMAKE_OWN_VARIABLE_H
#define KLPMAKE_OWN_VARIABLE_H

/* Before the passes. */
void own_variable_collect(void);
void own_variable_write(void);

#endif
