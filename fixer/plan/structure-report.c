/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a patch changes in structures, for people. Comes in: the changes that structures.c has found, and what follows from
 * them. Goes out: an error for each, with the members that are new, gone or others, what moves and what stays.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/advice.h"
#include "plan/plan.h"
#include "plan/structure-members.h"
#include "plan/structures.h"

/* So many notes of one kind; the others are counted. */
#define MOST_NOTES 8

/* A change, and how its members belong together. */
struct shown {
	const struct structure_change *change;
	struct member_pairs pairs;
	struct arena *arena;
};

static const struct digest_member *old_member(const struct shown *shown, size_t i)
{
	return digest_member_of(shown->change->old_digest, shown->change->old, i);
}

static const struct digest_member *new_member(const struct shown *shown, size_t i)
{
	return digest_member_of(shown->change->new_digest, shown->change->new, i);
}

/* The old one of the new member I; NULL: there is none. */
static const struct digest_member *was(const struct shown *shown, size_t i)
{
	return shown->pairs.old_of[i] ? old_member(shown, shown->pairs.old_of[i] - 1) : NULL;
}

static bool is_in_bytes(const struct digest_member *member)
{
	return member->place % 8 == 0 && member->size % 8 == 0;
}

/* "4 bytes", "3 bits" */
static const char *size_text(const struct shown *shown, const struct digest_member *member)
{
	bool bytes = is_in_bytes(member);
	uint64_t size = bytes ? member->size / 8 : member->size;

	return arena_printf(shown->arena, "%llu %s%s", (unsigned long long)size,
			    bytes ? "byte" : "bit", size == 1 ? "" : "s");
}

/* "12", "12, bit 3" */
static const char *place_text(const struct shown *shown, const struct digest_member *member)
{
	unsigned long long byte = member->place / 8, bit = member->place % 8;

	return is_in_bytes(member) ? arena_printf(shown->arena, "%llu", byte)
				   : arena_printf(shown->arena, "%llu, bit %llu", byte, bit);
}

static bool overlaps(const struct digest_member *one, const struct digest_member *other)
{
	return one->place < other->place + other->size && other->place < one->place + one->size;
}

/* Is the old member I still where MEMBER, a new one, is? */
static bool is_still_there(const struct shown *shown, size_t i, const struct digest_member *member)
{
	return shown->pairs.new_of[i] &&
	       overlaps(new_member(shown, shown->pairs.new_of[i] - 1), member);
}

/* What of the old structure is where ADDED is now. */
static const char *where_text(const struct shown *shown, const struct digest_member *added)
{
	for (size_t i = 0; i < shown->change->old->member_count; i++) {
		const struct digest_member *old = old_member(shown, i);

		if (!member_is_container(old) && overlaps(old, added))
			return arena_printf(shown->arena, ", where '%s' %s", old->name,
					    is_still_there(shown, i, added) ? "is, too" : "was");
	}
	return shown->change->kind == STRUCTURE_FITS ? ", where nothing was" : "";
}

static void note_added(const struct shown *shown)
{
	for (size_t i = 0; i < shown->change->new->member_count; i++) {
		const struct digest_member *member = new_member(shown, i);

		if (was(shown, i) || member_is_container(member))
			continue;
		diag_note(&member->declared, "'%s' is added: %s at %s%s", member->name,
			  size_text(shown, member), place_text(shown, member),
			  where_text(shown, member));
	}
}

static void note_removed(const struct shown *shown)
{
	for (size_t i = 0; i < shown->change->old->member_count; i++) {
		const struct digest_member *member = old_member(shown, i);

		if (!shown->pairs.new_of[i] && !member_is_container(member))
			diag_note(NULL, "'%s' is removed: %s at %s", member->name,
				  size_text(shown, member), place_text(shown, member));
	}
}

/* Members that have other sizes or types, which may be those of what they are. */
static void note_others(const struct shown *shown)
{
	for (size_t i = 0; i < shown->change->new->member_count; i++) {
		const struct digest_member *new = new_member(shown, i), *old = was(shown, i);

		if (!old || member_is_container(new))
			continue;
		if (old->size != new->size)
			diag_note(&new->declared, "'%s' has %s, and had %s", new->name,
				  size_text(shown, new), size_text(shown, old));
		else if (strcmp(old->type, new->type))
			diag_note(&new->declared, "'%s' has another type", new->name);
	}
}

/* How far the new member I has moved, in bits. */
static long long distance(const struct shown *shown, size_t i)
{
	return (long long)(new_member(shown, i)->place - was(shown, i)->place);
}

/* Is the new member I one that was there, and is no others' container? */
static bool is_old(const struct shown *shown, size_t i)
{
	return was(shown, i) && !member_is_container(new_member(shown, i));
}

/* Members behind each other that move as far, from FROM on: their end, and *LAST, the last one, and *COUNT. */
static size_t end_of_run(const struct shown *shown, size_t from, size_t *last, size_t *count)
{
	size_t i = from;

	*count = 0;
	for (; i < shown->change->new->member_count; i++) {
		if (!is_old(shown, i))
			continue;
		if (distance(shown, i) != distance(shown, from))
			break;
		*last = i;
		++*count;
	}
	return i;
}

/* "'a' moves", "'a' to 'b' (2 members) move" */
static const char *run_text(const struct shown *shown, size_t first, size_t last, size_t count,
			    const char *verb)
{
	if (count == 1)
		return arena_printf(shown->arena, "'%s' %ss", new_member(shown, first)->name, verb);
	return arena_printf(shown->arena, "'%s' to '%s' (%zu members) %s",
			    new_member(shown, first)->name, new_member(shown, last)->name, count,
			    verb);
}

static void note_run(const struct shown *shown, size_t first, size_t last, size_t count)
{
	long long bits = distance(shown, first);
	unsigned long long by = (unsigned long long)(bits < 0 ? -bits : bits);
	bool bytes = by % 8 == 0;

	if (!bits) {
		diag_note(NULL, "%s where %s", run_text(shown, first, last, count, "stay"),
			  count == 1 ? "it was" : "they were");
		return;
	}
	by = bytes ? by / 8 : by;
	diag_note(NULL, "%s %s by %llu %s%s, from %s to %s",
		  run_text(shown, first, last, count, "move"), bits < 0 ? "down" : "up", by,
		  bytes ? "byte" : "bit", by == 1 ? "" : "s", place_text(shown, was(shown, first)),
		  place_text(shown, new_member(shown, first)));
}

/* What moves and what stays. */
static void note_places(const struct shown *shown)
{
	size_t end, last = 0, count, runs = 0, others = 0;
	bool stays = false;

	for (size_t i = 0; i < shown->change->new->member_count; i = end) {
		if (!is_old(shown, i)) {
			end = i + 1;
			continue;
		}
		end = end_of_run(shown, i, &last, &count);
		stays = stays || !distance(shown, i);
		if (runs++ < MOST_NOTES)
			note_run(shown, i, last, count);
		else
			others += count;
	}
	if (others)
		diag_note(NULL, "%zu other members move, or stay, as well", others);
	if (!stays)
		diag_note(NULL, "no member stays where it was");
}

static int compare_places(const void *left, const void *right)
{
	const struct diag_place *one = &((const struct consequence *)left)->place;
	const struct diag_place *other = &((const struct consequence *)right)->place;
	int order = strcmp(one->file ? one->file : "", other->file ? other->file : "");

	return order ? order : one->line < other->line ? -1 : one->line > other->line;
}

static void note_consequences(const struct structure_change *change)
{
	size_t count = change->consequence_count;

	if (count)
		qsort(change->consequences, count, sizeof(*change->consequences), compare_places);
	for (size_t i = 0; i < count && i < MOST_NOTES; i++)
		diag_note(&change->consequences[i].place, "%s", change->consequences[i].text);
	if (count > MOST_NOTES)
		diag_note(NULL, "%zu more follow from it", count - MOST_NOTES);
}

/* "8 bytes", or "8 bytes, now 12" */
static const char *sizes_text(const struct structure_change *change, struct arena *arena)
{
	unsigned long long old = change->old->size, new = change->new->size;
	const char *unit = old == 1 ? "byte" : "bytes";

	return old == new ? arena_printf(arena, "%llu %s", old, unit)
			  : arena_printf(arena, "%llu %s, now %llu", old, unit, new);
}

/* "'struct s'", "the variable 'v'" */
static const char *name_text(const struct structure_change *change, struct arena *arena)
{
	if (change->variable)
		return arena_printf(arena, "the variable %s",
				    plan_variable_name(change->variable, arena));
	if (strcmp(change->old->name, change->new->name))
		return arena_printf(arena, "'%s', which was '%s'", change->new->name,
				    change->old->name);
	return arena_printf(arena, "'%s'", change->new->name);
}

static const char *class_of(const struct structure_change *change)
{
	return change->kind == STRUCTURE_FITS ? "fits" : change->variable ? "data" : "layout";
}

/* 0 where the user allows it, else -1. */
static int refuse(const struct structure_change *change, struct arena *arena)
{
	const struct diag_place *place = &change->new->place;
	const char *name = name_text(change, arena), *sizes = sizes_text(change, arena);

	if (change->kind == STRUCTURE_FITS)
		return diag_refuse(place, "fits",
				   "the patch puts more into %s, in which nothing moves (%s)", name,
				   sizes);
	if (!change->variable)
		return diag_refuse(place, "layout", "the patch changes the layout of %s (%s)", name,
				   sizes);
	diag_error(&change->variable->place, "data", "the patch changes the type of %s (%s)", name,
		   sizes);
	return -1;
}

static void advise(const struct structure_change *change)
{
	if (change->kind == STRUCTURE_FITS)
		diag_note(
			NULL,
			"in objects that exist the new has whatever value is there: use --allow=fits if "
			"the code gets along with any, or keep it in %s",
			advice_members());
	else if (change->variable)
		advice_note_variable();
	else
		diag_note(NULL,
			  "objects that exist have the old one: keep new members in %s, or use "
			  "--allow=layout if there are no such objects",
			  advice_members());
}

static void report(struct structure_change *change, struct arena *arena)
{
	struct shown shown = { .change = change, .arena = arena };

	change->is_refused = refuse(change, arena);
	member_pairs_find(&shown.pairs, change->old_digest, change->old, change->new_digest,
			  change->new);
	note_added(&shown);
	note_removed(&shown);
	note_others(&shown);
	if (change->kind == STRUCTURE_MOVED)
		note_places(&shown);
	member_pairs_free(&shown.pairs);
	/* What is allowed has messages of its own for these. */
	if (change->is_refused && change->kind == STRUCTURE_MOVED)
		note_consequences(change);
	advise(change);
}

int structure_report(struct structure_changes *all, bool later, struct arena *arena)
{
	int result = 0;

	for (size_t i = 0; i < all->count; i++) {
		if (later && diag_allows(class_of(all->list[i])))
			continue;
		report(all->list[i], arena);
		if (all->list[i]->is_refused)
			result = -1;
	}
	return result;
}
