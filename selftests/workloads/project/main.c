// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include "project.h"

int main(int argc, char **argv)
{
	int numbers[16], count = 0;

	while (count < 16 && count + 1 < argc) {
		numbers[count] = number_of(argv[count + 1]);
		count++;
	}
	printf("sum %d, mean %d, from %d to %d\n", sum(numbers, count), mean(numbers, count),
	       smallest(numbers, count), largest(numbers, count));
	return 0;
}
