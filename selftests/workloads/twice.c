// SPDX-License-Identifier: GPL-2.0
/*
 * Two threads sleep in wait(2), and the only child ends: how many of them are
 * told?
 */
#include <pthread.h>
#include <stdatomic.h>

#include "common.h"

#define THREADS	2

static atomic_int tids[THREADS], told, refused;

static void *waiter(void *arg)
{
	*(atomic_int *)arg = gettid();
	if (wait(NULL) > 0)
		told++;
	else if (errno == ECHILD)
		refused++;
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	int i, release;

	spawn_held(&release, NULL);
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, waiter, &tids[i]))
			die("pthread_create");
	for (i = 0; i < THREADS; i++) {
		UNTIL(tids[i], "start of a thread");
		until_waiting(getpid(), tids[i]);
	}
	close(release);
	for (i = 0; i < THREADS; i++)
		if (pthread_join(threads[i], NULL))
			die("pthread_join");
	printf("told: %d, no child: %d\n", told, refused);
	return told == 1 ? 0 : 1;
}
