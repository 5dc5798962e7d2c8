/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a header has. Comes in: its text. Goes out: its macros and declarations, each with the words that it is made of, and
 * the words of what counts for all who include it. For mentions.c.
 */
#include "plan/header-contents.h"

#include <stdlib.h>
#include <string.h>

#include "plan/macros.h"
#include "plan/tokens.h"
#include "plan/top-level.h"
#include "plan/words.h"

/* The words of a text that counts for all who include the header. */
static void add_words(struct contents *contents, const char *text, const char *end)
{
	const char *word;
	size_t length = 0;

	for (word = word_next_in_calls(text, end, &length); word;
	     word = word_next_in_calls(word + length, end, &length)) {
		contents->words =
			array_grow(contents->words, contents->word_count, sizeof(*contents->words));
		contents->words[contents->word_count++] = word_hash(word, length);
	}
}

/* Does the #define put names together? A comma before ## is a name's end: it goes where no argument follows. */
static bool does_paste(const char *text)
{
	const char *at = text, *before;

	while ((at = strstr(at, "##"))) {
		before = at;
		while (before > text && before[-1] == ' ')
			before--;
		if (before > text && before[-1] != ',')
			return true;
		at += 2;
	}
	return false;
}

/* A definition with the words of the text but those of LESS, and room for NAME_COUNT names. */
static struct definition *add_definition(struct contents *contents, const char *text,
					 const char *end, const struct word_set *less,
					 size_t name_count, struct arena *arena)
{
	struct definition *definition;
	size_t length = 0, count = 0;
	const char *word;

	contents->definitions = array_grow(contents->definitions, contents->definition_count,
					   sizeof(*contents->definitions));
	definition = &contents->definitions[contents->definition_count++];
	for (word = word_next_in_calls(text, end, &length); word;
	     word = word_next_in_calls(word + length, end, &length))
		count++;
	*definition = (struct definition){
		.names = arena_alloc(arena, (name_count + 1) * sizeof(*definition->names)),
		.words = arena_alloc(arena, (count + 1) * sizeof(*definition->words)),
	};
	for (word = word_next_in_calls(text, end, &length); word;
	     word = word_next_in_calls(word + length, end, &length)) {
		uint64_t hash = word_hash(word, length);

		if (!less || !word_set_has(less, hash))
			definition->words[definition->word_count++] = hash;
	}
	return definition;
}

/* The parameters of a macro go to PARAMETERS. TEXT is what follows the macro's name; what is behind the list. */
static const char *read_parameters(struct word_set *parameters, const char *text)
{
	const char *end = strchr(text, ')'), *word;
	size_t length = 0;

	if (*text != '(' || !end)
		return text;
	for (word = word_next_code(text, end, &length); word;
	     word = word_next_code(word + length, end, &length))
		word_set_add(parameters, word, length);
	return end + 1;
}

static void add_macro(struct contents *contents, const struct macro *macro, struct arena *arena)
{
	const char *text = macro->text + macro->definition, *end = text + strlen(text);
	struct word_set parameters = { .count = 0 };
	struct definition *definition;
	const char *behind, *body;
	size_t length = 0;

	/* "define" or "undef", and the name. */
	behind = word_next(text, end, &length) + length;
	behind = word_next(behind, end, &length) + length;
	body = read_parameters(&parameters, behind);
	definition = add_definition(contents, body, end, &parameters, 1, arena);
	definition->names[definition->name_count++] = arena_strdup(arena, macro->name);
	definition->pastes = does_paste(text);
	definition->is_object = body == behind;
	word_set_free(&parameters);
}

static enum definition_kind kind_of_item(const struct top_level *top, const struct top_item *item)
{
	const struct token *last = &top->tokens[item->end - 1], *first = NULL;
	bool is_typedef = token_is(&top->tokens[item->first], "typedef"), has_body = false;
	size_t depth = 0;

	for (size_t i = item->first; i < item->end; i++) {
		const struct token *token = &top->tokens[i];

		if (token_is(token, "=") && !depth)
			return DEFINED_CODE;
		if (token_is(token, "(") || token_is(token, "{") || token_is(token, "[")) {
			first = first || token_is(token, "[") ? first : token;
			has_body = has_body || (!depth && token_is(token, "{"));
			depth++;
		} else if (token_is(token, ")") || token_is(token, "}") || token_is(token, "]")) {
			depth -= depth > 0;
		}
	}
	if (!token_is(last, ";"))
		return DEFINED_CODE;
	if (is_typedef || (first && token_is(first, "{")))
		return DEFINED_TYPE;
	return has_body ? DEFINED_CODE : DEFINED_PROTO;
}

static void add_item(struct contents *contents, const struct top_level *top,
		     const struct top_item *item, struct arena *arena)
{
	const struct token *first = &top->tokens[item->first], *last = &top->tokens[item->end - 1];
	const char *end = last->text + last->length;
	struct definition *definition;

	if (item->is_root || item->first_name == item->end_name) {
		add_words(contents, first->text, end);
		return;
	}
	definition = add_definition(contents, first->text, end, NULL,
				    item->end_name - item->first_name, arena);
	definition->kind = kind_of_item(top, item);
	for (size_t i = item->first_name; i < item->end_name; i++)
		definition->names[definition->name_count++] =
			arena_strndup(arena, top->names[i].text, top->names[i].length);
}

/* What is not understood counts for all who include the header. */
static void read_items(struct contents *contents, const char *text, size_t size,
		       struct arena *arena)
{
	char *plain = tokens_plain_text(text, &size, NULL);
	struct top_level top;

	if (top_level_read(&top, plain, size))
		for (size_t i = 0; i < top.item_count; i++)
			add_item(contents, &top, &top.items[i], arena);
	else
		add_words(contents, plain, plain + size);
	top_level_free(&top);
	free(plain);
}

void contents_read(struct contents *contents, const char *text, size_t size, struct arena *arena)
{
	struct arena texts = { NULL, 0, 0 };
	struct macros macros;

	contents->is_read = true;
	read_items(contents, text, size, arena);
	macros_read(&macros, text, size, &texts);
	for (size_t i = 0; i < macros.count; i++)
		add_macro(contents, &macros.list[i], arena);
	macros_free(&macros);
	arena_free(&texts);
}

void contents_free(struct contents *contents)
{
	free(contents->words);
	free(contents->definitions);
	memset(contents, 0, sizeof(*contents));
}
