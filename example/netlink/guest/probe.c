// SPDX-License-Identifier: GPL-2.0-or-later
// Runs in the guest and reaches both patched functions: has netlink sockets dumped, and receives
// the error that trigger.ko has netlink_set_err() report.
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROTOCOL	31	/* that of trigger.c */
#define GROUP		1

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Also a member of the group, but with no address yet: only the list of listeners has it. */
static int open_member(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, PROTOCOL);
	int group = GROUP;

	if (fd < 0 || setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		fail("member");
	return fd;
}

static int open_listener(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 << (GROUP - 1) };
	int fd = socket(AF_NETLINK, SOCK_RAW, PROTOCOL);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail("listener");
	return fd;
}

static int request_dump(void)
{
	struct {
		struct nlmsghdr header;
		struct netlink_diag_req request;
	} message = {
		.header = {
			.nlmsg_len = sizeof(message),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.request = {
			.sdiag_family = AF_NETLINK,
			.sdiag_protocol = PROTOCOL,
		},
	};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);

	if (fd < 0 || send(fd, &message, sizeof(message), 0) != sizeof(message))
		fail("dump request");
	return fd;
}

/* The number of sockets in a dump. */
static int count_dumped(int fd)
{
	union {
		struct nlmsghdr header;
		char bytes[8192];
	} buffer;
	int count = 0;

	for (;;) {
		ssize_t length = recv(fd, &buffer, sizeof(buffer), 0);
		struct nlmsghdr *message = &buffer.header;

		if (length < 0)
			fail("dump");
		for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
			if (message->nlmsg_type == NLMSG_DONE)
				return count;
			if (message->nlmsg_type == NLMSG_ERROR) {
				fputs("the dump was refused\n", stderr);
				exit(1);
			}
			count++;
		}
	}
}

int main(int argc, char **argv)
{
	int listener = open_listener();
	int member = open_member();
	int dump = request_dump();
	int trigger;
	char byte;

	if (argc != 2) {
		fputs("usage: probe TRIGGER-FILE\n", stderr);
		return 2;
	}
	printf("dumped sockets: %d\n", count_dumped(dump));
	close(dump);

	trigger = open(argv[1], O_WRONLY);
	if (trigger < 0 || write(trigger, "1", 1) != 1)
		fail(argv[1]);
	close(trigger);

	if (recv(listener, &byte, 1, MSG_DONTWAIT) != -1)
		puts("the listener received data");
	else
		printf("the listener received: %s\n", strerror(errno));
	close(member);
	close(listener);
	return 0;
}
