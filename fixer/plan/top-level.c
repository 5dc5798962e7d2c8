/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes a preprocessed C file apart. Comes in: its text. Goes out: its items, and what they declare.
 *
 * Nothing of C is parsed but where an item ends and which words it declares: those before a '(', '[', '=', ',' or ';'
 * outside of all brackets, those in brackets where a name may be (as in "int (*f)(void)"), tags before a '{' and the
 * constants of enumerations. A word too many only has an item looked at that need not be.
 *
 *	static inline u32 f(struct s *p) { return p->x; }	declares f; is there for nothing if nobody uses f
 *	struct s { enum { A, B } e; } v;			declares s, A, B, v; v is a variable: a root
 *	typedef int (*fn_t)(struct s *);			declares fn_t
 */
#include "plan/top-level.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "plan/words.h"

/* What a word is to the compiler, as far as it matters here. */
enum word_kind {
	WORD_NAME,
	WORD_KEYWORD, /* part of a type, or says nothing of names */
	WORD_TAGGED,  /* struct, union, enum */
	WORD_STATIC,
	WORD_EXTERN,
	WORD_TYPEDEF,
	WORD_WITH_ARGUMENTS, /* a '(' behind it belongs to it: an attribute */
	WORD_TYPEOF,	     /* likewise, and it is a type */
	WORD_ASSEMBLER,
	WORD_ASSERT,
};

static const struct {
	const char *word;
	enum word_kind kind;
} keywords[] = {
	{ "struct", WORD_TAGGED },
	{ "union", WORD_TAGGED },
	{ "enum", WORD_TAGGED },
	{ "static", WORD_STATIC },
	{ "extern", WORD_EXTERN },
	{ "typedef", WORD_TYPEDEF },
	{ "__attribute__", WORD_WITH_ARGUMENTS },
	{ "__attribute", WORD_WITH_ARGUMENTS },
	{ "typeof", WORD_TYPEOF },
	{ "__typeof__", WORD_TYPEOF },
	{ "__typeof", WORD_TYPEOF },
	{ "typeof_unqual", WORD_TYPEOF },
	{ "_Alignas", WORD_WITH_ARGUMENTS },
	{ "alignas", WORD_WITH_ARGUMENTS },
	{ "_Atomic", WORD_TYPEOF },
	{ "asm", WORD_ASSEMBLER },
	{ "__asm__", WORD_ASSEMBLER },
	{ "__asm", WORD_ASSEMBLER },
	{ "_Static_assert", WORD_ASSERT },
	{ "static_assert", WORD_ASSERT },
	{ "const", WORD_KEYWORD },
	{ "__const", WORD_KEYWORD },
	{ "__const__", WORD_KEYWORD },
	{ "volatile", WORD_KEYWORD },
	{ "__volatile", WORD_KEYWORD },
	{ "__volatile__", WORD_KEYWORD },
	{ "restrict", WORD_KEYWORD },
	{ "__restrict", WORD_KEYWORD },
	{ "__restrict__", WORD_KEYWORD },
	{ "inline", WORD_KEYWORD },
	{ "__inline", WORD_KEYWORD },
	{ "__inline__", WORD_KEYWORD },
	{ "_Noreturn", WORD_KEYWORD },
	{ "register", WORD_KEYWORD },
	{ "auto", WORD_KEYWORD },
	{ "__auto_type", WORD_KEYWORD },
	{ "_Thread_local", WORD_KEYWORD },
	{ "__thread", WORD_KEYWORD },
	{ "__extension__", WORD_KEYWORD },
	{ "void", WORD_KEYWORD },
	{ "char", WORD_KEYWORD },
	{ "short", WORD_KEYWORD },
	{ "int", WORD_KEYWORD },
	{ "long", WORD_KEYWORD },
	{ "float", WORD_KEYWORD },
	{ "double", WORD_KEYWORD },
	{ "signed", WORD_KEYWORD },
	{ "__signed", WORD_KEYWORD },
	{ "__signed__", WORD_KEYWORD },
	{ "unsigned", WORD_KEYWORD },
	{ "_Bool", WORD_KEYWORD },
	{ "_Complex", WORD_KEYWORD },
	{ "__complex__", WORD_KEYWORD },
	{ "__int128", WORD_KEYWORD },
	{ "__int128_t", WORD_KEYWORD },
	{ "__builtin_va_list", WORD_KEYWORD },
	{ "__seg_gs", WORD_KEYWORD },
	{ "__seg_fs", WORD_KEYWORD },
};

/* Attributes for which something comes of what nobody uses. */
static const char *const kept[] = {
	"used",
	"__used__",
	"constructor",
	"__constructor__",
	"destructor",
	"__destructor__",
	"alias",
	"__alias__",
	"ifunc",
	"__ifunc__",
	"retain",
	"__retain__",
	"symver",
	"__symver__",
	"weakref",
	"__weakref__",
	"no_reorder",
	"__no_reorder__",
	"target_clones",
	"__target_clones__",
	"externally_visible",
	"__externally_visible__",
};

/* An item that is being read. */
struct reader {
	struct top_level *top;
	size_t at; /* the token that is looked at */
	struct top_item item;
	const struct token *pending; /* a word of which it is not known yet what it is */
	bool is_static, is_extern, is_typedef;
	bool has_type;	   /* a word of one was there */
	bool is_tag;	   /* the next word, or the last one, is a struct's, union's or enum's */
	bool has_name;	   /* this declarator's is known */
	bool has_variable; /* one of the names is a variable's */
	bool has_value;
};

static bool is_character(const struct token *token, char character)
{
	return token->length == 1 && *token->text == character;
}

static bool is_name(const struct token *token)
{
	return isalpha((unsigned char)*token->text) || *token->text == '_' || *token->text == '$' ||
	       *token->text & 0x80;
}

static enum word_kind kind_of(const struct token *token)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (*keywords[i].word == *token->text && token_is(token, keywords[i].word))
			return keywords[i].kind;
	return WORD_NAME;
}

/* Is the keyword a type, or a part of one? */
static bool is_type_word(const struct token *token)
{
	static const char *const types[] = { "void",	 "char",       "short",	     "int",
					     "long",	 "float",      "double",     "signed",
					     "unsigned", "_Bool",      "__signed__", "__int128",
					     "_Complex", "__auto_type" };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (token_is(token, types[i]))
			return true;
	return false;
}

/* Of two names, is the first one a type's, as "__le32", or does it say something of the second, as "__maybe_unused"? */
static bool may_be_type(const struct token *token)
{
	const char *end = token->text + token->length;

	if (token->length < 3 || memcmp(token->text, "__", 2) != 0)
		return true;
	return isdigit((unsigned char)end[-1]) || !memcmp(end - 2, "_t", 2);
}

/* As that of a macro: "DEFINE_MUTEX". */
static bool is_upper(const struct token *token)
{
	for (size_t i = 0; i < token->length; i++)
		if (islower((unsigned char)token->text[i]))
			return false;
	return true;
}

static void declare(struct reader *reader, const struct token *token)
{
	struct top_level *top = reader->top;

	top->names = array_grow(top->names, top->name_count, sizeof(*top->names));
	top->names[top->name_count++] = *token;
}

/* Behind the bracket at AT and its other one; 0: there is none. */
static size_t behind_group(const struct top_level *top, size_t at)
{
	size_t depth = 0;

	for (; at < top->token_count; at++) {
		const struct token *token = &top->tokens[at];

		if (token->length != 1)
			continue;
		if (strchr("([{", *token->text))
			depth++;
		else if (strchr(")]}", *token->text) && --depth == 0)
			return at + 1;
	}
	return 0;
}

/* An attribute, typeof or assembler at AT and what is in its brackets: where they end; 0: nowhere. */
static size_t behind_arguments(struct reader *reader, size_t at)
{
	const struct top_level *top = reader->top;
	size_t end;

	at++;
	while (at < top->token_count && is_name(&top->tokens[at]) &&
	       kind_of(&top->tokens[at]) == WORD_KEYWORD)
		at++; /* "asm volatile" */
	if (at == top->token_count || !is_character(&top->tokens[at], '('))
		return at;
	end = behind_group(top, at);
	for (; at < end; at++)
		for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
			if (token_is(&top->tokens[at], kept[i]))
				reader->item.is_root = true;
	return end;
}

/* The constants of an enumeration, whose '{' is at AT. */
static void declare_constants(struct reader *reader, size_t at, size_t end)
{
	const struct token *tokens = reader->top->tokens;

	for (; at + 1 < end; at++)
		if ((is_character(&tokens[at], '{') || is_character(&tokens[at], ',')) &&
		    is_name(&tokens[at + 1]))
			declare(reader, &tokens[at + 1]);
}

/* The tags and constants of types that are defined within the tokens AT to END. */
static void declare_types(struct reader *reader, size_t at, size_t end)
{
	const struct token *tokens = reader->top->tokens, *tag;
	enum word_kind kind;
	bool is_enum;
	size_t body;

	for (; at < end; at++) {
		if (!is_name(&tokens[at]) || kind_of(&tokens[at]) != WORD_TAGGED)
			continue;
		is_enum = *tokens[at].text == 'e';
		tag = NULL;
		for (body = at + 1; body < end && is_name(&tokens[body]);) {
			kind = kind_of(&tokens[body]);
			tag = kind == WORD_NAME ? &tokens[body] : tag;
			body = kind == WORD_WITH_ARGUMENTS ? behind_arguments(reader, body)
							   : body + 1;
			if (!body)
				return;
		}
		if (body >= end || !is_character(&tokens[body], '{'))
			continue;
		if (tag)
			declare(reader, tag);
		if (is_enum)
			declare_constants(reader, body, behind_group(reader->top, body));
	}
}

/* The word before the token at AT is what is declared. */
static void settle(struct reader *reader, bool is_variable)
{
	if (!reader->pending)
		return;
	declare(reader, reader->pending);
	reader->pending = NULL;
	reader->has_name = true;
	reader->has_variable |= is_variable;
}

/* The symbol's name that a declarator has been given: in the strings up to the token END. */
static void declare_symbol(struct reader *reader, size_t end)
{
	for (size_t at = reader->at; at < end; at++) {
		const struct token *token = &reader->top->tokens[at];
		struct token word = { .text = token->text };
		const char *text_end = token->text + token->length;

		if (*token->text != '"')
			continue;
		while ((word.text = word_next(word.text, text_end, &word.length))) {
			declare(reader, &word);
			word.text += word.length;
		}
	}
}

/* Assembler or an assertion: by itself, or, assembler behind a declarator, the symbol's name. */
static void read_special(struct reader *reader, enum word_kind kind)
{
	size_t end = behind_arguments(reader, reader->at);

	if (kind == WORD_ASSERT || reader->at == reader->item.first)
		reader->item.is_root = true;
	else
		declare_symbol(reader, end);
	reader->at = end;
}

static void read_word(struct reader *reader)
{
	const struct token *token = &reader->top->tokens[reader->at];
	enum word_kind kind = kind_of(token);

	switch (kind) {
	case WORD_STATIC:
		reader->is_static = true;
		break;
	case WORD_EXTERN:
		reader->is_extern = true;
		break;
	case WORD_TYPEDEF:
		reader->is_typedef = true;
		break;
	case WORD_TAGGED:
		reader->is_tag = true;
		reader->has_type = true;
		break;
	case WORD_NAME:
		reader->has_type |= reader->pending && may_be_type(reader->pending);
		reader->pending = token;
		break;
	case WORD_ASSEMBLER:
	case WORD_ASSERT:
		read_special(reader, kind);
		return;
	case WORD_WITH_ARGUMENTS:
	case WORD_TYPEOF:
		reader->has_type |= kind == WORD_TYPEOF;
		reader->at = behind_arguments(reader, reader->at);
		return;
	case WORD_KEYWORD:
		reader->has_type |= is_type_word(token);
		break;
	}
	reader->at++;
}

/*
 * Brackets are those of a function's parameters, or around a name: "int (*f)(void)", "int (f)(void)". What is in the
 * latter may be anything that leads to the name.
 */
static void read_round(struct reader *reader)
{
	const struct token *tokens = reader->top->tokens;
	size_t end = behind_group(reader->top, reader->at);
	bool is_pointer = end && is_character(&tokens[reader->at + 1], '*');
	bool is_around = end == reader->at + 3 && end < reader->top->token_count &&
			 is_character(&tokens[end], '(');

	/* A macro that declares something: "PageFlag(Dirty, dirty)", "static __read_mostly DEFINE_MUTEX(m)". */
	if (reader->pending && !is_pointer && (!reader->has_type || is_upper(reader->pending)))
		reader->item.is_root = true;
	if (!reader->has_name && (!reader->pending || is_pointer || is_around)) {
		for (size_t at = reader->at; at < end; at++)
			if (is_name(&tokens[at]) && kind_of(&tokens[at]) == WORD_NAME)
				declare(reader, &tokens[at]);
		reader->has_name = true;
		/* "int (f)(void)" is a function, and a variable to us: something more to compare. */
		reader->has_variable = true;
		reader->pending = NULL;
	} else {
		settle(reader, false);
	}
	reader->at = end;
}

/* A '{': 1 where the item has ended with it, a function's body; 0: it goes on. */
static int read_body(struct reader *reader)
{
	size_t end = behind_group(reader->top, reader->at);
	bool is_type = reader->is_tag && !reader->has_name;

	reader->at = end;
	reader->is_tag = false;
	if (reader->has_value || is_type) {
		/* Its tag is one of declare_types(). */
		reader->pending = NULL;
		return 0;
	}
	reader->item.is_root |= !reader->is_static || !reader->has_name;
	return 1;
}

/* ',' or ';': a declarator has ended. */
static void end_declarator(struct reader *reader)
{
	/* "struct s;" */
	settle(reader, !reader->is_tag || reader->has_name);
	reader->has_name = false;
}

/* Where a directive ends: with its line. */
static size_t behind_directive(const struct top_level *top, size_t at)
{
	for (at++; at < top->token_count && top->tokens[at].gap != GAP_LINE;)
		at++;
	return at;
}

/* A character at the top level: 1 where the item has ended, 0 where it goes on, -1 where it is not understood. */
static int read_character(struct reader *reader)
{
	const struct token *token = &reader->top->tokens[reader->at];

	switch (*token->text) {
	case '(':
		read_round(reader);
		return 0;
	case '[':
		settle(reader, true);
		reader->at = behind_group(reader->top, reader->at);
		return 0;
	case '{':
		return reader->at == reader->item.first ? -1 : read_body(reader);
	case '=':
		settle(reader, true);
		reader->has_value = true;
		break;
	case ',':
		end_declarator(reader);
		break;
	case ';':
		end_declarator(reader);
		reader->at++;
		return 1;
	case ')':
	case ']':
	case '}':
		return -1;
	default:
		/* "struct s *v", "u32 *v": the word was a tag, or a type. */
		reader->is_tag = false;
		reader->has_type |= reader->pending != NULL;
		reader->pending = NULL;
		break;
	}
	reader->at++;
	return 0;
}

static bool read_item(struct reader *reader)
{
	struct top_level *top = reader->top;
	const struct token *token = &top->tokens[reader->at], *before = NULL;
	int ended = 0;

	if (is_character(token, '#')) {
		reader->item.is_root = true;
		reader->at = behind_directive(top, reader->at);
		return true;
	}
	while (ended == 0) {
		if (reader->at >= top->token_count)
			return false;
		token = &top->tokens[reader->at];
		before = reader->pending;
		if (is_name(token))
			read_word(reader);
		else if (token->length == 1)
			ended = read_character(reader);
		else
			reader->at++;
		/* Of two words, the first was a tag or a type's. */
		if (before && reader->pending && reader->pending != before)
			reader->is_tag = false;
		/* A bracket has not its other one. */
		if (!reader->at)
			return false;
	}
	return ended > 0;
}

/* Is there something of a variable, which needs no name that is used? */
static bool is_definition(const struct reader *reader)
{
	return (reader->has_variable || reader->has_value) && !reader->is_static &&
	       !reader->is_typedef && (!reader->is_extern || reader->has_value);
}

static bool read_items(struct top_level *top)
{
	size_t at = 0;

	while (at < top->token_count) {
		struct reader reader = { .top = top, .at = at, .item = { .first = at } };

		reader.item.first_name = top->name_count;
		if (!read_item(&reader))
			return false;
		declare_types(&reader, at, reader.at);
		reader.item.is_root |= is_definition(&reader);
		reader.item.end = at = reader.at;
		reader.item.end_name = top->name_count;
		top->items = array_grow(top->items, top->item_count, sizeof(*top->items));
		top->items[top->item_count++] = reader.item;
	}
	return true;
}

bool top_level_read(struct top_level *top, const char *text, size_t size)
{
	const char *end = text + size;
	struct token token;

	memset(top, 0, sizeof(*top));
	while ((token = token_next(&text, end)).text) {
		top->tokens = array_grow(top->tokens, top->token_count, sizeof(*top->tokens));
		top->tokens[top->token_count++] = token;
	}
	return read_items(top);
}

void top_level_free(struct top_level *top)
{
	free(top->tokens);
	free(top->items);
	free(top->names);
	memset(top, 0, sizeof(*top));
}

/* What stands before an item does not count. */
uint64_t top_item_says(const struct top_level *top, const struct top_item *item)
{
	uint64_t says = 14695981039346656037u;

	for (size_t i = item->first; i < item->end; i++) {
		const struct token *token = &top->tokens[i];

		says = (says ^ word_hash(token->text, token->length)) * 1099511628211u;
		if (i > item->first)
			says = (says ^ (uint64_t)token->gap) * 1099511628211u;
	}
	return says;
}
