// SPDX-License-Identifier: GPL-2.0
/* Writes where there is no memory. */
static volatile int *nowhere;

int main(void)
{
	*nowhere = 1;
	return 0;
}
