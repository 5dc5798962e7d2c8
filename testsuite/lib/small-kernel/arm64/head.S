/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a small kernel would start. */
	.section .head.text, "ax"
	.globl primary_entry
	.type primary_entry, %function
primary_entry:
	wfi
	b primary_entry
	.size primary_entry, . - primary_entry

	.section .note.GNU-stack, "", %progbits
