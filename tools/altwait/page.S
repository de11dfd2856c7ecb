/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page of altwait report, as a string.
 */
	.section .rodata
	.globl	report_page
report_page:
	.incbin	PAGE
	.byte	0

	.section .note.GNU-stack, "", @progbits
