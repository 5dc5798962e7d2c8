/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is there of a kernel and what is missing: klp-plan --doctor. Before all other stages, for who wants to know
 * whether these can be done.
 */
#ifndef KLPMAKE_DOCTOR_H
#define KLPMAKE_DOCTOR_H

#include <stdio.h>

#include "kernel/places.h"

/* What was given, and is not searched for; NULL: it was not. PLACES has the build folder. */
struct doctor_options {
	const char *vmlinux;
	const char *source;
	char *const *versions; /* names that a source package may have */
	size_t version_count;
};

/*
 * Prints a line "STATE<tab>WHAT<tab>TEXT" to STREAM for each of the build folder, the image, the modules' debug files
 * and the source: STATE is "ok", and TEXT where it is, or "missing", and TEXT how to get it.
 */
void doctor_print(const struct places *places, const struct doctor_options *options, FILE *stream);

#endif
