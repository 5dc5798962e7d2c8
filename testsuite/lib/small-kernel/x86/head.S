/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a small kernel would start, and what -mfentry calls. */
	.section .head.text, "ax"
	.globl startup_64
	.type startup_64, @function
startup_64:
	hlt
	jmp startup_64
	.size startup_64, . - startup_64

	.text
	.globl __fentry__
	.type __fentry__, @function
__fentry__:
	ret
	.size __fentry__, . - __fentry__

	.section "__ksymtab_strings", "aMS", @progbits, 1
__kstrtab___fentry__:
	.asciz "__fentry__"
__kstrtabns___fentry__:
	.asciz ""

	.section "___ksymtab+__fentry__", "a"
	.balign 4
__ksymtab___fentry__:
	.long __fentry__ - .
	.long __kstrtab___fentry__ - .
	.long __kstrtabns___fentry__ - .

	.section .note.GNU-stack, "", @progbits
