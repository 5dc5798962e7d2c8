/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options that all programs have.
 */
#include "kernel/options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "base/diag.h"

void options_add(struct option_list *list, const char *value)
{
	list->values = array_grow(list->values, list->count, sizeof(*list->values));
	list->values[list->count++] = value;
}

void options_free(struct target_options *target)
{
	free(target->symvers.values);
	free(target->objects.values);
}

static void take_object(struct target_options *target, const char *value)
{
	const char *equals = strchr(value, '=');

	if (!equals || equals == value || !equals[1])
		diag_usage("--object needs NAME=FILE, not '%s'", value);
	if (string_starts_with(value, "vmlinux="))
		diag_usage("--object is for modules: vmlinux is given with -v");
	options_add(&target->objects, value);
}

static void take_build_id(struct target_options *target, char *value)
{
	size_t length = strlen(value);

	if (!length || length % 2 || strspn(value, "0123456789abcdefABCDEF") != length)
		diag_usage("--build-id needs pairs of hexadecimal digits, not '%s'", value);
	for (char *at = value; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	target->build_id = value;
}

void options_take(int option, char **argv, struct target_options *target, const char *program,
		  const char *usage)
{
	switch (option) {
	case 'v':
		target->vmlinux = optarg;
		break;
	case 'r':
		target->release = optarg;
		break;
	case 'k':
		target->kallsyms = optarg;
		break;
	case 'd':
		target->debug_dir = optarg;
		break;
	case OPTIONS_ROOT:
		target->root = optarg;
		break;
	case OPTIONS_OBJECT:
		take_object(target, optarg);
		break;
	case OPTIONS_NOTES:
		target->notes = optarg;
		break;
	case OPTIONS_BUILD_ID:
		take_build_id(target, optarg);
		break;
	case 'q':
		diag_set_quiet(true);
		break;
	case OPTIONS_VERBOSE:
		diag_set_verbose(true);
		break;
	case OPTIONS_HELP:
		fputs(usage, stdout);
		diag_finish_output();
		exit((int)diag_status());
	case OPTIONS_VERSION:
		printf("%s (klpmake) %s\n", program, PACKAGE_VERSION);
		diag_finish_output();
		exit((int)diag_status());
	case ':':
		diag_usage("option '%s' needs an argument", argv[optind - 1]);
	default:
		diag_usage("unknown option '%s'", argv[optind - 1]);
	}
}
