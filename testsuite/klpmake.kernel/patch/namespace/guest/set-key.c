// SPDX-License-Identifier: GPL-2.0-or-later
// Sets keys of several lengths for cmac(aes) and prints whether they are taken.
#include <errno.h>
#include <linux/if_alg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_alg address = {
		.salg_family = AF_ALG, .salg_type = "hash", .salg_name = "cmac(aes)"
	};
	static const unsigned char key[32] = "0123456789abcdef0123456789abcde";
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		perror("cmac(aes)");
		return 1;
	}
	for (int length = 16; length <= 32; length += 8)
		printf("%d bytes: %s\n", length,
		       setsockopt(fd, SOL_ALG, ALG_SET_KEY, key, length) ? strerror(errno) : "taken");
	close(fd);
	return 0;
}
