/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image that a kernel is booted from. Comes in: the target's release. Goes out: the build ID in the notes of the
 * kernel that is inside, if that is an ELF file; of one that is not, no byte is known to be the kernel's own note.
 */
#include "kernel/boot-image.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compressed-file.h"
#include "base/diag.h"
#include "base/input-file.h"

/* A file in memory with LENGTH bytes, to be read from its start; -1: that failed. */
static int memory_file(const unsigned char *bytes, uint64_t length)
{
	int fd = memfd_create("boot image", MFD_CLOEXEC);

	while (fd >= 0 && length) {
		ssize_t written = write(fd, bytes, length);

		if (written <= 0) {
			close(fd);
			return -1;
		}
		bytes += written;
		length -= (uint64_t)written;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static const char *build_id_of_payload(const unsigned char *bytes, uint64_t length,
				       const char *path, struct arena *arena)
{
	int fd = memory_file(bytes, length);
	const char *id = NULL;
	bool compressed;
	Elf *elf;

	if (fd < 0)
		input_file_check_absent(path);
	else
		fd = compressed_file_open(fd, path, "the kernel's boot image", true, &compressed);
	if (fd < 0)
		return NULL;
	elf_version(EV_CURRENT);
	errno = 0;
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!elf)
		memory_check();
	else
		id = elf_build_id(elf, arena);
	elf_end(elf);
	close(fd);
	return id;
}

static const char *build_id_of_image(const char *path, struct arena *arena)
{
	int fd = input_file_open(path);
	uint64_t offset, length;
	const char *id = NULL;
	struct stat status;
	void *bytes = NULL;

	if (fd == INPUT_FILE_FAILED)
		input_file_check_absent(path);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &status))
		input_file_check_absent(path);
	else if (status.st_size > 0)
		bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		input_file_check_absent(path);
	else if (bytes) {
		if (arch_boot_payload(bytes, (uint64_t)status.st_size, &offset, &length))
			id = build_id_of_payload((unsigned char *)bytes + offset, length, path,
						 arena);
		munmap(bytes, (size_t)status.st_size);
	}
	close(fd);
	if (id)
		diag_verbose("build ID %s: of %s", id, path);
	return id;
}

const char *boot_image_build_id(const struct target *target)
{
	const char *const *paths = places_boot_images(&target->places);
	const char *id = NULL;

	while (!id && *paths)
		id = build_id_of_image(*paths++, target->arena);
	return id;
}
