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
	char text[128]; /* almost every piece is a few bytes */
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if ((size_t)length < sizeof(text)) {
		obstack_grow(&out->obstack, text, length);
		return;
	}
	va_start(arguments, format);
	char *longer = xvasprintf(format, arguments);
	va_end(arguments);
	obstack_grow(&out->obstack, longer, length);
	free(longer);
}

void digest_text_start(struct digest_text *out, tree function)
{
	memset(out, 0, sizeof(*out));
	obstack_init(&out->obstack);
	out->function = function;
}

static void release(struct digest_text *out)
{
	obstack_free(&out->obstack, NULL);
	out->locals.release();
	out->temporaries.release();
	out->types.release();
	out->counted.release();
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
	release(out);
}

char *digest_text_take(struct digest_text *out)
{
	char *text;

	obstack_1grow(&out->obstack, '\0');
	text = xstrdup((const char *)obstack_finish(&out->obstack));
	release(out);
	return text;
}

void digest_text_put_char(struct digest_text *out, char character)
{
	obstack_1grow(&out->obstack, character);
}

/* A NUL or a quote inside is told from those around it by the length. */
void digest_text_put_string(struct digest_text *out, const char *text, size_t length)
{
	digest_text_put(out, "%zu\"", length);
	obstack_grow(&out->obstack, text, length);
	digest_text_put_char(out, '"');
}

/* Which of the text's names with a counter's number NAME is, in the order in which they occur. */
static unsigned int number_of(struct digest_text *out, const char *name)
{
	const char *other;
	unsigned int i;

	FOR_EACH_VEC_ELT(out->counted, i, other)
	if (!strcmp(other, name))
		return i;
	out->counted.safe_push(name);
	return i;
}

void digest_text_put_name(struct digest_text *out, const char *name)
{
	static const char *const counted[] = { "__UNIQUE_ID_", "__compiletime_assert_",
					       "__addressable_", "___addressable_" };
	int length = strlen(name);

	for (unsigned int i = 0; i < ARRAY_SIZE(counted); i++) {
		if (strncmp(name, counted[i], strlen(counted[i])) || !ISDIGIT(name[length - 1]))
			continue;
		while (ISDIGIT(name[length - 1]))
			length--;
		digest_text_put(out, "%.*s#%u", length, name, number_of(out, name));
		return;
	}
	digest_text_put(out, "%s", name);
}

void digest_text_unknown(const struct digest_text *out, tree at, const char *what)
{
	location_t place = at && EXPR_P(at) ? EXPR_LOCATION(at) : UNKNOWN_LOCATION;

	if (at && DECL_P(at))
		place = DECL_SOURCE_LOCATION(at);
	if (place == UNKNOWN_LOCATION && out->function)
		place = DECL_SOURCE_LOCATION(out->function);
	if (place == UNKNOWN_LOCATION)
		place = input_location;
	fatal_error(place, "klpmake cannot compare code that has a %qs of GCC", what);
}
