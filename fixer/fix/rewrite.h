/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a module in the kernel's livepatch ELF format. After livepatch.c, before check.c.
 */
#ifndef KLPMAKE_REWRITE_H
#define KLPMAKE_REWRITE_H

#include "fix/livepatch.h"

struct rewrite_options {
	bool strip_debug; /* leave out the .debug_* sections */
	const char *
		name; /* what the module is to be called, as rename_check() allows it; NULL: as it is */
};

/*
 * Writes MODULE, changed as LIVEPATCH says, which for a finished module may be a plan of nothing, to the file descriptor FD, whose file is called PATH in
 * messages. MODULE is not changed. 0, or -1 after a message.
 */
int rewrite_module(const struct elf_file *module, const struct note *note,
		   const struct livepatch *livepatch, const struct rewrite_options *options, int fd,
		   const char *path, struct arena *arena);

#endif
