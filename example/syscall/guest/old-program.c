// SPDX-License-Identifier: GPL-2.0-or-later
// Prints the kernel's release as a program that asked for old version numbers is given it.
#include <stdio.h>
#include <sys/personality.h>
#include <sys/utsname.h>

int main(void)
{
	struct utsname name;

	if (personality(UNAME26) < 0 || uname(&name) < 0) {
		perror("uname");
		return 1;
	}
	puts(name.release);
	return 0;
}
