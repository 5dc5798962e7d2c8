/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EXAMPLE_TWINS_H
#define EXAMPLE_TWINS_H

#include <linux/device.h>

/* serio.c's replacement, entered into the patch by reboot.c */
ssize_t livepatch_modalias_show(struct device *dev, struct device_attribute *attr, char *buf);

#endif
