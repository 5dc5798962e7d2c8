/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Temporary files and folders, and what killed programs have left of these.
 */
#include "base/temporary.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "base/work-folder.h"

#define LETTERS 6 /* at the template's end */
#define TRIES	100

/* What is called PATH, locked, if nobody else has locked it and it is of that kind and this user's; -1: it is not. */
static int claim(const char *path, mode_t kind)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &status) && (status.st_mode & S_IFMT) == kind &&
	    status.st_uid == geteuid() && !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	close(fd);
	return -1;
}

/* Is NAME the template's, PREFIX of LENGTH bytes and letters or digits? */
static bool is_of_template(const char *name, const char *prefix, size_t length)
{
	if (strncmp(name, prefix, length) || strlen(name + length) != LETTERS)
		return false;
	for (name += length; *name; name++)
		if (!isalnum((unsigned char)*name))
			return false;
	return true;
}

static void remove_left_over(const char *path, mode_t kind)
{
	int fd = claim(path, kind);

	if (fd < 0)
		return;
	if (kind == S_IFDIR)
		work_folder_remove(path);
	else
		unlink(path);
	close(fd);
}

static void remove_all_left_over(const char *template, mode_t kind)
{
	struct arena arena = { NULL, 0, 0 };
	const char *slash = strrchr(template, '/'), *base = slash ? slash + 1 : template;
	char *folder = arena_strndup(&arena, template, (size_t)(base - template));
	DIR *entries = opendir(*folder ? folder : ".");
	struct dirent *entry;

	while (entries && (entry = readdir(entries)))
		if (is_of_template(entry->d_name, base, strlen(base) - LETTERS))
			remove_left_over(arena_printf(&arena, "%s%s", folder, entry->d_name), kind);
	if (entries)
		closedir(entries);
	arena_free(&arena);
}

/* Removes the new one at PATH, that FD leads to if it is one, and leaves errno. Goes out: -1. */
static int give_up(int fd, const char *path, mode_t kind)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	if (kind == S_IFDIR)
		rmdir(path);
	else
		unlink(path);
	errno = error;
	return -1;
}

/* False: it cannot be made, and *FD is -1. With a *FD of -1, it is gone already. */
static bool make(char *template, mode_t kind, int *fd)
{
	*fd = -1;
	if (kind == S_IFREG) {
		*fd = mkostemp(template, O_CLOEXEC);
		return *fd >= 0;
	}
	if (!mkdtemp(template))
		return false;
	*fd = open(template, O_RDONLY | O_DIRECTORY);
	if (*fd < 0 && errno != ENOENT) {
		give_up(-1, template, kind);
		return false;
	}
	return true;
}

/* 1: yes; 0: another one is, or none; -1: that cannot be told, see errno. */
static int is_called(int fd, const char *path)
{
	struct stat own, other;

	if (fstat(fd, &own))
		return -1;
	if (lstat(path, &other))
		return errno == ENOENT ? 0 : -1;
	return own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

int temporary_create(char *template, mode_t kind)
{
	remove_all_left_over(template, kind);
	for (int i = 0; i < TRIES; i++) {
		int fd, called;

		memset(template + strlen(template) - LETTERS, 'X', LETTERS);
		if (!make(template, kind, &fd))
			return -1;
		if (fd < 0)
			continue;
		/*
		 * Another program may have taken it for left over before it was locked. Where there are no
		 * locks, nobody does.
		 */
		flock(fd, LOCK_EX);
		called = is_called(fd, template);
		if (called > 0)
			return fd;
		if (called < 0)
			return give_up(fd, template, kind);
		close(fd);
	}
	errno = EBUSY;
	return -1;
}
