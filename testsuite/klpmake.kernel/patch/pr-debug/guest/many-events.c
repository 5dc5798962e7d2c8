// SPDX-License-Identifier: GPL-2.0-or-later
// Asks for more asynchronous I/O events than there can be.
#include <errno.h>
#include <linux/aio_abi.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	aio_context_t context = 0;

	errno = 0;
	syscall(SYS_io_setup, 123456789, &context);
	printf("many events: %s\n", strerror(errno));
	return 0;
}
