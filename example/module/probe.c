// SPDX-License-Identifier: GPL-2.0-or-later
// Opening a device node /dev/loopN that has no device makes one. Unless the module was loaded with a
// limit, every number is taken: here, at most 32 devices are made this way.
//KLPMAKE drivers/block/loop.c

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/types.h>
#include <linux/kdev_t.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/version.h>

#include <klpmake.h>

#define DEVICES_ON_DEMAND 32

extern int part_shift KLPMAKE_LOCAL;
extern int max_loop KLPMAKE_LOCAL;

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)

struct loop_device;
static int loop_lookup(struct loop_device **l, int i);
static int loop_add(struct loop_device **l, int i);
extern struct mutex loop_ctl_mutex KLPMAKE_LOCAL;

static struct kobject *livepatch_loop_probe(dev_t dev, int *part, void *data)
{
	int idx = MINOR(dev) >> part_shift;
	struct loop_device *loop;

	*part = 0;
	if (max_loop && idx >= max_loop)
		return NULL;
	if (idx >= DEVICES_ON_DEMAND) {
		pr_info("no loop%d: %d devices at most are made on demand\n", idx,
			DEVICES_ON_DEMAND);
		return NULL;
	}
	mutex_lock(&loop_ctl_mutex);
	if (loop_lookup(&loop, idx) < 0)
		loop_add(&loop, idx);
	mutex_unlock(&loop_ctl_mutex);
	return NULL;
}

#else

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

#endif

KLPMAKE_REPLACE(loop_probe, livepatch_loop_probe);
