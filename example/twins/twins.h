/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EXAMPLE_TWINS_H
#define EXAMPLE_TWINS_H

#include <linux/device.h>
#include <linux/string.h>

/* serio.c's replacement, entered into the patch by reboot.c */
ssize_t livepatch_modalias_show(struct device *dev, struct device_attribute *attr, char *buf);

/*
 * Puts the COUNT bytes of TEXT before the SIZE ones in BUF: newer kernels' functions for sysfs take nothing but the
 * beginning of a page.
 */
static inline ssize_t put_before(char *buf, ssize_t size, const char *text, int count)
{
	memmove(buf + count, buf, size);
	memcpy(buf, text, count);
	return count + size;
}

#endif
