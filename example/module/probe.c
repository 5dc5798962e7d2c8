// SPDX-License-Identifier: GPL-2.0-or-later
// Opening a device node /dev/loopN that has no device makes one. Unless the module was loaded with a
// limit, every number is taken: here, at most 32 devices are made this way.
//KLPMAKE drivers/block/loop.c

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/types.h>
#include <linux/kdev_t.h>
#include <linux/printk.h>

#include <klpmake.h>

#define DEVICES_ON_DEMAND 32

extern int part_shift KLPMAKE_LOCAL;
extern int max_loop KLPMAKE_LOCAL;
extern bool max_loop_specified KLPMAKE_LOCAL;

static int loop_add(int i);

static void livepatch_loop_probe(dev_t dev)
{
	int idx = MINOR(dev) >> part_shift;

	if (max_loop_specified && max_loop && idx >= max_loop)
		return;
	if (idx >= DEVICES_ON_DEMAND) {
		pr_info("no loop%d: %d devices at most are made on demand\n", idx,
			DEVICES_ON_DEMAND);
		return;
	}
	loop_add(idx);
}
KLPMAKE_REPLACE(loop_probe, livepatch_loop_probe);
