/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads C only as far as is needed to know where a directive may be put. Comes in: the text of a file. Goes out:
 * what each line is.
 *
 * Not behind a backslash, and not in a comment or a string. Not within parentheses either: they may be those of a
 * macro's arguments, where C leaves open what a directive does; and the macro's name may stand in the line above
 * the parenthesis. Branches may each open the same parenthesis, so that #else takes the depth back to that of #if:
 *
 *	#ifdef CONFIG_SMP
 *		if (cpu_online(cpu) &&
 *	#else
 *		if (
 *	#endif
 *		    is_ready(cpu))
 */
#include "plan/line-starts.h"

#include <string.h>

#include "base/util.h"

enum where {
	IN_CODE,
	IN_COMMENT,
	IN_LINE_COMMENT,
	IN_STRING,
	IN_CHARACTER,
};

#define MAX_BRANCHES 64 /* that deep, others count as one */

struct scan {
	enum where where;
	bool directive; /* the logical line is one */
	size_t depth;	/* of parentheses */
	size_t depths[MAX_BRANCHES], branches;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* The first character of [AT, END) that is no blank, or END. */
static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

/* Does the line go on behind its end? GCC lets blanks stand behind the backslash. */
static bool is_continued(const char *line, const char *end)
{
	while (end > line && is_blank(end[-1]))
		end--;
	return end > line && end[-1] == '\\';
}

static bool is_word(const char *at, size_t length, const char *word)
{
	return length == strlen(word) && !memcmp(at, word, length);
}

static size_t *branch(struct scan *scan)
{
	return &scan->depths[scan->branches < MAX_BRANCHES ? scan->branches : MAX_BRANCHES - 1];
}

/* The directive behind a '#', at AT. Returns what its line is. */
static unsigned char take_directive(struct scan *scan, const char *at, const char *end)
{
	size_t length = 0;

	at = skip_blanks(at, end);
	while (at + length < end && at[length] >= 'a' && at[length] <= 'z')
		length++;
	if (at < end && *at >= '0' && *at <= '9')
		return LINE_NUMBERED;
	if (is_word(at, length, "line"))
		return LINE_NUMBERED;
	if (is_word(at, length, "if") || is_word(at, length, "ifdef") ||
	    is_word(at, length, "ifndef")) {
		*branch(scan) = scan->depth;
		scan->branches++;
		return 0;
	}
	if (is_word(at, length, "endif")) {
		scan->branches -= scan->branches > 0;
		return LINE_BRANCH;
	}
	if (!is_word(at, length, "else") && strncmp(at, "elif", 4))
		return 0;
	if (scan->branches) {
		scan->branches--;
		scan->depth = *branch(scan);
		scan->branches++;
	}
	return LINE_BRANCH;
}

static const char *take_code(struct scan *scan, const char *at, const char *end)
{
	if (*at == '/' && at + 1 < end && (at[1] == '*' || at[1] == '/')) {
		scan->where = at[1] == '*' ? IN_COMMENT : IN_LINE_COMMENT;
		return at + 2;
	}
	if (*at == '"')
		scan->where = IN_STRING;
	else if (*at == '\'')
		scan->where = IN_CHARACTER;
	else if (!scan->directive && *at == '(')
		scan->depth++;
	else if (!scan->directive && *at == ')' && scan->depth)
		scan->depth--;
	return at + 1;
}

static const char *take_character(struct scan *scan, const char *at, const char *end)
{
	char quote = scan->where == IN_STRING ? '"' : '\'';

	switch (scan->where) {
	case IN_CODE:
		return take_code(scan, at, end);
	case IN_COMMENT:
		if (*at != '*' || at + 1 == end || at[1] != '/')
			return at + 1;
		scan->where = IN_CODE;
		return at + 2;
	case IN_LINE_COMMENT:
		return end;
	default:
		if (*at == '\\' && at + 1 < end)
			return at + 2;
		if (*at == quote)
			scan->where = IN_CODE;
		return at + 1;
	}
}

/* Takes the line [AT, END), which goes on with the one before if CONTINUES. Returns what it is. */
static unsigned char take_line(struct scan *scan, const char *at, const char *end, bool continues)
{
	const char *first = skip_blanks(at, end);
	unsigned char kind = 0;

	if (!continues && scan->where != IN_COMMENT) {
		scan->where = IN_CODE; /* a string has to end in its line */
		scan->directive = first < end && *first == '#';
		/* Where the depth is wrong, as branches are not all that can confuse it, that ends here. */
		if (at < end && *at == '}')
			scan->depth = 0;
		if (!scan->depth && (first == end || *first != '('))
			kind = LINE_START;
		if (scan->directive)
			kind |= take_directive(scan, first + 1, end);
	}
	while (at < end)
		at = take_character(scan, at, end);
	return kind;
}

void line_starts_find(const char *text, size_t size, unsigned char *kinds)
{
	struct scan scan = { .where = IN_CODE };
	const char *all = text + size;
	bool continues = false;

	for (size_t i = 0; text < all; i++) {
		const char *newline = memchr(text, '\n', (size_t)(all - text));
		const char *end = newline ? newline : all;

		kinds[i] = take_line(&scan, text, end, continues);
		continues = is_continued(text, end);
		text = end + 1;
	}
}
