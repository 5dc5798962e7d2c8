// SPDX-License-Identifier: GPL-2.0-or-later
// Connects to a listening socket that accepts nothing and counts the sockets of its name.
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define NAME	"klpmake-not-accepted"

int main(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t size = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(NAME);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	int count = 0;
	char line[256];
	FILE *file;

	/* The zero byte in front: a name that is no file. */
	memcpy(address.sun_path + 1, NAME, strlen(NAME));
	if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1) ||
	    connect(client, (struct sockaddr *)&address, size)) {
		perror(NAME);
		return 1;
	}
	file = fopen("/proc/net/unix", "r");
	if (!file) {
		perror("/proc/net/unix");
		return 1;
	}
	while (fgets(line, sizeof(line), file))
		count += !!strstr(line, "@" NAME);
	fclose(file);
	printf("listener and connections of the name: %d\n", count);
	return 0;
}
