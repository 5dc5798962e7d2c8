/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the compiler makes of a file before and after the patch. Comes in: two objects. Goes out: the functions whose
 * code differs, though perhaps nothing of their source does.
 *
 * The digest tells what a function means, before the compiler uses what it knows of others. The kernel was compiled
 * with that, and no name tells of it:
 *
 *	static noinline int table(unsigned int i)	only called as table(i & 3): the check is not
 *	{						compiled
 *		if (i > 7)
 *			return -EINVAL;
 *		...
 *
 * A patch that calls table(i) needs the check, and so a new table(), which differs here and nowhere else.
 *
 * Code is its bytes, and at each relocation what that leads to. Whatever the compiler only counts means nothing: the
 * numbers of string constants, of clones, of static variables of functions, the order of functions. What has a
 * name is the same if the name is; what has none, if its contents are. A function's clones and its cold part are
 * the function. What only one of the objects has is no difference: who uses it differs.
 */
#include "plan/compiled-code.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "kernel/symbol-name.h"
#include "plan/code-object.h"
#include "plan/same-name.h"

/* How far it is followed what leads to what leads to something. */
#define MAX_DEPTH 6

/* A function of both objects, or another part of them. */
struct pair {
	const struct code_range *one, *other;
	const struct pair *above; /* led to these; NULL: none */
};

static bool is_same_range(const struct pair *pair);

static bool has_flags(const struct code_object *object, size_t section, uint64_t flags)
{
	return (object->elf.sections[section].header.sh_flags & flags) == flags;
}

/* The text that TARGET leads to, or NULL, if it is none; *LENGTH is that up to its NUL. */
static const char *text_at(const struct code_object *object, const struct code_target *target,
			   size_t *length)
{
	const Elf_Data *data = object->sections[target->section].data;
	const char *text, *end;

	if (!has_flags(object, target->section, SHF_MERGE | SHF_STRINGS) || !data ||
	    target->place >= data->d_size)
		return NULL;
	text = (const char *)data->d_buf + target->place;
	end = memchr(text, '\0', data->d_size - target->place);
	if (!end)
		return NULL;
	*length = (size_t)(end - text);
	return text;
}

/* Bytes of what has no name: those of a constant, or all up to what comes next. */
static uint64_t unnamed_size(const struct code_object *object, const struct code_target *target)
{
	const GElf_Shdr *header = &object->elf.sections[target->section].header;

	if (header->sh_flags & SHF_MERGE && header->sh_entsize)
		return header->sh_entsize - target->place % header->sh_entsize;
	return code_object_next_place(object, target->section, target->place) - target->place;
}

/* Are the first SIZE bytes at these places the same? */
static bool is_same_contents(const struct pair *pair, const struct code_target *one,
			     const struct code_target *other, uint64_t size)
{
	struct code_range one_range, other_range;
	struct pair contents = { &one_range, &other_range, pair };

	return code_object_range(pair->one->object, one->section, one->place, size, &one_range) &&
	       code_object_range(pair->other->object, other->section, other->place, size,
				 &other_range) &&
	       is_same_range(&contents);
}

/*
 * What follows a constant without a name belongs to others, but how long it is cannot be seen. One may be followed
 * by less than the other.
 */
static bool is_same_unnamed(const struct pair *pair, const struct code_target *one,
			    const struct code_target *other)
{
	uint64_t size = unnamed_size(pair->one->object, one);
	uint64_t other_size = unnamed_size(pair->other->object, other);

	return size && other_size &&
	       is_same_contents(pair, one, other, size < other_size ? size : other_size);
}

static bool is_same_code(const struct code_object *one, const struct elf_symbol *one_symbol,
			 const struct code_object *other, const struct elf_symbol *other_symbol,
			 const struct pair *above)
{
	struct code_range range, other_range;
	struct pair pair = { &range, &other_range, above };

	return code_object_code(one, one_symbol, &range) &&
	       code_object_code(other, other_symbol, &other_range) && is_same_range(&pair);
}

/* Do these lead to the same symbol of a name, or to two that mean the same? */
static bool is_same_symbol(const struct pair *pair, const struct code_target *one,
			   const struct code_target *other)
{
	const struct elf_symbol *symbol = one->symbol, *like = other->symbol;
	struct code_target start = *one, other_start = *other;

	if (one->rest != other->rest)
		return false;
	switch (same_name(pair->one->object, symbol, pair->other->object, like)) {
	case SAME_NAME:
		return true;
	case SAME_NAME_CODE:
		return is_same_code(pair->one->object, symbol, pair->other->object, like, pair);
	case SAME_NAME_CONTENTS:
		start.place = symbol->value;
		other_start.place = like->value;
		return symbol->size == like->size &&
		       is_same_contents(pair, &start, &other_start, symbol->size);
	default:
		return false;
	}
}

/* How many functions stand where TARGET's symbol does; NAME: of those of this name, unless it is NULL. */
static size_t functions_at(const struct code_object *object, const struct code_target *target,
			   const char *name)
{
	const struct elf_symbol *const *symbols;
	size_t count = 0, all;

	symbols = code_object_symbols_at(object, target->section, target->symbol->value, &all);
	for (size_t i = 0; i < all; i++)
		count += symbols[i]->type == STT_FUNC && (!name || !strcmp(symbols[i]->name, name));
	return count;
}

/* Are the functions where ONE leads to those where OTHER does? */
static bool are_same_functions(const struct pair *pair, const struct code_target *one,
			       const struct code_target *other)
{
	const struct code_object *object = pair->one->object, *other_object = pair->other->object;
	const struct elf_symbol *const *symbols;
	size_t common = 0, all;

	symbols = code_object_symbols_at(object, one->section, one->symbol->value, &all);
	for (size_t i = 0; i < all; i++)
		common += functions_at(other_object, other, symbols[i]->name);
	return one->rest == other->rest && common == functions_at(object, one, NULL) &&
	       common == functions_at(other_object, other, NULL);
}

/* Is one of the symbols where ONE leads to the same as one where OTHER does? Some have no size. */
static bool is_same_alias(const struct pair *pair, const struct code_target *one,
			  const struct code_target *other)
{
	const struct elf_symbol *const *symbols, *const *other_symbols;
	struct code_target alias = *one, other_alias = *other;
	size_t count, other_count;

	symbols =
		code_object_symbols_at(pair->one->object, one->section, one->symbol->value, &count);
	other_symbols = code_object_symbols_at(pair->other->object, other->section,
					       other->symbol->value, &other_count);
	for (size_t i = 0; i < count; i++) {
		alias.symbol = symbols[i];
		for (size_t j = 0; j < other_count; j++) {
			other_alias.symbol = other_symbols[j];
			if (is_same_symbol(pair, &alias, &other_alias))
				return true;
		}
	}
	return false;
}

/*
 * ONE and OTHER are of one name. Where that was one of several functions of one place, which are not all together still, the
 * kernel has no code of its own to be replaced: who calls it has to call what it is now, if that is another code.
 */
static bool is_still_its_code(const struct pair *pair, const struct code_target *one,
			      const struct code_target *other)
{
	return functions_at(pair->one->object, one, NULL) < 2 ||
	       are_same_functions(pair, one, other) ||
	       is_same_code(pair->one->object, one->symbol, pair->other->object, other->symbol,
			    pair);
}

/*
 * As is_same_symbol(), but a place may have several names. Functions that the compiler has found to be the same have
 * one place, and who calls one of them calls all: where not all of them still are, it cannot be told which is meant.
 */
static bool is_same_place(const struct pair *pair, const struct code_target *one,
			  const struct code_target *other)
{
	if (one->named || other->named)
		return is_same_symbol(pair, one, other) && is_still_its_code(pair, one, other);
	if (functions_at(pair->one->object, one, NULL) > 1 ||
	    functions_at(pair->other->object, other, NULL) > 1)
		return are_same_functions(pair, one, other);
	return is_same_symbol(pair, one, other) || is_same_alias(pair, one, other);
}

static bool is_behind(const struct code_object *object, const struct code_target *target)
{
	return target->place >= object->elf.sections[target->section].header.sh_size;
}

/* Do both lead as far behind the last thing in the section? A loop over an array may compare with such a place. */
static bool is_same_end(const struct pair *pair, const struct code_target *one,
			const struct code_target *other)
{
	const struct elf_symbol *last = code_object_last_symbol(pair->one->object, one->section);
	const struct elf_symbol *other_last =
		code_object_last_symbol(pair->other->object, other->section);
	struct code_target start = *one, other_start = *other;

	if (!last || !other_last || one->place - last->value != other->place - other_last->value)
		return false;
	start.symbol = last;
	other_start.symbol = other_last;
	start.rest = other_start.rest = 0;
	return last->size == other_last->size && is_same_place(pair, &start, &other_start);
}

static bool is_inside(const struct code_range *range, const struct code_target *target)
{
	return target->section == range->section && target->place > range->start &&
	       target->place - range->start < range->size;
}

/*
 * Do both lead into the code that is being compared, as far behind its beginning? What names that has does not matter, of
 * which one may have two.
 */
static bool is_same_label(const struct pair *pair, const struct code_target *one,
			  const struct code_target *other)
{
	for (; pair; pair = pair->above)
		if (is_inside(pair->one, one) && is_inside(pair->other, other) &&
		    one->place - pair->one->start == other->place - pair->other->start)
			return true;
	return false;
}

static bool is_same_target(const struct pair *pair, const struct code_target *one,
			   const struct code_target *other)
{
	size_t length = 0, other_length = 0;
	const char *text, *other_text;

	if (!one->section != !other->section)
		return false;
	if (!one->section)
		return one->rest == other->rest &&
		       same_name_elsewhere(one->symbol->name, other->symbol->name);
	text = text_at(pair->one->object, one, &length);
	other_text = text_at(pair->other->object, other, &other_length);
	if (text && other_text)
		return length == other_length && !memcmp(text, other_text, length);
	if (is_same_label(pair, one, other))
		return true;
	if (one->symbol && other->symbol)
		return is_same_place(pair, one, other);
	if (one->symbol || other->symbol)
		return false;
	if (is_behind(pair->one->object, one) && is_behind(pair->other->object, other))
		return is_same_end(pair, one, other);
	return is_same_unnamed(pair, one, other);
}

static bool is_same_relocation(const struct pair *pair, const GElf_Rela *one,
			       const GElf_Rela *other)
{
	struct code_target target, other_target;

	return one->r_offset - pair->one->start == other->r_offset - pair->other->start &&
	       GELF_R_TYPE(one->r_info) == GELF_R_TYPE(other->r_info) &&
	       code_object_target(pair->one, one, &target) &&
	       code_object_target(pair->other, other, &other_target) &&
	       is_same_target(pair, &target, &other_target);
}

/* Where the call or jump that ends at END of RANGE leads to, out of RANGE. False: it is none, or stays within. */
static bool find_call(const struct code_range *range, uint64_t end, struct arch_call *call,
		      struct code_target *target)
{
	const struct elf_file *elf = &range->object->elf;
	uint64_t place;

	if (!elf->arch->find_call ||
	    !elf->arch->find_call(range->bytes, end, elf_file_is_big_endian(elf), call))
		return false;
	place = range->start + end + (uint64_t)call->distance;
	if (place - range->start < range->size)
		return false;
	code_object_place(range->object, range->section, place, target);
	return target->symbol;
}

/*
 * The assembler itself fills in calls within a section that several functions are in, without a relocation. Marks those
 * in MASK that lead to the same. False: one of them does not, though its distance may be the same.
 */
static bool mask_calls(const struct pair *pair, unsigned char *mask)
{
	const struct code_range *one = pair->one, *other = pair->other;
	const struct elf_file *elf = &one->object->elf;
	struct arch_call call, other_call;
	struct code_target target, other_target;

	if (!one->bytes || !has_flags(one->object, one->section, SHF_EXECINSTR))
		return true;
	for (uint64_t end = 1; end <= one->size; end++) {
		if (mask[end - 1] || !find_call(one, end, &call, &target) ||
		    !find_call(other, end, &other_call, &other_target))
			continue;
		if (!is_same_place(pair, &target, &other_target))
			return false;
		arch_mask_relocation(elf->arch, call.relocation, end - call.back, one->size,
				     elf_file_is_big_endian(elf), mask);
	}
	return true;
}

/* Is PAIR what led to it? A clone may call itself, and its cold part leads back to it. */
static bool is_begun(const struct pair *pair, unsigned int *depth)
{
	*depth = 0;
	for (const struct pair *above = pair->above; above; above = above->above, ++*depth)
		if (above->one->section == pair->one->section &&
		    above->one->start == pair->one->start &&
		    above->other->section == pair->other->section &&
		    above->other->start == pair->other->start &&
		    above->one->size == pair->one->size && above->other->size == pair->other->size)
			return true;
	return false;
}

static bool is_same_range(const struct pair *pair)
{
	const struct code_range *one = pair->one, *other = pair->other;
	const struct elf_file *elf = &one->object->elf;
	unsigned char *mask;
	unsigned int depth;
	bool same = true;

	if (is_begun(pair, &depth))
		return true;
	if (one->size != other->size || one->relocation_count != other->relocation_count ||
	    !one->bytes != !other->bytes || depth > MAX_DEPTH)
		return false;
	mask = xcalloc(one->size + 1, 1);
	for (size_t i = 0; i < one->relocation_count && same; i++) {
		const GElf_Rela *relocation = &one->relocations[i];
		const struct arch_relocation *known =
			arch_relocation(elf->arch, GELF_R_TYPE(relocation->r_info));

		same = known && is_same_relocation(pair, relocation, &other->relocations[i]);
		if (same)
			arch_mask_relocation(elf->arch, known, relocation->r_offset - one->start,
					     one->size, elf_file_is_big_endian(elf), mask);
	}
	same = same && mask_calls(pair, mask);
	for (uint64_t at = 0; at < one->size && one->bytes && same; at++)
		same = !((one->bytes[at] ^ other->bytes[at]) & ~mask[at]);
	free(mask);
	return same;
}

/* Is there code of SYMBOL's, of ONE, in OTHER, and is none of it the same? */
static bool is_different(const struct code_object *one, const struct elf_symbol *symbol,
			 const struct code_object *other)
{
	const struct elf_symbol *like = code_object_function(other, symbol->name);
	bool numbered = symbol_name_alone(symbol->name) == SYMBOL_NAME_CLONE;

	if (like && is_same_code(one, symbol, other, like, NULL))
		return false;
	/* Which number a clone has is of no meaning. */
	for (size_t i = 0; i < other->function_count && numbered; i++)
		if (same_name_shape(symbol->name, other->functions[i]->name) &&
		    is_same_code(one, symbol, other, other->functions[i], NULL))
			return false;
	return like;
}

/*
 * Code that has run when a livepatch comes, and what the tool chain makes, does not count: neither do the functions by
 * which KASAN and GCOV learn of a file's data.
 */
static bool counts(const struct code_object *object, const struct elf_symbol *symbol)
{
	return !elf_symbol_life(&object->elf, symbol) &&
	       !arch_is_made_symbol(object->elf.arch, symbol->name) &&
	       !string_starts_with(symbol->name, "_sub_I_") &&
	       !string_starts_with(symbol->name, "_sub_D_");
}

int compiled_code_compare(const char *old_path, const char *new_path, struct string_list *names,
			  struct arena *arena)
{
	struct code_object old_object = { .opened = false }, new_object = { .opened = false };
	int result = code_object_open(&old_object, old_path);

	if (!result)
		result = code_object_open(&new_object, new_path);
	for (size_t i = 0; !result && i < old_object.function_count; i++) {
		const struct elf_symbol *symbol = old_object.functions[i];

		if (!counts(&old_object, symbol) || !is_different(&old_object, symbol, &new_object))
			continue;
		diag_verbose("%s: the code of '%s' differs", new_path, symbol->name);
		string_list_add(names, symbol_name_source(symbol->name, arena));
	}
	string_list_sort_unique(names);
	code_object_close(&old_object);
	code_object_close(&new_object);
	return result;
}

int compiled_code_twin(const char *path, const char *name, const char **twin, struct arena *arena)
{
	struct code_object object = { .opened = false };
	int result = code_object_open(&object, path);
	const struct elf_symbol *symbol = result ? NULL : code_object_function(&object, name);

	*twin = NULL;
	for (size_t i = 0; symbol && !*twin && i < object.function_count; i++) {
		const struct elf_symbol *other = object.functions[i];

		if (other != symbol && other->section == symbol->section &&
		    other->value == symbol->value)
			*twin = arena_strdup(arena, other->name);
	}
	code_object_close(&object);
	return result;
}
