/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text that a digest is one of. Comes in: piece by piece, what digest-type.cc, digest-tree.cc and
 * digest-body.cc say of a type, a value or a function's body. Goes out: the digest of the text, which is
 * the same where the texts are. KLPMAKE_DIGEST_TEXT in the environment prints each text behind its digest.
 */
#include "gcc-compat.h"
#include "digest-text.h"

#include "md5.h"

void digest_text_put(struct digest_text *out, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	obstack_grow(&out->obstack, text, strlen(text));
	free(text);
}

void digest_text_start(struct digest_text *out, tree function)
{
	memset(out, 0, sizeof(*out));
	obstack_init(&out->obstack);
	out->function = function;
}

void digest_text_finish(struct digest_text *out, char *digest)
{
	size_t size = obstack_object_size(&out->obstack);
	const char *text = (const char *)obstack_finish(&out->obstack);
	unsigned char sum[16];

	md5_buffer(text, size, sum);
	for (unsigned int i = 0; i < sizeof(sum); i++)
		sprintf(digest + 2 * i, "%02x", sum[i]);
	if (getenv("KLPMAKE_DIGEST_TEXT")) {
		fprintf(stderr, "%s ", digest);
		fwrite(text, size, 1, stderr);
		fputc('\n', stderr);
	}
	obstack_free(&out->obstack, NULL);
	out->locals.release();
	out->temporaries.release();
	out->types.release();
}

void digest_text_put_char(struct digest_text *out, char character)
{
	obstack_1grow(&out->obstack, character);
}

void digest_text_put_name(struct digest_text *out, const char *name)
{
	static const char *const counted[] = { "__UNIQUE_ID_", "__compiletime_assert_",
					       "__addressable_", "___addressable_" };
	size_t length = strlen(name);

	for (unsigned int i = 0; i < ARRAY_SIZE(counted); i++)
		if (!strncmp(name, counted[i], strlen(counted[i])))
			while (length && ISDIGIT(name[length - 1]))
				length--;
	digest_text_put(out, "%.*s", (int)length, name);
}
