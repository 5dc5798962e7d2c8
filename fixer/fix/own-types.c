/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types that a patch source defines itself, as copies of what the kernel source keeps to itself. Comes in: the note, and the
 * units of the tagged source. Goes out: yes, or messages.
 *
 *	struct range { u64 start, end; };	in fs/a.c of the kernel
 *	struct range { u64 start; u32 end; };	in the patch source: from another version, or mistyped
 *
 * Such a patch compiles, and reads and writes what it does not mean. A member that the patch source does not name is none of
 * its business; one that the kernel does not have is. What the kernel does not know by that name is the patch's own.
 */
#include "fix/own-types.h"

#include <stdlib.h>
#include <string.h>

#include "dwarf/unit-types.h"

struct comparison {
	const struct note_unit *unit;
	struct dwarf_unit *theirs;
	struct arena *arena;
	bool *seen_structures, *seen_constants; /* by place in UNIT; from malloc */
	int result;
};

static const struct note_structure *structure_named(const struct note_unit *unit, const char *name)
{
	for (size_t i = 0; i < unit->structure_count; i++)
		if (!strcmp(unit->structures[i].name, name))
			return &unit->structures[i];
	return NULL;
}

static bool wants(const char *name, void *data)
{
	const struct comparison *comparison = data;
	const struct note_unit *unit = comparison->unit;
	const struct note_structure *structure;

	if (!name)
		return unit->constant_count;
	structure = structure_named(unit, name);
	return structure && !comparison->seen_structures[structure - unit->structures];
}

static const struct unit_member *member_named(const struct unit_type *type, const char *name)
{
	for (size_t i = 0; i < type->count; i++)
		if (!strcmp(type->members[i].name, name))
			return &type->members[i];
	return NULL;
}

static bool is_same(uint64_t ours, uint64_t theirs)
{
	return theirs == UNIT_TYPE_UNKNOWN || ours == theirs;
}

/* "4 bytes", "3 bits" */
static const char *amount(uint64_t bits, struct arena *arena)
{
	unsigned long long number = bits % 8 ? bits : bits / 8;

	return arena_printf(arena, "%llu %s%s", number, bits % 8 ? "bit" : "byte",
			    number == 1 ? "" : "s");
}

static bool is_same_member(const struct note_member *ours, const struct unit_member *theirs)
{
	return theirs && is_same(ours->place, theirs->place) && is_same(ours->size, theirs->size);
}

static void show_member(const struct note_member *ours, const struct unit_member *theirs,
			struct arena *arena)
{
	if (!theirs)
		diag_note(NULL, "the kernel's has no member '%s'", ours->name);
	else if (!is_same(ours->place, theirs->place))
		diag_note(NULL, "'%s' is at %s in the patch, at %s in the kernel", ours->name,
			  amount(ours->place, arena), amount(theirs->place, arena));
	else
		diag_note(NULL, "'%s' has %s in the patch, %s in the kernel", ours->name,
			  amount(ours->size, arena), amount(theirs->size, arena));
}

/* Where the kernel's TYPE is defined. */
static struct diag_place place_of(const struct comparison *comparison, const struct unit_type *type)
{
	struct diag_place place = { NULL, 0 };

	if (type->file) {
		place.file = dwarf_path_strip(type->file, comparison->theirs->comp_dir);
		place.line = type->line;
	}
	return place;
}

static void compare_structure(struct comparison *comparison, const struct note_structure *ours,
			      const struct unit_type *theirs)
{
	bool is_equal = is_same(ours->size, theirs->size);
	struct diag_place place;

	for (size_t i = 0; i < ours->member_count; i++)
		if (!is_same_member(&ours->members[i],
				    member_named(theirs, ours->members[i].name)))
			is_equal = false;
	if (is_equal)
		return;
	if (diag_refuse(&ours->place, "prototype", "'%s' is defined differently than in the kernel",
			ours->name))
		comparison->result = -1;
	if (!is_same(ours->size, theirs->size))
		diag_note(NULL, "it has %llu bytes in the patch, %llu in the kernel",
			  (unsigned long long)ours->size, (unsigned long long)theirs->size);
	for (size_t i = 0; i < ours->member_count; i++) {
		const struct unit_member *member =
			member_named(theirs, ours->members[i].name);

		if (!is_same_member(&ours->members[i], member))
			show_member(&ours->members[i], member, comparison->arena);
	}
	place = place_of(comparison, theirs);
	if (place.file)
		diag_note(&place, "the kernel's is defined here");
}

/* Is NUMBER one of 32 bits, with a sign or without? */
static bool is_word(uint64_t number)
{
	return number >> 32 == 0 || number >> 32 == UINT32_MAX;
}

/* DWARF may have the lower half only, of a negative one. */
static bool is_same_value(uint64_t ours, uint64_t theirs)
{
	return ours == theirs ||
	       (is_word(ours) && is_word(theirs) && (uint32_t)ours == (uint32_t)theirs);
}

static void compare_constants(struct comparison *comparison, const struct unit_type *theirs)
{
	const struct note_unit *unit = comparison->unit;
	struct diag_place place = place_of(comparison, theirs);

	for (size_t i = 0; i < unit->constant_count; i++) {
		const struct note_constant *ours = &unit->constants[i];
		const struct unit_member *constant = member_named(theirs, ours->name);

		if (!constant || comparison->seen_constants[i])
			continue;
		comparison->seen_constants[i] = true;
		if (is_same_value(ours->value, constant->value))
			continue;
		if (diag_refuse(&ours->place, "prototype", "'%s' is %lld, but %lld in the kernel",
				ours->name, (long long)ours->value, (long long)constant->value))
			comparison->result = -1;
		if (place.file)
			diag_note(&place, "the kernel's is defined here");
	}
}

static int see(const struct unit_type *type, void *data)
{
	struct comparison *comparison = data;
	const struct note_structure *structure;

	if (!type->name) {
		compare_constants(comparison, type);
		return 0;
	}
	structure = structure_named(comparison->unit, type->name);
	comparison->seen_structures[structure - comparison->unit->structures] = true;
	compare_structure(comparison, structure, type);
	return 0;
}

int own_types_check(struct resolver *resolver, const struct note_unit *unit,
		    const struct source *source)
{
	struct comparison comparison = { .unit = unit, .arena = resolver->arena };
	const struct unit_type_reader reader = { wants, see, &comparison };

	if (!unit->structure_count && !unit->constant_count)
		return 0;
	comparison.seen_structures = xcalloc(unit->structure_count + 1, sizeof(bool));
	comparison.seen_constants = xcalloc(unit->constant_count + 1, sizeof(bool));
	for (size_t i = 0; i < source->unit_count; i++) {
		comparison.theirs = source->units[i];
		if (unit_each_type(&source->object->dwarf, source->units[i], &reader))
			comparison.result = -1;
	}
	free(comparison.seen_structures);
	free(comparison.seen_constants);
	return comparison.result;
}
