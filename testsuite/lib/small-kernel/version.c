// SPDX-License-Identifier: GPL-2.0-or-later
/* A small kernel's version, where a kernel has it. */
const char linux_banner[] = "Linux version " RELEASE " (small kernel of the testsuite)\n";

keep int printk(const char *format, ...)
{
	asm volatile("" : : "r" (format));
	return 0;
}
EXPORT_SYMBOL(printk);
