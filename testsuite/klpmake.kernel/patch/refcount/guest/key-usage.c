// SPDX-License-Identifier: GPL-2.0-or-later
// Makes a key and prints the references to it that /proc/keys shows: those of two looks have to be
// the same, or else a look leaves one behind.
#include <linux/keyctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAME	"klpmake-refcount"

static int show(void)
{
	char line[256], flags[16];
	unsigned int serial;
	int usage;
	FILE *file = fopen("/proc/keys", "r");

	if (!file) {
		perror("/proc/keys");
		return 1;
	}
	while (fgets(line, sizeof(line), file))
		if (strstr(line, " " NAME ":") &&
		    sscanf(line, "%x %15s %d", &serial, flags, &usage) == 3)
			printf("references: %d\n", usage);
	fclose(file);
	return 0;
}

int main(void)
{
	if (syscall(SYS_add_key, "user", NAME, "data", 4, KEY_SPEC_PROCESS_KEYRING) < 0) {
		perror("add_key");
		return 1;
	}
	return show() || show();
}
