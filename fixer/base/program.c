/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other programs, run without a shell.
 */
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"

void signals_hold(struct held_signals *held)
{
	static const int ending[] = { SIGHUP, SIGINT, SIGTERM, SIGQUIT };
	struct sigaction action;

	held->came = 0;
	/* Where it is ignored, nobody can be waited for. */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&held->set);
	sigaddset(&held->set, SIGCHLD);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		if (!sigaction(ending[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(&held->set, ending[i]);
	sigprocmask(SIG_BLOCK, &held->set, &held->before);
}

void signals_release(struct held_signals *held)
{
	if (held->came)
		raise(held->came);
	sigprocmask(SIG_SETMASK, &held->before, NULL);
}

/* Until PROCESS ends. */
static int wait_for(pid_t process, struct held_signals *held, int *status)
{
	pid_t ended;

	while (!(ended = waitpid(process, status, WNOHANG))) {
		int number = sigwaitinfo(&held->set, NULL);

		if (number < 0 || number == SIGCHLD)
			continue;
		if (!held->came)
			held->came = number;
		/* The one that make hands on to what it runs. */
		kill(process, SIGTERM);
	}
	return ended == process ? 0 : -1;
}

static int prepare(posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes,
		   const char *output, const struct held_signals *held)
{
	int error = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

	if (!error)
		error = posix_spawn_file_actions_addopen(files, STDOUT_FILENO, output,
							 O_WRONLY | O_CREAT | O_TRUNC | O_APPEND,
							 0600);
	if (!error)
		error = posix_spawn_file_actions_adddup2(files, STDOUT_FILENO, STDERR_FILENO);
	if (!error)
		error = posix_spawnattr_setsigmask(attributes, &held->before);
	if (!error)
		error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK);
	return error;
}

int program_run(const char *const *words, const char *const *environment, const char *output,
		struct held_signals *held, int *status)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	pid_t process;
	int error;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	error = prepare(&files, &attributes, output, held);
	if (!error)
		error = posix_spawnp(&process, words[0], &files, &attributes, (char *const *)words,
				     (char *const *)environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	if (!error && wait_for(process, held, status))
		error = errno;
	if (error)
		diag_system(NULL, "cannot run '%s': %s", words[0], strerror(error));
	return error ? -1 : 0;
}
