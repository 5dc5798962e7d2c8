/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts that are kept from run to run. A file has the key, a line; the text; "end " and a hash of all before it, without
 * which it is not whole. Several runs may write it at once: the last one's stays.
 */
#include "plan/kept-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/content-hash.h"
#include "base/diag.h"
#include "base/input-file.h"
#include "base/temporary.h"
#include "base/text-file.h"

#define LAST_LINE "end "
#define LAST_SIZE (sizeof(LAST_LINE) - 1 + CONTENT_HASH_DIGITS + 1)

static void hash_text(const char *text, size_t size, char digits[CONTENT_HASH_DIGITS + 1])
{
	struct content_hash hash = CONTENT_HASH_START;

	content_hash_add(&hash, (const unsigned char *)text, size);
	content_hash_text(&hash, digits);
}

/* Takes the last line away. False: the text is not whole. */
static bool check_end(char *text, size_t size)
{
	char digits[CONTENT_HASH_DIGITS + 1];

	if (size < LAST_SIZE || text[size - 1] != '\n')
		return false;
	hash_text(text, size - LAST_SIZE, digits);
	if (strncmp(text + size - LAST_SIZE, LAST_LINE, sizeof(LAST_LINE) - 1) ||
	    strncmp(text + size - CONTENT_HASH_DIGITS - 1, digits, CONTENT_HASH_DIGITS))
		return false;
	text[size - LAST_SIZE] = '\0';
	return true;
}

char *kept_file_read(const char *file, const char *key, struct arena *arena)
{
	struct stat status;
	char *text, *line;
	size_t size;

	if (!input_file_status(file, &status) || !S_ISREG(status.st_mode) ||
	    !input_file_is_readable(file))
		return NULL;
	text = text_file_read(file, &size, arena);
	if (!text || !check_end(text, size))
		return NULL;
	line = strsep(&text, "\n");
	return strcmp(line, key) ? NULL : text;
}

/* To FILE, by way of the temporary file NEW, which is open as FD. Nothing in between can end the program. */
static bool write_file(const char *text, size_t size, int fd, const char *new, const char *file)
{
	ssize_t written = 0;

	for (size_t done = 0; done < size && written >= 0; done += written > 0 ? (size_t)written : 0)
		written = write(fd, text + done, size - done);
	return !close(fd) && written >= 0 && !rename(new, file);
}

void kept_file_write(const char *file, const char *key, const char *text, size_t size,
		     const char *what, struct arena *arena)
{
	char *new = arena_printf(arena, "%s.new-XXXXXX", file), *all;
	size_t head = strlen(key) + 1;
	char digits[CONTENT_HASH_DIGITS + 1];
	struct stat status;
	int fd;

	/* What is no file of ours, as a device, is nobody's to replace. */
	if (!lstat(file, &status) && !S_ISREG(status.st_mode))
		return;
	all = xcalloc(1, head + size + LAST_SIZE + 1);
	memcpy(all, key, head - 1);
	all[head - 1] = '\n';
	memcpy(all + head, text, size);
	hash_text(all, head + size, digits);
	sprintf(all + head + size, LAST_LINE "%s\n", digits);
	fd = temporary_create(new, S_IFREG);
	if (fd >= 0 && !write_file(all, head + size + LAST_SIZE, fd, new, file)) {
		unlink(new);
		fd = -1;
	}
	if (fd < 0)
		diag_verbose("cannot keep %s in %s: %s", what, file, strerror(errno));
	free(all);
}
