/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What messages advise. Comes in: what the kernel is configured with. Goes out: parts of messages.
 */
#include "plan/advice.h"

#include "base/diag.h"
#include "kernel/build-config.h"

/*
 * Symbols of openEuler's Kconfig. Its kernels that divert functions by jumps are without kernel/livepatch/shadow.c, and so
 * are those that stop all processors for it, whose klp_object has hooks in place of callbacks (see klpmake.h).
 */
#define BY_JUMP	      "CONFIG_LIVEPATCH_WO_FTRACE"
#define STOPS_MACHINE "CONFIG_LIVEPATCH_STOP_MACHINE_CONSISTENCY"

static bool no_shadows, no_callbacks;

int advice_set(const char *build, struct arena *arena)
{
	int by_jump = build_config_has(build, BY_JUMP, arena);
	int stops = build_config_has(build, STOPS_MACHINE, arena);

	if (by_jump < 0 || stops < 0)
		return -1;
	no_shadows = by_jump || stops;
	no_callbacks = stops;
	return 0;
}

const char *advice_members(void)
{
	return no_shadows
		       ? "a table of the livepatch's own, by the objects' addresses (this kernel has no "
			 "shadow variables)"
		       : "a shadow variable, klp_shadow_alloc()";
}

void advice_note_variable(void)
{
	diag_note(NULL, "the kernel's variable stays as it is: keep new members in %s",
		  no_shadows ? "a new variable"
			     : "a shadow variable, klp_shadow_alloc(), or in a new variable");
}

const char *advice_callback(void)
{
	return no_callbacks
		       ? "a hook, hooks_load, of a livepatch in the full form (this kernel has no "
			 "callbacks)"
		       : "a KLPMAKE_POST_PATCH() callback";
}
