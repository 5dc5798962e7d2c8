// SPDX-License-Identifier: GPL-2.0-or-later
// Switches the kernel's messages on the console off and on and prints the level that they then have.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

int main(int count, char **words)
{
	FILE *file;
	int level, failed;

	if (count == 3 && !strcmp(words[1], "level"))
		failed = klogctl(8, NULL, atoi(words[2]));
	else if (count == 2)
		failed = klogctl(strcmp(words[1], "on") ? 6 : 7, NULL, 0);
	else
		return 2;
	file = fopen("/proc/sys/kernel/printk", "r");
	if (failed || !file || fscanf(file, "%d", &level) != 1) {
		perror("console");
		return 1;
	}
	printf("%s%s%s: %d\n", words[1], count == 3 ? " " : "", count == 3 ? words[2] : "", level);
	return 0;
}
