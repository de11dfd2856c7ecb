// SPDX-License-Identifier: GPL-2.0
#include "project.h"

int sum(const int *numbers, int count)
{
	return count ? numbers[0] + sum(numbers + 1, count - 1) : 0;
}
