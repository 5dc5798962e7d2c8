// SPDX-License-Identifier: GPL-2.0-or-later
// Fills counters and writes to them once more, and prints what /proc shows of that. Counters that come and go are at
// the same addresses again.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	exit(1);
}

// Returns what follows NAME in the counter's fdinfo, -1 where it is not there.
static int shown(int fd, const char *name)
{
	char text[256];
	FILE *file;
	int value = -1;

	snprintf(text, sizeof(text), "/proc/self/fdinfo/%d", fd);
	file = fopen(text, "r");
	if (!file)
		fail(text);
	while (fgets(text, sizeof(text), file))
		if (!strncmp(text, name, strlen(name)))
			value = atoi(text + strlen(name));
	fclose(file);
	return value;
}

static int full_counter(void)
{
	const uint64_t full = UINT64_MAX - 1;
	int fd = eventfd(0, EFD_NONBLOCK);

	if (fd < 0 || write(fd, &full, sizeof(full)) != sizeof(full))
		fail("eventfd");
	return fd;
}

static void refused_write(int fd)
{
	const uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) >= 0 || errno != EAGAIN)
		fail("a write to a full counter");
}

int main(void)
{
	int fd = full_counter(), other = full_counter(), wrong = 0;

	refused_write(fd);
	refused_write(fd);
	printf("refused: %d, of another one: %d\n", shown(fd, "eventfd-refused:"),
	       shown(other, "eventfd-refused:"));
	for (int i = 0; i < 1000; i++) {
		int next = full_counter();

		wrong += shown(next, "eventfd-refused:") > 0;
		refused_write(next);
		close(next);
	}
	printf("new ones that begin with another number than 0: %d\n", wrong);
	return 0;
}
