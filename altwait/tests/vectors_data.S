/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Those of the files of vectors that vectors_kunit.c runs; all are run in userspace.
 * Kbuild says where they are.
 */
	.section .rodata, "a"

	.macro vectors symbol, file
	.globl \symbol
	.globl \symbol\()_end
\symbol:
	.incbin "\file"
\symbol\()_end:
	.endm

	vectors aw_vectors_branches, "branches.vec"
	vectors aw_vectors_random_1, "random-1.vec"
	vectors aw_vectors_random_2, "random-2.vec"
	vectors aw_vectors_random_3, "random-3.vec"
	vectors aw_vectors_random_4, "random-4.vec"
