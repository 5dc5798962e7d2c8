/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the kernel's header of this name that livepatch modules use. */
#ifndef SMALL_KERNEL_MODULE_H
#define SMALL_KERNEL_MODULE_H

#include <linux/kernel.h>

#define MODULE_NAME_LEN		56

struct module {
	int state;
	void *list[2];
	char name[MODULE_NAME_LEN];
	int (*init)(void);
	void (*exit)(void);
};

extern struct module __this_module;
#define THIS_MODULE		(&__this_module)

#define MODULE_PASTE_AGAIN(a, b)	a##b
#define MODULE_PASTE(a, b)		MODULE_PASTE_AGAIN(a, b)
#define MODULE_INFO(tag, text)						\
	static const char MODULE_PASTE(module_info_, __COUNTER__)[]	\
	__used __section(".modinfo") __attribute__((aligned(1))) = #tag "=" text
#define MODULE_LICENSE(text)		MODULE_INFO(license, text)
#define MODULE_DESCRIPTION(text)	MODULE_INFO(description, text)
#define MODULE_AUTHOR(text)		MODULE_INFO(author, text)

#define module_init(function)		int init_module(void) __attribute__((alias(#function)))
#define module_exit(function)		void cleanup_module(void) __attribute__((alias(#function)))

#endif
