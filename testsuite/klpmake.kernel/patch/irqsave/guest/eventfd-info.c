// SPDX-License-Identifier: GPL-2.0-or-later
// Prints what /proc shows of a counter and of a semaphore.
#include <stdio.h>
#include <sys/eventfd.h>

static int show(int fd)
{
	char text[256];
	FILE *file;

	snprintf(text, sizeof(text), "/proc/self/fdinfo/%d", fd);
	file = fopen(text, "r");
	if (!file) {
		perror(text);
		return 1;
	}
	while (fgets(text, sizeof(text), file))
		fputs(text, stdout);
	fclose(file);
	return 0;
}

int main(void)
{
	return show(eventfd(7, 0)) || show(eventfd(7, EFD_SEMAPHORE));
}
