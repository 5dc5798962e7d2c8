// SPDX-License-Identifier: GPL-2.0-or-later
// Makes pipes while there are two, one and no file descriptors left: the standard ones are 0 to 2.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void try(const char *left, rlim_t limit)
{
	struct rlimit files = { limit, 5 };
	int fds[2];

	if (setrlimit(RLIMIT_NOFILE, &files)) {
		perror("setrlimit");
		return;
	}
	if (pipe(fds)) {
		printf("%s left: %s\n", left, strerror(errno));
		return;
	}
	printf("%s left: a pipe\n", left);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	try("two", 5);
	try("one", 4);
	try("none", 3);
	return 0;
}
