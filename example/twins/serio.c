// SPDX-License-Identifier: GPL-2.0-or-later
// One of two patch files that both call a type_show() of the kernel. It has a dozen of them; this
// file means the one of drivers/input/serio/serio.c.
//KLPMAKE drivers/input/serio/serio.c

#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/serio.h>

#include <klpmake.h>

#include "twins.h"

static ssize_t type_show(struct device *dev, struct device_attribute *attr, char *buf);

/* A static variable inside of a function: the number of the port that was set up last. */
extern atomic_t serio_no KLPMAKE_LOCAL_IN(serio_init_port);

ssize_t livepatch_modalias_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct serio *serio = to_serio_port(dev);
	ssize_t type_length = type_show(dev, attr, buf);
	char text[64];
	int length;

	if (type_length < 0)
		return type_length;
	length = scnprintf(text, sizeof(text), "serio:ty%02Xpr%02Xid%02Xex%02X of %d, type ",
			   serio->id.type, serio->id.proto, serio->id.id, serio->id.extra,
			   atomic_read(&serio_no) + 1);
	return put_before(buf, type_length, text, length);
}
