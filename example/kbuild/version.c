// SPDX-License-Identifier: GPL-2.0
/*
 * fs/proc/version.c with another line.
 */
//KLPMAKE fs/proc/version.c
#include <linux/kernel.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/seq_file.h>
#include <linux/utsname.h>

static int livepatch_version_proc_show(struct seq_file *m, void *v)
{
	seq_printf(m, linux_proc_banner, utsname()->sysname, utsname()->release,
		   utsname()->version);
	seq_printf(m, "Patched by %s\n", THIS_MODULE->name);
	return 0;
}

static struct klp_func functions[] = {
	{
		.old_name = "version_proc_show",
		.new_func = livepatch_version_proc_show,
	},
	{ }
};

static struct klp_object objects[] = {
	{
		/* no name: vmlinux */
		.funcs = functions,
	},
	{ }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init livepatch_kbuild_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit livepatch_kbuild_exit(void)
{
}

module_init(livepatch_kbuild_init);
module_exit(livepatch_kbuild_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("klpmake example: the kernel's own build");
MODULE_INFO(livepatch, "Y");
