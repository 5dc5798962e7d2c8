// SPDX-License-Identifier: GPL-2.0-or-later
// Sets a pipe's size to 0, then uses it: whoever left it locked is found out by the alarm.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	int fds[2], size;
	char byte = 'x';

	if (pipe(fds)) {
		perror("pipe");
		return 1;
	}
	setlinebuf(stdout);
	alarm(20);
	size = fcntl(fds[1], F_SETPIPE_SZ, 0);
	if (size < 0)
		printf("size 0: %s\n", strerror(errno));
	else
		printf("size 0: %d\n", size);
	printf("size now: %d\n", fcntl(fds[1], F_GETPIPE_SZ));
	if (write(fds[1], &byte, 1) == 1 && read(fds[0], &byte, 1) == 1)
		puts("a byte went through");
	return 0;
}
