// SPDX-License-Identifier: GPL-2.0-or-later
/* What a small kernel's module loader would have. */
#include <linux/livepatch.h>

__used static const char vermagic[] = VERMAGIC;

keep int klp_enable_patch(struct klp_patch *patch)
{
	asm volatile("" : : "r" (patch));
	return 0;
}
EXPORT_SYMBOL_GPL(klp_enable_patch);
