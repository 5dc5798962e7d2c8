/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that may be compressed. Comes in: an open file. Goes out: one with its plain contents, in
 * memory where it was compressed. The work is left to the libraries of the three formats; configure
 * finds out which of them there are.
 */
#include "base/compressed-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "base/diag.h"
#include "base/util.h"

#ifdef HAVE_LIBLZMA
#include <lzma.h>
#endif
#ifdef HAVE_LIBZ
#include <zlib.h>
#endif
#ifdef HAVE_LIBZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif

#define CHUNK (256 * 1024) /* bytes that are read or written at once */

#define MAX_RATIO  100
#define SMALL_SIZE (64ull << 20) /* bytes for which no ratio is too large */
#define MAX_SIZE   (8ull << 30)
#define MAX_MEMORY (256ull << 20) /* bytes of xz itself, which needs 65 MiB for what "xz -9" made */

/* A file on its way from FROM to TO. */
struct stream {
	int from, to;
	const char *path, *what;
	bool optional;		 /* failures are warnings */
	unsigned char *in, *out; /* CHUNK bytes each */
	uint64_t size;		 /* of FROM */
	uint64_t written;
};

bool compressed_size_is_sane(uint64_t compressed, uint64_t size)
{
	return size <= MAX_SIZE && (size <= SMALL_SIZE || size / MAX_RATIO <= compressed);
}

static int report(const struct stream *stream, const char *text)
{
	struct diag_place place = { stream->path, 0 };

	if (stream->optional)
		diag_warning(&place, "elf", "cannot decompress %s: %s", stream->what, text);
	else
		diag_error(&place, "elf", "cannot decompress %s: %s", stream->what, text);
	return -1;
}

/* Also of what is optional: it is there, and may have been what was needed. */
static int failed(const struct stream *stream)
{
	struct diag_place place = { stream->path, 0 };

	diag_system(&place, "cannot read %s: %s", stream->what, strerror(errno));
	return -1;
}

static int __attribute__((unused)) damaged(const struct stream *stream, const char *format)
{
	char text[64];

	snprintf(text, sizeof(text), "its %s data is damaged or cut off", format);
	return report(stream, text);
}

static int __attribute__((unused))
unsupported(const struct stream *stream, const char *format, const char *library)
{
	char text[64];

	snprintf(text, sizeof(text), "this program was built without support for %s", format);
	report(stream, text);
	diag_note(NULL, "decompress the file, or build klpmake with %s", library);
	return -1;
}

/* At most CHUNK bytes into stream->in; their number, 0 at the end, or -1 after a message. */
static ssize_t __attribute__((unused)) read_chunk(const struct stream *stream)
{
	ssize_t got;

	do
		got = read(stream->from, stream->in, CHUNK);
	while (got < 0 && errno == EINTR);
	return got < 0 ? failed(stream) : got;
}

/* The first SIZE bytes of stream->out. */
static int __attribute__((unused)) write_chunk(struct stream *stream, size_t size)
{
	stream->written += size;
	if (!compressed_size_is_sane(stream->size, stream->written))
		return report(stream, COMPRESSED_INSANE);
	for (size_t done = 0; done < size;) {
		ssize_t written = write(stream->to, stream->out + done, size - done);

		if (written < 0 && errno != EINTR)
			return failed(stream);
		done += written > 0 ? (size_t)written : 0;
	}
	return 0;
}

#ifdef HAVE_LIBLZMA
static int run_xz(struct stream *stream, lzma_stream *xz)
{
	lzma_ret status = LZMA_OK;

	while (status != LZMA_STREAM_END) {
		ssize_t got = xz->avail_in ? 1 : read_chunk(stream);

		if (got < 0)
			return -1;
		if (!xz->avail_in) {
			xz->next_in = stream->in;
			xz->avail_in = (size_t)got;
		}
		xz->next_out = stream->out;
		xz->avail_out = CHUNK;
		status = lzma_code(xz, got ? LZMA_RUN : LZMA_FINISH);
		if (status == LZMA_MEM_ERROR)
			out_of_memory();
		if (status == LZMA_MEMLIMIT_ERROR)
			return report(stream, "xz would need more memory than 256 MiB");
		if (status != LZMA_OK && status != LZMA_STREAM_END)
			return damaged(stream, "xz");
		if (write_chunk(stream, CHUNK - xz->avail_out))
			return -1;
	}
	return 0;
}
#endif

static int from_xz(struct stream *stream)
{
#ifdef HAVE_LIBLZMA
	lzma_stream xz = LZMA_STREAM_INIT;
	int result;

	if (lzma_stream_decoder(&xz, MAX_MEMORY, LZMA_CONCATENATED) != LZMA_OK)
		out_of_memory();
	result = run_xz(stream, &xz);
	lzma_end(&xz);
	return result;
#else
	return unsupported(stream, "xz", "liblzma");
#endif
}

#ifdef HAVE_LIBZ
/* Several files behind each other are one, too (RFC 1952, 2.2). */
static int run_gzip(struct stream *stream, z_stream *gzip)
{
	int status = Z_STREAM_END;
	bool full = false; /* there may be more of what was read */

	for (;;) {
		if (!gzip->avail_in && !full) {
			ssize_t got = read_chunk(stream);

			if (got <= 0)
				return got || status == Z_STREAM_END ? (int)got
								     : damaged(stream, "gzip");
			gzip->next_in = stream->in;
			gzip->avail_in = (unsigned int)got;
		}
		if (status == Z_STREAM_END && inflateReset(gzip) != Z_OK)
			out_of_memory();
		gzip->next_out = stream->out;
		gzip->avail_out = CHUNK;
		status = inflate(gzip, Z_NO_FLUSH);
		if (status == Z_MEM_ERROR)
			out_of_memory();
		/* Z_BUF_ERROR: there was no more. */
		if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
			return damaged(stream, "gzip");
		if (write_chunk(stream, CHUNK - gzip->avail_out))
			return -1;
		full = !gzip->avail_out && status != Z_STREAM_END;
	}
}
#endif

static int from_gzip(struct stream *stream)
{
#ifdef HAVE_LIBZ
	z_stream gzip = { .avail_in = 0 };
	int result;

	/* The largest window, and a header of gzip's. */
	if (inflateInit2(&gzip, 16 + MAX_WBITS) != Z_OK)
		out_of_memory();
	result = run_gzip(stream, &gzip);
	inflateEnd(&gzip);
	return result;
#else
	return unsupported(stream, "gzip", "zlib");
#endif
}

#ifdef HAVE_LIBZSTD
/* CODE is libzstd's. */
static int zstd_failed(const struct stream *stream, size_t code)
{
	if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation)
		out_of_memory();
	return damaged(stream, "zstd");
}

static int run_zstd(struct stream *stream, ZSTD_DStream *zstd)
{
	size_t wanted = 1;
	ssize_t got;

	while ((got = read_chunk(stream)) > 0) {
		ZSTD_inBuffer in = { stream->in, (size_t)got, 0 };

		while (in.pos < in.size) {
			ZSTD_outBuffer out = { stream->out, CHUNK, 0 };

			wanted = ZSTD_decompressStream(zstd, &out, &in);
			if (ZSTD_isError(wanted))
				return zstd_failed(stream, wanted);
			if (write_chunk(stream, out.pos))
				return -1;
		}
	}
	if (got < 0)
		return -1;
	/* What it still holds back. */
	for (size_t last = 1; wanted && last;) {
		ZSTD_inBuffer in = { stream->in, 0, 0 };
		ZSTD_outBuffer out = { stream->out, CHUNK, 0 };

		wanted = ZSTD_decompressStream(zstd, &out, &in);
		if (ZSTD_isError(wanted))
			return zstd_failed(stream, wanted);
		last = out.pos;
		if (write_chunk(stream, out.pos))
			return -1;
	}
	return wanted ? damaged(stream, "zstd") : 0;
}
#endif

static int from_zstd(struct stream *stream)
{
#ifdef HAVE_LIBZSTD
	ZSTD_DStream *zstd = ZSTD_createDStream();
	int result;

	if (!zstd || ZSTD_isError(ZSTD_initDStream(zstd)))
		out_of_memory();
	result = run_zstd(stream, zstd);
	ZSTD_freeDStream(zstd);
	return result;
#else
	return unsupported(stream, "zstd", "libzstd");
#endif
}

typedef int decompressor(struct stream *stream);

/* What decompresses a file that starts with these BYTES; NULL: it is not compressed. */
static decompressor *decompressor_of(const unsigned char *bytes, size_t count)
{
	static const struct {
		const char *magic;
		size_t size; /* bytes */
		decompressor *decompress;
	} known[] = {
		{ "\xfd"
		  "7zXZ\0",
		  6, from_xz },
		{ "\x1f\x8b", 2, from_gzip },
		{ "\x28\xb5\x2f\xfd", 4, from_zstd },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (count >= known[i].size && !memcmp(bytes, known[i].magic, known[i].size))
			return known[i].decompress;
	return NULL;
}

/* The first SIZE bytes of FD, or as many as there are: their number, or -1 with errno. */
static ssize_t read_start(int fd, unsigned char *bytes, size_t size)
{
	size_t count = 0;
	ssize_t got;

	do {
		got = pread(fd, bytes + count, size - count, (off_t)count);
		count += got > 0 ? (size_t)got : 0;
	} while (got > 0 && count < size);
	return got < 0 ? -1 : (ssize_t)count;
}

int compressed_file_open(int fd, const char *path, const char *what, bool optional,
			 bool *compressed)
{
	struct stream stream = { .from = fd, .path = path, .what = what, .optional = optional };
	decompressor *decompress;
	struct stat status;
	unsigned char magic[6];
	ssize_t count = read_start(fd, magic, sizeof(magic));

	if (count < 0) {
		failed(&stream);
		close(fd);
		return -1;
	}
	decompress = decompressor_of(magic, (size_t)count);
	*compressed = decompress;
	if (!decompress)
		return fd;
	stream.to = fstat(fd, &status) ? -1 : memfd_create(path_base(path), MFD_CLOEXEC);
	if (stream.to < 0) {
		failed(&stream);
	} else {
		stream.size = (uint64_t)status.st_size;
		stream.in = xcalloc(2, CHUNK);
		stream.out = stream.in + CHUNK;
		if (decompress(&stream)) {
			close(stream.to);
			stream.to = -1;
		}
		free(stream.in);
	}
	close(fd);
	return stream.to;
}
