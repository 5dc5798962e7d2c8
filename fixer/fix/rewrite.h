/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a module in the kernel's livepatch ELF format. After livepatch.c, before check.c.
 */
#ifndef KLPMAKE_REWRITE_H
#define KLPMAKE_REWRITE_H

#include "fix/livepatch.h"

struct rewrite_options {
	bool strip_debug; /* leave out the .debug_* sections */
};

/*
 * Writes MODULE, changed as LIVEPATCH says, to the file descriptor FD, whose file is called PATH in
 * messages. MODULE is not changed. 0, or -1 after a message.
 */
int rewrite_module(const struct elf_file *module, const struct note *note,
		   const struct livepatch *livepatch, const struct rewrite_options *options, int fd,
		   const char *path, struct arena *arena);

#endif
