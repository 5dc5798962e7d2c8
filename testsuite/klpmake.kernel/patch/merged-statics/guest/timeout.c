// SPDX-License-Identifier: GPL-2.0-or-later
// Sets a receive timeout of so many seconds.
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

int main(int count, char **words)
{
	struct timeval timeout = { .tv_sec = count == 2 ? atol(words[1]) : 0 };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout))) {
		perror("timeout");
		return 1;
	}
	printf("the timeout of %ld is set\n", (long)timeout.tv_sec);
	return 0;
}
