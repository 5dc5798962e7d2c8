/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that may be compressed, as distributions have modules and their debug files. Used by
 * elf-file.c.
 */
#ifndef KLPMAKE_COMPRESSED_FILE_H
#define KLPMAKE_COMPRESSED_FILE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Replaces FD, an open file whose name is PATH, by a file in memory with its contents, if these are
 * compressed by xz, gzip or zstd; what they are tells the file itself, not its name. WHAT names the
 * file in messages. OPTIONAL: failures are warnings. *COMPRESSED tells whether it was. The new
 * descriptor, the old one, or -1 after a message, and FD is closed then.
 */
int compressed_file_open(int fd, const char *path, const char *what, bool optional,
			 bool *compressed);

/*
 * Can COMPRESSED bytes become SIZE ones, if nobody has made them to use up the memory? A kernel's debug information becomes
 * ten times as large.
 */
bool compressed_size_is_sane(uint64_t compressed, uint64_t size);
#define COMPRESSED_INSANE "it would become more than 100 times as large, or larger than 8 GiB"

#endif
