// SPDX-License-Identifier: GPL-2.0-or-later
// Prints the mask that /proc shows of two watches.
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

static int show(const char *what, unsigned int events)
{
	int fd = inotify_init();
	char line[256], *mask;
	FILE *file;

	if (fd < 0 || inotify_add_watch(fd, "/tmp", events) < 0) {
		perror("inotify");
		return 1;
	}
	snprintf(line, sizeof(line), "/proc/self/fdinfo/%d", fd);
	file = fopen(line, "r");
	if (!file) {
		perror(line);
		return 1;
	}
	while (fgets(line, sizeof(line), file)) {
		mask = strstr(line, " mask:");
		if (mask)
			printf("%s: %s\n", what, strtok(mask + 6, " "));
	}
	fclose(file);
	return 0;
}

int main(void)
{
	return show("IN_CREATE", IN_CREATE) || show("IN_CREATE and IN_ONESHOT", IN_CREATE | IN_ONESHOT);
}
