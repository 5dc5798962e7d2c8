/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are read.
 */
#include "base/input-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"

#define PIPE_FILE_SYSTEM 0x50495045 /* PIPEFS_MAGIC of <linux/magic.h> */

/* PATH may lead to a named pipe that nobody writes to, or to a terminal. */
static int open_any(const char *path, struct stat *status)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), error;

	if (fd < 0)
		return INPUT_FILE_FAILED;
	if (!fstat(fd, status))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return INPUT_FILE_FAILED;
}

int input_file_open(const char *path)
{
	struct stat status;
	int fd = open_any(path, &status);

	if (fd < 0 || S_ISREG(status.st_mode))
		return fd;
	close(fd);
	return INPUT_FILE_NOT_REGULAR;
}

static bool is_nameless_pipe(int fd, const struct stat *status)
{
	struct statfs system;

	return S_ISFIFO(status->st_mode) && !fstatfs(fd, &system) &&
	       system.f_type == PIPE_FILE_SYSTEM;
}

FILE *input_file_stream(const char *path, const char **reason)
{
	struct stat status;
	int fd = open_any(path, &status);
	FILE *stream = NULL;

	if (fd >= 0 && !S_ISREG(status.st_mode) && !is_nameless_pipe(fd, &status)) {
		*reason = S_ISDIR(status.st_mode) ? strerror(EISDIR) : "it is not a regular file";
		close(fd);
		return NULL;
	}
	/* From here on, there is something to wait for. */
	if (fd >= 0 && !fcntl(fd, F_SETFL, 0))
		stream = fdopen(fd, "r");
	if (stream)
		return stream;
	*reason = strerror(errno);
	if (fd >= 0)
		close(fd);
	return NULL;
}

void input_file_check_absent(const char *path)
{
	static const int absent[] = { ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG };
	struct diag_place place = { path, 0 };

	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		if (errno == absent[i])
			return;
	diag_system(&place, "cannot be looked at: %s", strerror(errno));
	exit(DIAG_SYSTEM);
}

/* RESULT is that of a look at PATH. */
static bool was_there(const char *path, int result)
{
	if (result)
		input_file_check_absent(path);
	return !result;
}

bool input_file_is_there(const char *path)
{
	return was_there(path, access(path, F_OK));
}

bool input_file_is_readable(const char *path)
{
	return was_there(path, access(path, R_OK));
}

bool input_file_status(const char *path, struct stat *status)
{
	return was_there(path, stat(path, status));
}

bool input_file_link_status(const char *path, struct stat *status)
{
	return was_there(path, lstat(path, status));
}
