/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For authors of patch sources.
 *
 * Unpatched file-local functions of the kernel are declared with their original prototype, "static"
 * kept. For variables there are two attributes of the compiler plugin:
 *
 *	extern int counter KLPMAKE_LOCAL;		a static variable of the tagged file
 *	extern bool warned KLPMAKE_LOCAL_IN(do_work);	a static variable inside of do_work()
 *
 * In the short form a patch has no boilerplate: it marks what it replaces, and klpmake links in
 * module_init(), struct klp_patch, MODULE_LICENSE("GPL") and MODULE_INFO(livepatch, "Y"):
 *
 *	KLPMAKE_REPLACE(uptime_proc_show, livepatch_uptime_proc_show);
 *
 * The original is looked for in the tagged file, in the image or in the module that the file is part
 * of. The callbacks are those of struct klp_callbacks; they are that object's:
 *
 *	KLPMAKE_PRE_PATCH(function);	int function(struct klp_object *): not 0 stops the patching
 *	KLPMAKE_POST_PATCH(function);	void function(struct klp_object *)
 *	KLPMAKE_PRE_UNPATCH(function);	void function(struct klp_object *)
 *	KLPMAKE_POST_UNPATCH(function);	void function(struct klp_object *)
 *
 * Each at most once for an object. Kernels with CONFIG_LIVEPATCH_STOP_MACHINE_CONSISTENCY, which openEuler
 * has, have none of these.
 *
 * In the full form, a klp_object of a module needs on x86-64 before Linux 6.3
 *
 *	.callbacks.post_unpatch = klpmake_clear_relocations
 *
 * or a callback that calls it, or else the module cannot be loaded a second time (see there).
 */
#ifndef KLPMAKE_H
#define KLPMAKE_H

#include <linux/module.h>
#include <linux/livepatch.h>

#include "klpmake-clear.h"

#define KLPMAKE_LOCAL			__attribute__((klpmake_local))
#define KLPMAKE_LOCAL_IN(function)	__attribute__((klpmake_local_in(#function)))

enum klpmake_kind {
	KLPMAKE_KIND_FUNC,
	KLPMAKE_KIND_PRE_PATCH,
	KLPMAKE_KIND_POST_PATCH,
	KLPMAKE_KIND_PRE_UNPATCH,
	KLPMAKE_KIND_POST_UNPATCH,
};

/*
 * What one of the macros below says; the patch's main file gathers them when the module is loaded.
 */
struct klpmake_entry {
	enum klpmake_kind kind;
	char object[MODULE_NAME_LEN];	/* klp-fixer writes it here; "": vmlinux */
	struct klp_func func;		/* of KLPMAKE_KIND_FUNC */
	int (*pre_patch)(struct klp_object *object);
	void (*callback)(struct klp_object *object);	/* of the other three */
};

#define KLPMAKE_TABLE_SECTION	"klpmake_table"

/*
 * The table holds pointers, as the compiler may align the entries themselves as it likes. Its
 * limits are zero-sized arrays in the objects that klpmake links first and last.
 */
#define KLPMAKE_ENTER(entry)								\
	static struct klpmake_entry *const entry##_pointer				\
	__attribute__((used, section(KLPMAKE_TABLE_SECTION))) = &entry

#define KLPMAKE_REPLACE(old_function, new_function)					\
	KLPMAKE_REPLACE_AS(klpmake_replace_##old_function, #old_function, new_function)

/* The same under the name ENTRY, a variable's: klp-plan's files replace functions of one name. */
#define KLPMAKE_REPLACE_AS(entry, name, new_function)					\
	static struct klpmake_entry entry = {						\
		.kind = KLPMAKE_KIND_FUNC,						\
		.func = { .old_name = name, .new_func = new_function },			\
	};										\
	KLPMAKE_ENTER(entry)

#ifdef CONFIG_LIVEPATCH_STOP_MACHINE_CONSISTENCY
#define KLPMAKE_CALLBACK(name, entry_kind, member, function)				\
	_Static_assert(0, "this kernel, with CONFIG_LIVEPATCH_STOP_MACHINE_CONSISTENCY,"	\
		       " calls no callbacks of livepatches: it has the hooks hooks_load and"	\
		       " hooks_unload of struct klp_object, which the full form can set")
#else
#define KLPMAKE_CALLBACK(name, entry_kind, member, function)				\
	static struct klpmake_entry name = { .kind = entry_kind, .member = function };	\
	KLPMAKE_ENTER(name)
#endif

#define KLPMAKE_PRE_PATCH(function)							\
	KLPMAKE_CALLBACK(klpmake_pre_patch, KLPMAKE_KIND_PRE_PATCH, pre_patch, function)
#define KLPMAKE_POST_PATCH(function)							\
	KLPMAKE_CALLBACK(klpmake_post_patch, KLPMAKE_KIND_POST_PATCH, callback, function)
#define KLPMAKE_PRE_UNPATCH(function)							\
	KLPMAKE_CALLBACK(klpmake_pre_unpatch, KLPMAKE_KIND_PRE_UNPATCH, callback, function)
#define KLPMAKE_POST_UNPATCH(function)							\
	KLPMAKE_CALLBACK(klpmake_post_unpatch, KLPMAKE_KIND_POST_UNPATCH, callback, function)

#endif
