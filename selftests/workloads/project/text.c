// SPDX-License-Identifier: GPL-2.0
#include "project.h"

int number_of(const char *text)
{
	int value = 0;

	while (*text >= '0' && *text <= '9')
		value = value * 10 + *text++ - '0';
	return value;
}
