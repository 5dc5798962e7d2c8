/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which packages of a distribution have a kernel's files, as far as the kernel's release tells. For messages.
 */
#ifndef KLPMAKE_DISTRIBUTION_H
#define KLPMAKE_DISTRIBUTION_H

#include "base/util.h"

/* Names of packages, or what else there is to get; in the arena. */
struct packages {
	const char *headers; /* the build folder */
	const char *debug;   /* vmlinux and the modules with debug information */
	const char *source;

	/* The distribution's command that gets them; NULL: the release does not tell which one it is. */
	const char *get_headers, *get_debug, *get_source;
};

/* VERSION is the one that the source's package is called by where the distribution has several; NULL: unknown. */
void distribution_packages(struct packages *packages, const char *release, const char *version,
			   struct arena *arena);

/* The length of RELEASE without a flavour, such as "-default", at its end. */
size_t distribution_plain_length(const char *release);

#endif
