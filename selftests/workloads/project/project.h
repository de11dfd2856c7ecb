/* SPDX-License-Identifier: GPL-2.0 */
int sum(const int *numbers, int count);
int mean(const int *numbers, int count);
int largest(const int *numbers, int count);
int smallest(const int *numbers, int count);
int number_of(const char *text);
