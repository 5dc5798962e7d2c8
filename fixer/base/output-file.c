/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is written completely or not at all.
 */
#include "base/output-file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/temporary.h"
#include "base/util.h"

#define MAX_FILES 4

/* Temporary files that are there at the moment, for the signal handler. */
static char *volatile unfinished[MAX_FILES];

static void remove_unfinished(void)
{
	for (int i = 0; i < MAX_FILES; i++)
		if (unfinished[i])
			unlink(unfinished[i]);
}

static void on_signal(int number)
{
	remove_unfinished();
	signal(number, SIG_DFL);
	raise(number);
}

/* A write beyond a limit of the file size is to be an error like others, not a signal. */
static void prepare_signals(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGTERM, SIGQUIT };
	static bool prepared;

	if (prepared)
		return;
	prepared = true;
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (signal(numbers[i], on_signal) == SIG_IGN)
			signal(numbers[i], SIG_IGN);
	atexit(remove_unfinished);
}

static void set_unfinished(char *from, char *to)
{
	for (int i = 0; i < MAX_FILES; i++)
		if (unfinished[i] == from) {
			unfinished[i] = to;
			return;
		}
}

/* "FOLDER/.NAME.klpmake-XXXXXX" beside PATH, which nothing else is called; from malloc. */
static char *template_of(const char *path)
{
	const char *name = path_base(path);
	char *template;

	if (asprintf(&template, "%.*s.%s.klpmake-XXXXXX", (int)(name - path), path, name) < 0)
		out_of_memory();
	return template;
}

int output_file_create(struct output_file *file, const char *path, mode_t mode)
{
	struct diag_place place = { path, 0 };
	struct stat status;

	file->fd = file->earlier_fd = -1;
	file->earlier = NULL;
	if (!stat(path, &status) && !S_ISREG(status.st_mode)) {
		diag_system(&place, "cannot write: %s",
			    S_ISDIR(status.st_mode) ? strerror(EISDIR)
						    : "it is not a regular file");
		return -1;
	}
	prepare_signals();
	file->path = path;
	file->temporary = template_of(path);
	file->fd = temporary_create(file->temporary, S_IFREG);
	if (file->fd < 0) {
		diag_system(&place, "cannot write to its folder: %s", strerror(errno));
		free(file->temporary);
		file->temporary = NULL;
		return -1;
	}
	set_unfinished(NULL, file->temporary);
	if (fchmod(file->fd, mode)) {
		diag_system(&place, "cannot set its mode: %s", strerror(errno));
		output_file_discard(file);
		return -1;
	}
	return 0;
}

static bool same_inode(const char *one, const char *other)
{
	struct stat a, b;

	return !stat(one, &a) && !stat(other, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool output_file_same(const char *one, const char *other)
{
	char *one_copy = strdup(one), *other_copy = strdup(other);
	bool same;

	if (!one_copy || !other_copy)
		out_of_memory();
	same = same_inode(one, other) || (!strcmp(path_base(one), path_base(other)) &&
					  same_inode(dirname(one_copy), dirname(other_copy)));
	free(one_copy);
	free(other_copy);
	return same;
}

int output_file_sync(struct output_file *file)
{
	struct diag_place place = { file->path, 0 };

	if (!fsync(file->fd))
		return 0;
	diag_system(&place, "cannot write: %s", strerror(errno));
	return -1;
}

/* A temporary file NAME that is in nobody's way but the reader's. It is told of where all went well, too: this is no note. */
static void remove_temporary(const char *name)
{
	if (unlink(name) && errno != ENOENT)
		diag_info("the temporary file '%s' cannot be removed: %s", name, strerror(errno));
}

static void forget_earlier(struct output_file *file)
{
	if (file->earlier_fd >= 0)
		close(file->earlier_fd);
	file->earlier_fd = -1;
	free(file->earlier);
	file->earlier = NULL;
}

/*
 * Keeps what is called FILE's path under another name; where there are no links, it has only that for a moment. It is locked,
 * so that nobody takes it for left over.
 */
static int keep_earlier(struct output_file *file)
{
	struct stat status;
	int fd, error;

	if (lstat(file->path, &status))
		return errno == ENOENT ? 0 : -1;
	file->earlier_fd = open(file->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file->earlier_fd >= 0)
		flock(file->earlier_fd, LOCK_EX | LOCK_NB);
	file->earlier = template_of(file->path);
	fd = temporary_create(file->earlier, S_IFREG);
	if (fd >= 0) {
		close(fd);
		if (!unlink(file->earlier) &&
		    (!link(file->path, file->earlier) || !rename(file->path, file->earlier)))
			return 0;
		error = errno;
		remove_temporary(file->earlier);
		errno = error;
	}
	error = errno;
	forget_earlier(file);
	errno = error;
	return -1;
}

/* FILE has its name, or not yet; from here on, what was there before has it again. */
static void undo(struct output_file *file, bool renamed)
{
	struct diag_place place = { file->path, 0 };

	if (file->earlier && rename(file->earlier, file->path)) {
		diag_system(&place, "cannot put back what was there, which is '%s' now: %s",
			    file->earlier, strerror(errno));
	} else if (file->earlier) {
		/* Where both are the same file, that has done nothing. */
		remove_temporary(file->earlier);
	} else if (renamed) {
		unlink(file->path);
	}
}

/* FILE has its name for good. */
static void finish(struct output_file *file)
{
	if (file->earlier)
		remove_temporary(file->earlier);
	forget_earlier(file);
	close(file->fd);
	file->fd = -1;
	set_unfinished(file->temporary, NULL);
	free(file->temporary);
	file->temporary = NULL;
}

/* One of several files. */
static int rename_file(struct output_file *file, bool last)
{
	struct diag_place place = { file->path, 0 };
	int error;

	if ((last || !keep_earlier(file)) && !rename(file->temporary, file->path))
		return 0;
	error = errno;
	undo(file, false);
	diag_system(&place, "cannot write: %s", strerror(error));
	return -1;
}

int output_file_commit(struct output_file *const *files, size_t count)
{
	size_t done = 0;
	sigset_t all, before;

	/* Nobody ends this in the middle. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	while (done < count && !rename_file(files[done], done + 1 == count))
		done++;
	for (size_t i = 0; i < done; i++) {
		if (done < count)
			undo(files[i], true);
		else
			finish(files[i]);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return done < count ? -1 : 0;
}

void output_file_discard(struct output_file *file)
{
	if (!file->temporary)
		return;
	if (file->fd >= 0)
		close(file->fd);
	remove_temporary(file->temporary);
	set_unfinished(file->temporary, NULL);
	free(file->temporary);
	file->temporary = NULL;
	forget_earlier(file);
}
