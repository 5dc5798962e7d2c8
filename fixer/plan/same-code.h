/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the compiler make the kernel's own code of the kernel's source? Used by klp-plan.
 */
#ifndef KLPMAKE_SAME_CODE_H
#define KLPMAKE_SAME_CODE_H

#include "plan/plan.h"

/*
 * Compares the functions of UNIT's unpatched object with those of the kernel and says how many agree.
 * Warns where a replaced function differs, and refuses if too many do. 0, or -1 after messages.
 */
int same_code_check(struct resolver *resolver, const struct plan_unit *unit);

#endif
