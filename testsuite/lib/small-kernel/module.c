// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What modpost adds to a module; and a license, which modpost demands of the author. It is another one than those of the
 * tests' sources, which come first.
 */
#include <linux/module.h>

MODULE_INFO(license, "GPL v2");

MODULE_INFO(name, NAME);
MODULE_INFO(depends, "");
MODULE_INFO(vermagic, VERMAGIC);

int init_module(void) __weak;
void cleanup_module(void) __weak;

__used __section(".gnu.linkonce.this_module") struct module __this_module = {
	.name = NAME,
	.init = init_module,
	.exit = cleanup_module,
};
