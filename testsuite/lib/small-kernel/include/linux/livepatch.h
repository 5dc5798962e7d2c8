/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's livepatch interface as modules see it: the members that a module fills in, in the
 * kernel's order, and some room for the others. With CONFIG_LIVEPATCH_WO_FTRACE and
 * CONFIG_LIVEPATCH_STOP_MACHINE_CONSISTENCY they are as openEuler's kernels have them.
 */
#ifndef SMALL_KERNEL_LIVEPATCH_H
#define SMALL_KERNEL_LIVEPATCH_H

#include <linux/module.h>

struct klp_func {
	const char *old_name;
	void *new_func;
	unsigned long old_sympos;
#ifdef CONFIG_LIVEPATCH_WO_FTRACE
	int force;
#endif
	void *old_func;
	unsigned long internal[16];
};

struct klp_object;

#ifdef CONFIG_LIVEPATCH_STOP_MACHINE_CONSISTENCY
struct klp_hook {
	void (*hook)(void);
};
#else
struct klp_callbacks {
	int (*pre_patch)(struct klp_object *object);
	void (*post_patch)(struct klp_object *object);
	void (*pre_unpatch)(struct klp_object *object);
	void (*post_unpatch)(struct klp_object *object);
	bool post_unpatch_enabled;
};
#endif

struct klp_object {
	const char *name;
	struct klp_func *funcs;
#ifdef CONFIG_LIVEPATCH_STOP_MACHINE_CONSISTENCY
	struct klp_hook *hooks_load;
	struct klp_hook *hooks_unload;
#else
	struct klp_callbacks callbacks;
#endif
	unsigned long internal[16];
};

struct klp_patch {
	struct module *mod;
	struct klp_object *objs;
	void *states;
	bool replace;
	unsigned long internal[16];
};

int klp_enable_patch(struct klp_patch *patch);

#endif
