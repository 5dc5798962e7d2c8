/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the small kernels of the testsuite have in place of the kernel's headers. Included into
 * every file by the compiler's command line.
 */
#ifndef SMALL_KERNEL_KERNEL_H
#define SMALL_KERNEL_KERNEL_H

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define __section(name)		__attribute__((section(name)))
#define __used			__attribute__((used))
#define __weak			__attribute__((weak))
#define noinline		__attribute__((__noinline__))
/* Neither inlined nor cloned (.isra, .constprop): the symbol is certain to be there. */
#define keep			__attribute__((__noinline__, __noclone__, __noipa__))
#define __always_inline		inline __attribute__((always_inline))
#ifdef __x86_64__
#define notrace			__attribute__((no_instrument_function))
#else
#define notrace			__attribute__((no_instrument_function, patchable_function_entry(0, 0)))
#endif

#define __init			__section(".init.text") __attribute__((cold))
#define __exit			__section(".exit.text") __used __attribute__((cold))
#define __initdata		__section(".init.data")

#define DEFINE_PER_CPU(type, name)	__section(".data..percpu") __typeof__(type) name
#define DECLARE_PER_CPU(type, name)	extern __section(".data..percpu") __typeof__(type) name

#ifdef __x86_64__
#define this_cpu_read_int(name)							\
({										\
	int this_cpu_value;							\
	asm volatile("movl %%gs:%1, %0" : "=r" (this_cpu_value) : "m" (name));	\
	this_cpu_value;								\
})
#else
#define this_cpu_read_int(name)	(*(volatile int *)&(name))
#endif

/* One entry of __ksymtab, with offsets relative to their own places. */
#define EXPORT_SYMBOL_IN(name, suffix)						\
	asm(".section \"__ksymtab_strings\", \"aMS\", %progbits, 1\n"		\
	    "__kstrtab_" #name ": .asciz \"" #name "\"\n"			\
	    "__kstrtabns_" #name ": .asciz \"\"\n"				\
	    ".previous\n"							\
	    ".section \"___ksymtab" suffix "+" #name "\", \"a\"\n"		\
	    ".balign 4\n"							\
	    "__ksymtab_" #name ":\n"						\
	    ".long " #name " - .\n"						\
	    ".long __kstrtab_" #name " - .\n"					\
	    ".long __kstrtabns_" #name " - .\n"					\
	    ".previous")

#define EXPORT_SYMBOL(name)	EXPORT_SYMBOL_IN(name, "")
#define EXPORT_SYMBOL_GPL(name)	EXPORT_SYMBOL_IN(name, "_gpl")

int printk(const char *format, ...);
#define pr_err(...)		printk(__VA_ARGS__)

#endif

#endif
