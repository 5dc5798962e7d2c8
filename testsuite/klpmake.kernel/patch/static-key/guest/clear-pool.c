// SPDX-License-Identifier: GPL-2.0-or-later
// Waits until the kernel has random numbers, then asks it to forget what they are made of.
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>

static void ask(int fd, const char *name, unsigned long request)
{
	int nothing = 0;

	errno = 0;
	ioctl(fd, request, &nothing);
	printf("%s: %s\n", name, strerror(errno));
}

int main(void)
{
	int fd = open("/dev/urandom", O_RDWR);
	char byte;

	if (fd < 0 || getrandom(&byte, 1, 0) != 1) {
		perror("random");
		return 1;
	}
	ask(fd, "RNDZAPENTCNT", RNDZAPENTCNT);
	ask(fd, "RNDCLEARPOOL", RNDCLEARPOOL);
	return 0;
}
