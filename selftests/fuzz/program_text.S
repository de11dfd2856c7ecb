/* SPDX-License-Identifier: GPL-2.0 */
/* The text of stand-alone.c.in, for program.c. */
	.section .rodata
	.globl	program_text
program_text:
	.incbin	"stand-alone.c.in"
	.byte	0

	.section .note.GNU-stack, "", @progbits
