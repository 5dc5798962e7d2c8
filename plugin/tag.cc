/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tag: a line "//KLPMAKE <path>" of the file that is compiled names the kernel source that
 * the file's code belongs to. Comes in: libcpp's comments, or, where the input is preprocessed
 * already and has none, the main source file itself; or the plugin's argument. Goes out: the path
 * without "." and doubled slashes, and an identifier made of it. It is the first stage: that there is a
 * tag is told to whom plugin.cc has named.
 */
#include "gcc-compat.h"
#include "tag.h"

#include "klpmake-path.h"

#define TAG_WORD "KLPMAKE"

static struct {
	char *path;
	int line;
	bool from_argument;
	char *unit_id;
	void (*on_tag)(void);
	void (*next_comment)(cpp_reader *, location_t, const unsigned char *, size_t);
} tag;

/* Where a tag stands. With preprocessed input the line maps do not know the place. */
struct tag_place {
	location_t location;
	const char *file;
	int line;
};

static void ATTRIBUTE_PRINTF_2 tag_error(const struct tag_place *place, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	if (place->location != UNKNOWN_LOCATION)
		error_at(place->location, "%s", text);
	else if (place->line)
		error("%s:%d: %s", place->file, place->line, text);
	else
		error("%s", text);
	free(text);
}

static char *unit_id_of(const char *path)
{
	const char *name = lbasename(path);
	unsigned int hash = 2166136261u; /* FNV-1a, 32 bits */
	char *id, *p;

	for (const char *s = path; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 16777619u;
	id = xasprintf("%s_%08x", name, hash);
	for (p = id; *p; p++)
		if (!ISALNUM(*p))
			*p = '_';
	return id;
}

/* False, with an error: PATH may not be a tag. */
static bool check_path(const char *path, const struct tag_place *place)
{
	enum klp_path_flaw flaw = klp_path_flaw(path);

	if (flaw == KLP_PATH_EMPTY) {
		tag_error(place, "the '//" TAG_WORD "' tag names no file: write '//" TAG_WORD
				 " <path of the kernel source file>'");
		return false;
	}
	if (flaw == KLP_PATH_ABSOLUTE) {
		tag_error(place,
			  "the tag's path '%s' is absolute: it has to be relative to the root of "
			  "the kernel source",
			  path);
		return false;
	}
	if (path[strcspn(path, " \t")]) {
		tag_error(place, "the tag '//" TAG_WORD " %s' has to be one path and nothing else",
			  path);
		return false;
	}
	if (flaw == KLP_PATH_UP) {
		tag_error(place,
			  "the tag's path '%s' may not contain '..': it has to be relative "
			  "to the root of the kernel source",
			  path);
		return false;
	}
	return true;
}

/* Copies PATH without empty and "." components; NULL, with an error, if it may not be a tag. */
static char *normalised_path(const char *path, const struct tag_place *place)
{
	const char *at = path, *component;
	char *result, *end;
	size_t length;

	if (!check_path(path, place))
		return NULL;
	result = end = XNEWVEC(char, strlen(path) + 1);
	while ((component = klp_path_next(&at, &length))) {
		if (length == 1 && *component == '.')
			continue;
		if (end != result)
			*end++ = '/';
		memcpy(end, component, length);
		end += length;
	}
	*end = '\0';
	if (end != result && path[strlen(path) - 1] != '/')
		return result;
	tag_error(place, "the tag's path '%s' is not that of a file", path);
	free(result);
	return NULL;
}

static void tag_set(const char *path, const struct tag_place *place)
{
	char *normalised = normalised_path(path, place);

	if (!normalised)
		return;
	if (!tag.path) {
		tag.path = normalised;
		tag.line = place->line;
		tag.unit_id = unit_id_of(normalised);
		tag.on_tag();
		return;
	}
	if (!tag.from_argument)
		tag_error(place,
			  "a second '//" TAG_WORD
			  "' tag: the file belongs to '%s' already (line %d)",
			  tag.path, tag.line);
	else if (strcmp(tag.path, normalised))
		tag_error(place, "the tag's path '%s' differs from the '%s' of the command line",
			  normalised, tag.path);
	else
		tag.line = place->line;
	free(normalised);
}

/* TEXT, a comment of LENGTH bytes, without its slashes, stars and outer blanks. */
static char *comment_words(const char *text, size_t length)
{
	if (length >= 4 && text[1] == '*')
		length -= 2;
	for (text += 2, length -= 2; length && ISSPACE(*text); text++)
		length--;
	while (length && ISSPACE(text[length - 1]))
		length--;
	return xstrndup(text, length);
}

/* Something that its author may take for a tag, such as a block comment. */
static bool is_near_miss(const char *text, size_t length)
{
	char *words = comment_words(text, length);
	bool near = !strncasecmp(words, TAG_WORD, strlen(TAG_WORD)) &&
		    ISBLANK(words[strlen(TAG_WORD)]) && strchr(words, '/') &&
		    !strpbrk(words + strlen(TAG_WORD) + 1, " \t\n");

	free(words);
	return near;
}

/* TEXT is the comment; LEADING_BLANK: nothing but white space stands before it on its line. */
static void tag_see_comment(const char *text, size_t length, bool leading_blank,
			    const struct tag_place *place)
{
	const size_t word = strlen("//" TAG_WORD);
	char *path;

	if (length < word || memcmp(text, "//" TAG_WORD, word) ||
	    (length > word && !ISSPACE(text[word]))) {
		if (place->location != UNKNOWN_LOCATION && is_near_miss(text, length))
			warning_at(place->location, 0,
				   "this comment is not a tag: a tag has the form "
				   "%<//" TAG_WORD " path%>");
		return;
	}
	if (!leading_blank) {
		tag_error(place, "the '//" TAG_WORD "' tag has to be alone on its line");
		return;
	}
	path = comment_words(text, length);
	memmove(path, path + strlen(TAG_WORD), strlen(path + strlen(TAG_WORD)) + 1);
	tag_set(path + strspn(path, " \t"), place);
	free(path);
}

/*
 * libcpp's callback. TEXT lies in the buffer that holds the whole line, so that the columns before
 * it can be looked at.
 */
static void on_comment(cpp_reader *reader, location_t location, const unsigned char *text,
		       size_t length)
{
	expanded_location at = expand_location(location);
	struct tag_place place = { location, at.file, at.line };
	bool blank = true;

	if (tag.next_comment)
		tag.next_comment(reader, location, text, length);
	for (int column = 1; column < at.column; column++)
		blank = blank && ISBLANK(text[-column]);
	if (at.file && compat_main_file() && !strcmp(at.file, compat_main_file())) {
		tag_see_comment((const char *)text, length, blank, &place);
	} else if (length > strlen("//" TAG_WORD " ") &&
		   !memcmp(text, "//" TAG_WORD " ", strlen("//" TAG_WORD " "))) {
		tag_error(&place,
			  "a '//" TAG_WORD "' tag in an included file: it has to be in the file "
			  "that is compiled, and every tagged file is compiled on its own");
	}
}

/* The end of a string or character constant that starts at S. */
static const char *skip_quoted(const char *s)
{
	char quote = *s++;

	while (*s && *s != quote && *s != '\n')
		s += *s == '\\' && s[1] ? 2 : 1;
	return *s == quote ? s + 1 : s;
}

/* Looks at the comments of TEXT, the contents of FILE. */
static void scan_text(const char *text, const char *file)
{
	const char *line_start = text, *end;
	struct tag_place place = { UNKNOWN_LOCATION, file, 1 };

	for (const char *s = text; *s;) {
		if (*s == '\n') {
			place.line++;
			line_start = ++s;
		} else if (*s == '"' || *s == '\'') {
			s = skip_quoted(s);
		} else if (s[0] == '/' && s[1] == '/') {
			size_t blank = strspn(line_start, " \t");

			end = s + strcspn(s, "\n");
			tag_see_comment(s, end - s, line_start + blank == s, &place);
			s = end;
		} else if (s[0] == '/' && s[1] == '*') {
			end = strstr(s + 2, "*/");
			end = end ? end + 2 : s + strlen(s);
			for (; s < end; s++)
				if (*s == '\n') {
					place.line++;
					line_start = s + 1;
				}
		} else {
			s++;
		}
	}
}

static void scan_file(const char *file)
{
	FILE *stream = fopen(file, "r");
	size_t size = 0, room = 0, got;
	char *text = NULL;

	if (!stream)
		return;
	do {
		room += 65536;
		text = XRESIZEVEC(char, text, room + 1);
		got = fread(text + size, 1, room - size, stream);
		size += got;
	} while (got);
	text[size] = '\0';
	fclose(stream);
	scan_text(text, file);
	free(text);
}

void tag_start(const char *argument, void (*on_tag)(void))
{
	cpp_callbacks *callbacks = cpp_get_callbacks(parse_in);
	struct tag_place command_line = { UNKNOWN_LOCATION, NULL, 0 };

	tag.on_tag = on_tag;
	if (argument) {
		tag_set(argument, &command_line);
		tag.from_argument = true;
	}
	if (cpp_get_options(parse_in)->preprocessed) {
		if (main_input_filename)
			scan_file(main_input_filename);
		return;
	}
	tag.next_comment = callbacks->comment;
	callbacks->comment = on_comment;
}

const char *tag_path(void)
{
	return tag.path;
}

int tag_line(void)
{
	return tag.line;
}

const char *tag_unit_id(void)
{
	return tag.unit_id;
}
