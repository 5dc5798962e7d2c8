/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a small kernel would start, if its architecture has no head.S of its own. */
	.section .head.text, "ax"
	.globl _start
	.type _start, %function
_start:
	.long 0
	.size _start, . - _start

	.section .note.GNU-stack, "", %progbits
