/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the compiler's names apart. Comes in: a symbol's name. Goes out: what it is to the source's name.
 *
 * A name may have several suffixes, "ip_rcv.part.0.constprop.0" or "foo.isra.0.cold": as soon as one of them
 * says that it is a clone, it is one, its cold part too.
 */
#include "kernel/symbol-name.h"

#include <stddef.h>
#include <string.h>

#include "base/util.h"

/* The word at SUFFIX, which is behind a dot, and the dot or the end behind it. */
static bool is_word(const char *suffix, size_t length, const char *word)
{
	return strlen(word) == length && !strncmp(suffix, word, length);
}

static enum symbol_name kind_of_word(const char *suffix, size_t length)
{
	static const char *const clones[] = { "isra", "constprop", "part" };

	for (size_t i = 0; i < ARRAY_SIZE(clones); i++)
		if (is_word(suffix, length, clones[i]))
			return SYMBOL_NAME_CLONE;
	if (is_word(suffix, length, "cold"))
		return SYMBOL_NAME_COLD;
	return is_word(suffix, length, "llvm") ? SYMBOL_NAME_LLVM : SYMBOL_NAME_OTHER;
}

/* "foo.cfi_jt": what clang's control flow integrity had pointers lead to, and jumps to foo. */
static bool is_jump(const char *suffix, size_t length)
{
	return is_word(suffix, length, "cfi_jt");
}

/* SUFFIX is what stands behind the source's name, from its first dot on. */
static enum symbol_name kind_of_suffix(const char *suffix)
{
	enum symbol_name kind = SYMBOL_NAME_OTHER;

	if (suffix[1] && !suffix[1 + strspn(suffix + 1, "0123456789")])
		return SYMBOL_NAME_NUMBERED;
	while (*suffix == '.') {
		size_t length = strcspn(++suffix, ".");
		enum symbol_name word = kind_of_word(suffix, length);

		if (word == SYMBOL_NAME_CLONE || is_jump(suffix, length))
			return word;
		if (kind == SYMBOL_NAME_OTHER || word == SYMBOL_NAME_COLD)
			kind = word;
		suffix += length;
	}
	return kind;
}

enum symbol_name symbol_name_of(const char *symbol, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(symbol, name, length))
		return SYMBOL_NAME_FOREIGN;
	if (!symbol[length])
		return SYMBOL_NAME_OWN;
	return symbol[length] == '.' ? kind_of_suffix(symbol + length) : SYMBOL_NAME_FOREIGN;
}

enum symbol_name symbol_name_in(const char *symbol, const char *function, const char *name)
{
	enum symbol_name kind = symbol_name_of(symbol, name);
	size_t length = function ? strlen(function) : 0;

	if (kind != SYMBOL_NAME_FOREIGN || !function || strncmp(symbol, function, length) ||
	    symbol[length] != '.')
		return kind;
	kind = symbol_name_of(symbol + length + 1, name);
	return kind == SYMBOL_NAME_OWN ? SYMBOL_NAME_NUMBERED : kind;
}

enum symbol_name symbol_name_alone(const char *symbol)
{
	const char *dot = strchr(symbol, '.');

	return dot ? kind_of_suffix(dot) : SYMBOL_NAME_OWN;
}

const char *symbol_name_source(const char *symbol, struct arena *arena)
{
	return arena_strndup(arena, symbol, strcspn(symbol, "."));
}

bool symbol_name_is_part(const char *symbol, const char *name)
{
	enum symbol_name kind = symbol_name_of(symbol, name);

	return kind == SYMBOL_NAME_CLONE || kind == SYMBOL_NAME_COLD;
}
