/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a small kernel would start, and what -pg calls. */
	.abiversion 2

	.section .head.text, "ax"
	.globl _start
	.type _start, @function
_start:
	b _start
	.size _start, . - _start

	.text
	.globl _mcount
	.type _mcount, @function
_mcount:
	blr
	.size _mcount, . - _mcount

	.section "__ksymtab_strings", "aMS", @progbits, 1
__kstrtab__mcount:
	.asciz "_mcount"
__kstrtabns__mcount:
	.asciz ""

	.section "___ksymtab+_mcount", "a"
	.balign 4
__ksymtab__mcount:
	.long _mcount - .
	.long __kstrtab__mcount - .
	.long __kstrtabns__mcount - .

	.section .note.GNU-stack, "", @progbits
