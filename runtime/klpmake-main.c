// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The main file of a patch in the short form; linked last into its module. Gathers what the patch's
 * files entered with the macros of klpmake.h into a struct klp_patch and enables it.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/livepatch.h>

#include "klpmake.h"

/* Does the livepatch take the place of all earlier ones? klpmake says so for those made from diffs. */
#ifndef KLPMAKE_ATOMIC_REPLACE
#define KLPMAKE_ATOMIC_REPLACE 0
#endif

extern struct klpmake_entry *const klpmake_table_begin[];
struct klpmake_entry *const klpmake_table_end[0]
	__attribute__((section(KLPMAKE_TABLE_SECTION))) = {};

/* For livepatches these have to stay where they are until the module goes. */
static struct klp_patch patch = {
	.mod = THIS_MODULE,
#ifndef CONFIG_LIVEPATCH_STOP_MACHINE_CONSISTENCY
	.replace = KLPMAKE_ATOMIC_REPLACE,
#endif
};

#ifdef CONFIG_LIVEPATCH_STOP_MACHINE_CONSISTENCY

/* openEuler's livepatches of this model have no callbacks, and the kernel calls none: klpmake.h refuses them. */
static int make_callbacks(size_t count)
{
	return 0;
}

static void free_callbacks(void)
{
}

static void set_callbacks(struct klp_object *object)
{
}

static int add_callback(struct klp_object *object, const struct klpmake_entry *entry)
{
	return -EINVAL;
}

#else

/* What the author has set, by object as in patch.objs: the kernel calls pre_patch() and so on below. */
static struct klp_callbacks *author;

static int make_callbacks(size_t count)
{
	author = kcalloc(count, sizeof(*author), GFP_KERNEL);
	return author ? 0 : -ENOMEM;
}

static void free_callbacks(void)
{
	kfree(author);
	author = NULL;
}

static struct klp_callbacks *author_of(struct klp_object *object)
{
	return &author[object - patch.objs];
}

static int pre_patch(struct klp_object *object)
{
	int result = author_of(object)->pre_patch ? author_of(object)->pre_patch(object) : 0;

	/* The kernel does not load the module then. */
	if (result)
		klpmake_clear_relocations(object);
	return result;
}

static void post_unpatch(struct klp_object *object)
{
	if (author_of(object)->post_unpatch)
		author_of(object)->post_unpatch(object);
	klpmake_clear_relocations(object);
}

static void set_callbacks(struct klp_object *object)
{
	object->callbacks.pre_patch = pre_patch;
	object->callbacks.post_unpatch = post_unpatch;
}

/* klp-fixer has refused two callbacks of a kind, except in files without a tag. */
static int set_callback(void (**callback)(struct klp_object *object), const struct klpmake_entry *entry)
{
	if (*callback)
		return -EEXIST;
	*callback = entry->callback;
	return 0;
}

static int add_callback(struct klp_object *object, const struct klpmake_entry *entry)
{
	struct klp_callbacks *callbacks = author_of(object);

	switch (entry->kind) {
	case KLPMAKE_KIND_PRE_PATCH:
		if (callbacks->pre_patch)
			return -EEXIST;
		callbacks->pre_patch = entry->pre_patch;
		return 0;
	case KLPMAKE_KIND_POST_PATCH:
		return set_callback(&object->callbacks.post_patch, entry);
	case KLPMAKE_KIND_PRE_UNPATCH:
		return set_callback(&object->callbacks.pre_unpatch, entry);
	case KLPMAKE_KIND_POST_UNPATCH:
		return set_callback(&callbacks->post_unpatch, entry);
	default:
		return -EINVAL;
	}
}

#endif

static const char *object_name(const struct klpmake_entry *entry)
{
	return *entry->object ? entry->object : NULL;
}

static bool same_object(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/*
 * The object that ENTRY belongs to, begun if it is a new one; OBJS has room for one for each entry.
 */
static struct klp_object *object_of(struct klp_object *objs, const struct klpmake_entry *entry,
				    size_t entry_count)
{
	struct klp_object *object = objs;

	/* An object is in use from the moment that it has an array of functions. */
	while (object->funcs && !same_object(object->name, object_name(entry)))
		object++;
	if (object->funcs)
		return object;
	object->name = object_name(entry);
	object->funcs = kcalloc(entry_count + 1, sizeof(*object->funcs), GFP_KERNEL);
	set_callbacks(object);
	return object->funcs ? object : NULL;
}

static int add_func(struct klp_object *object, const struct klpmake_entry *entry)
{
	struct klp_func *func = object->funcs;

	while (func->old_name)
		func++;
	*func = entry->func;
	return 0;
}

static int add_entry(struct klp_object *object, const struct klpmake_entry *entry)
{
	return entry->kind == KLPMAKE_KIND_FUNC ? add_func(object, entry) : add_callback(object, entry);
}

static void free_objects(void)
{
	struct klp_object *object;

	for (object = patch.objs; object && object->funcs; object++)
		kfree(object->funcs);
	kfree(patch.objs);
	free_callbacks();
	patch.objs = NULL;
}

static int __init klpmake_init(void)
{
	size_t count = klpmake_table_end - klpmake_table_begin, i;
	int result = -ENOMEM;

	patch.objs = kcalloc(count + 1, sizeof(*patch.objs), GFP_KERNEL);
	if (!patch.objs || make_callbacks(count + 1))
		goto failed;
	for (i = 0; i < count; i++) {
		struct klp_object *object = object_of(patch.objs, klpmake_table_begin[i], count);

		result = object ? add_entry(object, klpmake_table_begin[i]) : -ENOMEM;
		if (result == -EEXIST)
			pr_err("%s: two callbacks of one kind for '%s'\n", THIS_MODULE->name,
			       object->name ? object->name : "vmlinux");
		if (result)
			goto failed;
	}
	result = klp_enable_patch(&patch);
	if (!result)
		return 0;
failed:
	free_objects();
	return result;
}

/* Reached when the patch was disabled and nothing of it is in use any more. */
static void __exit klpmake_exit(void)
{
	free_objects();
}

module_init(klpmake_init);
module_exit(klpmake_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Livepatch made with klpmake");
MODULE_INFO(livepatch, "Y");
