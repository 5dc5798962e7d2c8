/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types in the form that klpmake-note.h describes. Comes in: texts of signature.c's and of the plugin's. Goes out: whether
 * two agree, and C for messages.
 */
#include "dwarf/signature.h"

#include <stdlib.h>
#include <string.h>

/*
 * What nobody declares, and what would cost a stack and much time: types in types, and bytes. Compilers promise 12 of the
 * former, and 127 parameters (C11, 5.2.4.1).
 */
#define MAX_DEPTH  128
#define MAX_LENGTH (64 * 1024)

/* What is compared next in two signatures. */
struct pair {
	const char *one, *other;
};

static const char *after_number(const char *text)
{
	return text + strspn(text, "0123456789");
}

static const char *after_inner(const char *text, int depth);

/* Passes a function's parameters, to behind the ')'; NULL: malformed. DEPTH: of the function's own type. */
static const char *after_parameters(const char *text, int depth)
{
	while (text && *text && *text != ')')
		text = *text == '.' ? text + 1 : after_inner(text, depth + 1);
	return text && *text ? text + 1 : NULL;
}

/* "4:name;", of which the number may be missing, and the name be empty. */
static const char *after_tag(const char *text)
{
	text = after_number(text);
	text = *text == ':' ? strchr(text, ';') : NULL;
	return text ? text + 1 : NULL;
}

/* Passes one whole type, in DEPTH others; NULL: it is malformed. */
static const char *after_inner(const char *text, int depth)
{
	if (depth > MAX_DEPTH)
		return NULL;
	switch (*text++) {
	case 'v':
	case '?':
		return text;
	case 'b':
	case 's':
	case 'u':
	case 'f':
		return after_number(text);
	case 'p':
		return after_inner(text, depth + 1);
	case 'a':
		text = after_number(text);
		return *text == ':' ? after_inner(text + 1, depth + 1) : NULL;
	case 'S':
	case 'U':
	case 'E':
		return after_tag(text);
	case 'F':
		text = after_inner(text, depth + 1);
		return text && *text == '(' ? after_parameters(text + 1, depth) : NULL;
	default:
		return NULL;
	}
}

static const char *after_type(const char *text)
{
	return after_inner(text, 0);
}

bool signature_is_valid(const char *signature)
{
	const char *end = strnlen(signature, MAX_LENGTH + 1) > MAX_LENGTH ? NULL
									  : after_type(signature);

	return end && !*end;
}

static bool types_agree(struct pair *pair);

/* A number that may be missing on either side. */
static bool numbers_agree(struct pair *pair)
{
	const char *one = pair->one, *other = pair->other;
	size_t length;

	pair->one = after_number(one);
	pair->other = after_number(other);
	length = (size_t)(pair->one - one);
	if (!length || pair->other == other)
		return true;
	return (size_t)(pair->other - other) == length && !memcmp(one, other, length);
}

static bool tags_agree(struct pair *pair)
{
	size_t one, other;
	bool same;

	if (!numbers_agree(pair))
		return false;
	one = strcspn(pair->one, ";");
	other = strcspn(pair->other, ";");
	same = one == other && !memcmp(pair->one, pair->other, one);
	if (!pair->one[one] || !pair->other[other])
		return false;
	pair->one += one + 1;
	pair->other += other + 1;
	return same;
}

static bool parameters_agree(struct pair *pair)
{
	/* No prototype: any parameters. */
	if (!strncmp(pair->one, "?)", 2) || !strncmp(pair->other, "?)", 2)) {
		pair->one = after_parameters(pair->one, 0);
		pair->other = after_parameters(pair->other, 0);
		return pair->one && pair->other;
	}
	while (*pair->one && *pair->one != ')') {
		if (*pair->one == '.' || *pair->other == '.') {
			if (*pair->one++ != *pair->other++)
				return false;
		} else if (*pair->other == ')' || !types_agree(pair)) {
			return false;
		}
	}
	return *pair->one++ == ')' && *pair->other++ == ')';
}

static bool types_agree(struct pair *pair)
{
	char kind = *pair->one;

	if (*pair->one == '?' || *pair->other == '?') {
		pair->one = after_type(pair->one);
		pair->other = after_type(pair->other);
		return pair->one && pair->other;
	}
	if (kind != *pair->other)
		return false;
	pair->one++;
	pair->other++;
	switch (kind) {
	case 'v':
		return true;
	case 'b':
	case 's':
	case 'u':
	case 'f':
		return numbers_agree(pair);
	case 'p':
		return types_agree(pair);
	case 'a':
		return numbers_agree(pair) && *pair->one++ == ':' && *pair->other++ == ':' &&
		       types_agree(pair);
	case 'S':
	case 'U':
	case 'E':
		return tags_agree(pair);
	case 'F':
		return types_agree(pair) && *pair->one++ == '(' && *pair->other++ == '(' &&
		       parameters_agree(pair);
	default:
		return false;
	}
}

bool signature_agrees(const char *one, const char *other)
{
	struct pair pair = { one, other };

	return signature_is_valid(one) && signature_is_valid(other) && types_agree(&pair) &&
	       !*pair.one && !*pair.other;
}

static const char *integer_name(const char *text, size_t length)
{
	static const struct {
		const char *spelled, *name;
	} names[] = {
		{ "s1", "char" },
		{ "s2", "short" },
		{ "s4", "int" },
		{ "s8", "long" },
		{ "s16", "__int128" },
		{ "u1", "unsigned char" },
		{ "u2", "unsigned short" },
		{ "u4", "unsigned int" },
		{ "u8", "unsigned long" },
		{ "u16", "unsigned __int128" },
		{ "f4", "float" },
		{ "f8", "double" },
		{ "b1", "bool" },
		{ "v", "void" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i].spelled) == length && !memcmp(names[i].spelled, text, length))
			return names[i].name;
	return "?";
}

/* A space between a type and what follows it, unless that starts with nothing or a '*'. */
static const char *joined(const char *type, const char *rest, struct arena *arena)
{
	return arena_printf(arena, "%s%s%s", type, *rest ? " " : "", rest);
}

static const char *tagged_in_c(const char *text, const char *inner, bool sizes, struct arena *arena)
{
	const char *keyword = *text == 'S' ? "struct" : *text == 'U' ? "union" : "enum";
	const char *tag = strchr(text, ':') + 1;
	const char *name = arena_strndup(arena, tag, strcspn(tag, ";"));
	const char *type = arena_printf(arena, "%s %s", keyword, *name ? name : "{...}");
	int digits = (int)(tag - text) - 2;

	if (sizes && digits)
		type = arena_printf(arena, "%s /* %.*s bytes */", type, digits, text + 1);
	return joined(type, inner, arena);
}

static const char *type_in_c(const char *text, const char *inner, bool sizes, struct arena *arena);

/* TEXT is behind the '(' of a function's type. */
static const char *parameters_in_c(const char *text, bool sizes, struct arena *arena)
{
	const char *separator = "", *parameters;
	FILE *stream;
	size_t size;
	char *list;

	if (*text == ')')
		return "void";
	stream = memory_open(&list, &size);
	while (*text != ')') {
		const char *next = *text == '.'	  ? "..."
				   : *text == '?' ? ""
						  : type_in_c(text, "", sizes, arena);

		fprintf(stream, "%s%s", separator, next);
		if (*next)
			separator = ", ";
		text = *text == '.' ? text + 1 : after_type(text);
	}
	memory_close(stream, &list);
	parameters = arena_strdup(arena, list);
	free(list);
	return parameters;
}

/* TEXT, one well-formed type, around the declarator INNER. */
static const char *type_in_c(const char *text, const char *inner, bool sizes, struct arena *arena)
{
	const char *end;

	switch (*text) {
	case 'p':
		text++;
		if (*text == 'F' || *text == 'a')
			return type_in_c(text, arena_printf(arena, "(*%s)", inner), sizes, arena);
		return type_in_c(text, arena_printf(arena, "*%s", inner), sizes, arena);
	case 'a':
		end = after_number(text + 1);
		return type_in_c(end + 1,
				 arena_printf(arena, "%s[%.*s]", inner, (int)(end - text - 1),
					      text + 1),
				 sizes, arena);
	case 'S':
	case 'U':
	case 'E':
		return tagged_in_c(text, inner, sizes, arena);
	case 'F':
		end = after_type(text + 1) + 1;
		return type_in_c(text + 1,
				 arena_printf(arena, "%s(%s)", inner,
					      parameters_in_c(end, sizes, arena)),
				 sizes, arena);
	default:
		return joined(integer_name(text, (size_t)(after_type(text) - text)), inner, arena);
	}
}

const char *signature_in_c(const char *signature, const char *name, bool sizes, struct arena *arena)
{
	return signature_is_valid(signature) ? type_in_c(signature, name, sizes, arena)
					     : arena_printf(arena, "? %s", name);
}

uint64_t signature_size(const char *signature)
{
	uint64_t count = 1;
	char *end;

	while (*signature == 'a') {
		count *= strtoull(signature + 1, &end, 10); /* 0 where it is not known */
		if (*end != ':')
			return 0;
		signature = end + 1;
	}
	if (*signature == 'p')
		return 8 * count;
	return strchr("bsufSUE", *signature) ? count * strtoull(signature + 1, NULL, 10) : 0;
}
