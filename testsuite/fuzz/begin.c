// SPDX-License-Identifier: GPL-2.0-or-later
// Begins klp-fixer, klp-plan and kallsympos for afl-fuzz: the process of which it makes a copy for each input has been
// started and linked already.
//
// An input may be the contents of one section. With FUZZ_PART="FILE HEADER INPUT RESULT", RESULT becomes a copy of the ELF
// file FILE with INPUT behind it, where the section header at offset HEADER has its section be.
#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int program_main(int argc, char **argv);

#ifdef __AFL_HAVE_MANUAL_CONTROL
#define START() __AFL_INIT()
#else
#define START()
#endif

static void fail(const char *path)
{
	perror(path);
	exit(3);
}

/* Adds what is in the file PATH to STREAM; how many bytes. */
static size_t add(FILE *stream, const char *path)
{
	FILE *input = fopen(path, "re");
	size_t count, size = 0;
	char bytes[4096];

	if (!input)
		fail(path);
	for (; (count = fread(bytes, 1, sizeof(bytes), input)) > 0; size += count)
		if (fwrite(bytes, 1, count, stream) != count)
			fail("a copy");
	fclose(input);
	return size;
}

static void put_together(const char *part)
{
	char whole[1024], input[1024], result[1024];
	FILE *stream;
	unsigned long header;
	Elf64_Off start;
	Elf64_Xword size;

	if (sscanf(part, "%1023s %lu %1023s %1023s", whole, &header, input, result) != 4)
		fail(part);
	stream = fopen(result, "w+e");
	if (!stream)
		fail(result);
	start = add(stream, whole);
	size = add(stream, input);
	fseek(stream, (long)(header + offsetof(Elf64_Shdr, sh_offset)), SEEK_SET);
	fwrite(&start, sizeof(start), 1, stream);
	fwrite(&size, sizeof(size), 1, stream);
	if (fclose(stream))
		fail(result);
}

int main(int argc, char **argv)
{
	const char *part = getenv("FUZZ_PART");

	START();
	if (part)
		put_together(part);
	return program_main(argc, argv);
}
