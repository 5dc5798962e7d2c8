// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Closes one end of a pair of sockets and tells what the other one has to say of it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	int ends[2], error = -1;
	socklen_t size = sizeof(error);

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) {
		perror("socketpair");
		return 1;
	}
	close(ends[0]);
	if (getsockopt(ends[1], SOL_SOCKET, SO_ERROR, &error, &size)) {
		perror("getsockopt");
		return 1;
	}
	printf("the other end: %s\n", error ? strerror(error) : "nothing");
	return 0;
}
