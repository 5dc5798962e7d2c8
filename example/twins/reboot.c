// SPDX-License-Identifier: GPL-2.0-or-later
// The other patch file, with the type_show() of kernel/reboot.c, and the patch's main file.
//KLPMAKE kernel/reboot.c

#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/reboot.h>
#include <linux/sysfs.h>

#include <klpmake.h>

#include "twins.h"

#define REBOOT_COLD_STR		"cold"
#define REBOOT_WARM_STR		"warm"
#define REBOOT_HARD_STR		"hard"
#define REBOOT_SOFT_STR		"soft"
#define REBOOT_GPIO_STR		"gpio"
#define REBOOT_UNDEFINED_STR	"undefined"

/* Other architectures than x86 have one way to reboot only, but can choose the CPU, too. */
#ifdef CONFIG_X86
static ssize_t type_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
#define DETAIL		"type"
#define detail_show	type_show
#else
#define DETAIL		"cpu"
#define detail_show	cpu_show
static ssize_t cpu_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
#endif

/* A static variable of the file: what /proc/sys/kernel/ctrl-alt-del sets. */
extern int C_A_D KLPMAKE_LOCAL;

static ssize_t livepatch_mode_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	char text[48];
	const char *val;
	ssize_t detail_length;
	int length;

	switch (reboot_mode) {
	case REBOOT_COLD:
		val = REBOOT_COLD_STR;
		break;
	case REBOOT_WARM:
		val = REBOOT_WARM_STR;
		break;
	case REBOOT_HARD:
		val = REBOOT_HARD_STR;
		break;
	case REBOOT_SOFT:
		val = REBOOT_SOFT_STR;
		break;
	case REBOOT_GPIO:
		val = REBOOT_GPIO_STR;
		break;
	default:
		val = REBOOT_UNDEFINED_STR;
	}

	detail_length = detail_show(kobj, attr, buf);
	if (detail_length < 0)
		return detail_length;
	length = scnprintf(text, sizeof(text), "%s, ctrl-alt-del %d, " DETAIL " ", val, C_A_D);
	return put_before(buf, detail_length, text, length);
}

/* Both names are those of several functions of the kernel. */
static struct klp_func functions[] = {
	{
		.old_name = "mode_show",
		.new_func = livepatch_mode_show,
	},
	{
		.old_name = "modalias_show",
		.new_func = livepatch_modalias_show,
	},
	{ }
};

static struct klp_object objects[] = {
	{
		.funcs = functions,
	},
	{ }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init livepatch_twins_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit livepatch_twins_exit(void)
{
}

module_init(livepatch_twins_init);
module_exit(livepatch_twins_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("klpmake example: functions of one name");
MODULE_INFO(livepatch, "Y");
