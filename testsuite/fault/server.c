// SPDX-License-Identifier: GPL-2.0-or-later
// Runs a program many times without starting it anew: it is loaded before the C library (LD_PRELOAD), stops before main()
// and goes on in a copy of itself for each line of file descriptor 198, with FAULT (library.c) set to that line unless it is
// "-". The copy's standard input is SERVER_INPUT, its output and errors are SERVER_OUTPUT.out and .err. Two lines are
// answered to file descriptor 199: the copy's process, and its status as waitpid(2) has it. Program.pm is the other side.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUESTS 198
#define ANSWERS	 199

extern void fault_start(void) __attribute__((weak));

static void reopen(int fd, const char *path, int flags)
{
	int opened = open(path, flags, 0600);

	if (opened < 0 || dup2(opened, fd) < 0)
		_exit(96);
	close(opened);
}

/* The line without its end; the program ends where there is no more. */
static void get_line(char *line, size_t room)
{
	size_t length = 0;

	while (length + 1 < room && read(REQUESTS, line + length, 1) == 1 && line[length] != '\n')
		length++;
	if (line[length] != '\n')
		_exit(0);
	line[length] = '\0';
}

static void answer(int number)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d\n", number);

	if (write(ANSWERS, text, (size_t)length) != length)
		_exit(96);
}

static void become_copy(const char *fault)
{
	const char *output = getenv("SERVER_OUTPUT");
	char path[4096];

	close(REQUESTS);
	close(ANSWERS);
	reopen(STDIN_FILENO, getenv("SERVER_INPUT"), O_RDONLY);
	snprintf(path, sizeof(path), "%s.out", output);
	reopen(STDOUT_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC);
	snprintf(path, sizeof(path), "%s.err", output);
	reopen(STDERR_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC);
	if (strcmp(fault, "-"))
		setenv("FAULT", fault, 1);
	unsetenv("SERVER_OUTPUT");
	if (fault_start)
		fault_start();
}

static void __attribute__((constructor)) serve(void)
{
	char line[256];
	int status;

	while (getenv("SERVER_OUTPUT")) {
		pid_t copy;

		get_line(line, sizeof(line));
		copy = fork();
		if (!copy) {
			become_copy(line);
			return;
		}
		answer(copy);
		if (waitpid(copy, &status, 0) != copy)
			_exit(96);
		answer(status);
	}
}
