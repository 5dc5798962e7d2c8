// SPDX-License-Identifier: GPL-2.0-or-later
// Asks for the size of the memory in two ways.
#include <stdio.h>
#include <sys/sysinfo.h>

int main(void)
{
	unsigned long long total = 0;
	struct sysinfo info;
	FILE *file = fopen("/proc/meminfo", "r");

	if (!file || fscanf(file, "MemTotal: %llu kB", &total) != 1 || sysinfo(&info)) {
		perror("memory");
		return 1;
	}
	printf("units of %u byte(s)\n", info.mem_unit);
	if ((unsigned long long)info.totalram * info.mem_unit == total * 1024)
		puts("as much as /proc/meminfo says");
	return 0;
}
