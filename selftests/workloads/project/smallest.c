// SPDX-License-Identifier: GPL-2.0
#include "project.h"

int smallest(const int *numbers, int count)
{
	int i, found = 0;

	for (i = 1; i < count; i++)
		if (numbers[i] < numbers[found])
			found = i;
	return count ? numbers[found] : 0;
}
