/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Structures and enumerations that a patch source defines itself. */
#ifndef KLPMAKE_OWN_TYPE_H
#define KLPMAKE_OWN_TYPE_H

/* TYPE is defined, or named once more. */
void own_type_see(tree type);
void own_type_mark(void);
/* Before the passes. */
void own_type_collect(void);
void own_type_write(void);

#endif
