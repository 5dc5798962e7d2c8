/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that a livepatch may be given. Used by rename.c and klp-plan.
 */
#ifndef KLPMAKE_MODULE_NAME_H
#define KLPMAKE_MODULE_NAME_H

#include "base/diag.h"
#include "kernel/target.h"

/*
 * Can a new module of the kernel whose files PLACES tell be called NAME? Neither a module of the kernel's, built in or
 * not, nor one that OBJECTS, of --object, name may be called so. 0, or -1 after messages at PLACE.
 */
int module_name_check(const char *name, const struct places *places,
		      const struct option_list *objects, const struct diag_place *place);

#endif
