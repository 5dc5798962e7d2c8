// SPDX-License-Identifier: GPL-2.0-or-later
// Sets a receive timeout that is no time.
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

int main(void)
{
	struct timeval timeout = { .tv_sec = -12345 };
	socklen_t size = sizeof(timeout);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, size) ||
	    getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size)) {
		perror("timeout");
		return 1;
	}
	printf("the timeout is %ld\n", (long)timeout.tv_sec);
	return 0;
}
