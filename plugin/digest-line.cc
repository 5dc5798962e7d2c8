/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of a digest, in the form that klpmake-digest.h describes. Comes in: fields, by their columns. Goes out: a
 * line. For digest.cc and those that it asks.
 */
#include "gcc-compat.h"
#include "digest-line.h"

static const char *const record_words[] = DIGEST_RECORD_WORDS;

void digest_line_write(FILE *file, enum digest_record record, const char *const *fields,
		       unsigned int columns)
{
	fputs(record_words[record], file);
	for (unsigned int i = 1; i < columns; i++)
		fprintf(file, "\t%s", fields[i] && *fields[i] ? fields[i] : DIGEST_NONE);
	fputc('\n', file);
}

const char *digest_line_of(tree decl, char text[LINE_NUMBER_SIZE])
{
	snprintf(text, LINE_NUMBER_SIZE, "%d", DECL_SOURCE_LINE(decl));
	return text;
}
