// SPDX-License-Identifier: GPL-2.0-or-later
// Asks for the number of operations that a call may have, and tries that many and one more.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>

static void operate(int set, int count)
{
	struct sembuf operations[501];

	for (int i = 0; i < count; i++)
		operations[i] = (struct sembuf){ .sem_num = i, .sem_op = 1 };
	errno = 0;
	semop(set, operations, count);
	printf("%d operations: %s\n", count, strerror(errno));
}

int main(void)
{
	struct seminfo info;
	int set = semget(IPC_PRIVATE, 501, 0600);

	if (set < 0 || semctl(0, 0, IPC_INFO, &info) < 0) {
		perror("sem");
		return 1;
	}
	printf("limit: %d\n", info.semopm);
	operate(set, 500);
	operate(set, 501);
	return semctl(set, 0, IPC_RMID) < 0;
}
