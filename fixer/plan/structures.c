/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures that a patch changes. Comes in: the digests of units as they were and as they are patched. Goes out: which
 * structures are others, and how: objects that are there already, and code that is not replaced, have the old ones.
 *
 *	struct inner { int a; int b; };			the patch adds b: this has changed
 *	struct outer { struct inner in; int c; };	c moves, but this only follows
 *	struct flags { u8 x : 1; u8 y : 1; };		the patch adds y: it fits, nothing moves
 *	struct pair { int a, second; };			was "int a, b": the same, if the same functions use it
 *
 * A member with another name in the same place, of the same type, is the old one if the same functions of the unit use
 * both, and else one that has taken the other's place. What is only gone harms nobody: who used it has changed.
 */
#include "plan/structures.h"

#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"
#include "plan/structure-members.h"

/* Of one unit. */
struct search {
	struct structure_changes *all;
	const struct digest *old_digest, *new_digest;
	struct name_table old_names;
	struct unit_structures *structures;
	struct arena *arena;
};

static void index_names(struct name_table *names, const struct digest *digest)
{
	for (size_t i = 0; i < digest->structure_count; i++)
		name_table_add(names, digest->structures[i].name)->number = i + 1;
}

static const struct digest_structure *find_name(const struct name_table *names,
						const struct digest *digest, const char *name)
{
	const struct name_entry *entry = name_table_find(names, name);

	return entry ? &digest->structures[entry->number - 1] : NULL;
}

/* The variable whose own structure it is, if that is to be compared. */
static const struct digest_variable *own_variable(const struct digest *digest,
						  const struct digest_structure *structure)
{
	const char *symbol = digest_own_structure(structure);

	for (size_t i = 0; i < digest->variable_count; i++) {
		const struct digest_variable *variable = &digest->variables[i];

		if (strcmp(variable->symbol, symbol))
			continue;
		if (!variable->pair || digest_is_constant(variable) || plan_is_private(variable) ||
		    strcmp(variable->type, variable->pair->type))
			return NULL;
		return variable;
	}
	return NULL;
}

/* A patch gives it another name, in the same line. The digest has yet lines by which those that stay are known. */
static const struct digest_structure *renamed_from(const struct search *search,
						   const struct digest_structure *new)
{
	for (size_t i = 0; i < search->old_digest->structure_count; i++) {
		const struct digest_structure *old = &search->old_digest->structures[i];

		if (old->number == new->number &&
		    string_is_same(old->place.file, new->place.file) &&
		    !name_table_find(&search->structures->names, old->name))
			return old;
	}
	return NULL;
}

/* What NEW was; NULL: it is new. */
static const struct digest_structure *find_old(const struct search *search,
					       const struct digest_structure *new)
{
	const struct digest_structure *old;

	if (digest_own_structure(new)) {
		const struct digest_variable *variable = own_variable(search->new_digest, new);

		if (!variable || !variable->pair->structure)
			return NULL;
		return find_name(&search->old_names, search->old_digest, variable->pair->structure);
	}
	old = find_name(&search->old_names, search->old_digest, new->name);
	return old || !new->number ? old : renamed_from(search, new);
}

static struct unit_structure *find_unit_structure(const struct unit_structures *structures,
						  const char *name)
{
	const struct name_entry *entry = name ? name_table_find(&structures->names, name) : NULL;

	return entry ? &structures->list[entry->number - 1] : NULL;
}

const struct unit_structure *structures_get(const struct unit_structures *structures,
					    const char *name)
{
	return find_unit_structure(structures, name);
}

bool structures_are_same(const struct unit_structures *structures, const char *old, const char *new)
{
	const struct unit_structure *structure = structures_get(structures, new);

	return string_is_same(old, new) ||
	       (old && structure && structure->old && !strcmp(structure->old->name, old));
}

/* Quickly, what most of them are. */
static bool is_equal(const struct search *search, const struct digest_structure *old,
		     const struct digest_structure *new)
{
	if (strcmp(old->layout, new->layout) || old->member_count != new->member_count)
		return false;
	for (size_t i = 0; i < new->member_count; i++) {
		const struct digest_member *one = digest_member_of(search->old_digest, old, i);
		const struct digest_member *other = digest_member_of(search->new_digest, new, i);

		if (strcmp(one->name, other->name) || !member_has_same_place(one, other) ||
		    strcmp(one->type, other->type))
			return false;
	}
	return true;
}

static enum structure_change_kind kind_of(struct search *search, size_t index);

/* What of a structure has changed. */
struct differences {
	bool added, removed;
	bool retyped;	/* a member has another type of its own */
	bool moved;	/* a place or size is another one */
	bool has_inner; /* what a member is has changed */
};

static void compare_member(struct search *search, const struct digest_member *old,
			   const struct digest_member *new, struct differences *differences)
{
	const struct unit_structure *inner = structures_get(search->structures, new->structure);

	if (member_is_container(old) && member_is_container(new))
		return;
	if (strcmp(old->type, new->type) ||
	    !structures_are_same(search->structures, old->structure, new->structure))
		differences->retyped = true;
	if (!member_has_same_place(old, new))
		differences->moved = true;
	if (inner && kind_of(search, (size_t)(inner - search->structures->list)) != STRUCTURE_SAME)
		differences->has_inner = true;
}

static struct differences compare_members(struct search *search, const struct digest_structure *old,
					  const struct digest_structure *new)
{
	struct differences differences = { .moved = old->size != new->size ||
						    old->align != new->align };
	struct member_pairs pairs;

	member_pairs_find(&pairs, search->old_digest, old, search->new_digest, new);
	for (size_t i = 0; i < new->member_count; i++) {
		const struct digest_member *member = digest_member_of(search->new_digest, new, i);

		if (pairs.old_of[i])
			compare_member(search,
				       digest_member_of(search->old_digest, old,
							pairs.old_of[i] - 1),
				       member, &differences);
		else if (!member_is_container(member))
			differences.added = true;
	}
	for (size_t i = 0; i < old->member_count; i++)
		if (!pairs.new_of[i] &&
		    !member_is_container(digest_member_of(search->old_digest, old, i)))
			differences.removed = true;
	member_pairs_free(&pairs);
	return differences;
}

static enum structure_change_kind compare_structure(struct search *search,
						    const struct digest_structure *old,
						    const struct digest_structure *new)
{
	struct differences differences;

	if (is_equal(search, old, new))
		return STRUCTURE_SAME;
	differences = compare_members(search, old, new);
	if (!differences.added && !differences.removed && !differences.retyped) {
		if (differences.has_inner)
			return STRUCTURE_FOLLOWS;
		/* Else by an attribute, which the layout tells. */
		return differences.moved || strcmp(old->layout, new->layout) ? STRUCTURE_MOVED
									     : STRUCTURE_SAME;
	}
	if (differences.moved || differences.retyped)
		return STRUCTURE_MOVED;
	return differences.added ? STRUCTURE_FITS : STRUCTURE_SAME;
}

static void compare(struct search *search, struct unit_structure *structure,
		    const struct digest_structure *new)
{
	const struct digest_structure *old = structure->old;

	structure->kind = compare_structure(search, old, new);
	structure->has_changed = structure->kind != STRUCTURE_SAME ||
				 strcmp(old->layout, new->layout);
	structure->is_own = digest_own_structure(old) && digest_own_structure(new);
}

static enum structure_change_kind kind_of(struct search *search, size_t index)
{
	struct unit_structure *structure = &search->structures->list[index];

	/* None is in itself. */
	if (structure->is_known || structure->is_open)
		return structure->kind;
	structure->is_open = true;
	if (structure->old)
		compare(search, structure, &search->new_digest->structures[index]);
	structure->is_open = false;
	structure->is_known = true;
	return structure->kind;
}

/* A header's structure is one problem, however many units have it. */
static struct structure_change *known_change(const struct structure_changes *all,
					     const struct digest_structure *new)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct digest_structure *known = all->list[i]->new;

		if (known->place.line == new->place.line && !strcmp(known->name, new->name) &&
		    string_is_same(known->place.file, new->place.file))
			return all->list[i];
	}
	return NULL;
}

static struct structure_change *add_change(struct search *search, size_t index)
{
	const struct unit_structure *structure = &search->structures->list[index];
	const struct digest_structure *new = &search->new_digest->structures[index];
	struct structure_changes *all = search->all;
	struct structure_change *change = known_change(all, new);

	if (change) {
		/* One unit may use what another one does not. */
		change->kind = structure->kind > change->kind ? structure->kind : change->kind;
		return change;
	}
	change = xcalloc(1, sizeof(*change));
	change->kind = structure->kind;
	change->old_digest = search->old_digest;
	change->new_digest = search->new_digest;
	change->old = structure->old;
	change->new = new;
	if (digest_own_structure(new))
		change->variable = own_variable(search->new_digest, new);
	all->list = array_grow(all->list, all->count, sizeof(*all->list));
	all->list[all->count++] = change;
	return change;
}

/* Whichever is worse. */
static struct structure_change *worse(struct structure_change *one, struct structure_change *other)
{
	if (!one || (other && other->kind > one->kind))
		return other;
	return one;
}

/* The change of one that it has inside. */
static struct structure_change *followed_by(const struct search *search, size_t index)
{
	const struct digest_structure *structure = &search->new_digest->structures[index];
	struct structure_change *change = NULL;

	for (size_t i = 0; i < structure->member_count; i++) {
		const char *name = digest_member_of(search->new_digest, structure, i)->structure;
		struct unit_structure *inner = find_unit_structure(search->structures, name);

		if (!inner || inner->kind == STRUCTURE_SAME)
			continue;
		if (!inner->change)
			inner->change =
				followed_by(search, (size_t)(inner - search->structures->list));
		change = worse(change, inner->change);
	}
	return change;
}

static void add_outer(const struct search *search, size_t index, struct structure_change *change)
{
	const struct digest_structure *new = &search->new_digest->structures[index];

	if (!digest_own_structure(new))
		structure_add_consequence(change, &new->place,
					  arena_printf(search->arena, "'%s' has it inside",
						       new->name),
					  search->arena);
}

static void find_changes(struct search *search)
{
	struct unit_structures *structures = search->structures;
	size_t count = search->new_digest->structure_count;

	for (size_t i = 0; i < count; i++) {
		kind_of(search, i);
		if (structures->list[i].kind >= STRUCTURE_FITS)
			structures->list[i].change = add_change(search, i);
		structures->first = worse(structures->first, structures->list[i].change);
		structures->have_changed = structures->have_changed ||
					   structures->list[i].has_changed;
	}
	for (size_t i = 0; i < count; i++) {
		if (structures->list[i].kind != STRUCTURE_FOLLOWS)
			continue;
		if (!structures->list[i].change)
			structures->list[i].change = followed_by(search, i);
		if (structures->list[i].change)
			add_outer(search, i, structures->list[i].change);
	}
}

void structures_find(struct structure_changes *all, const struct digest *old_digest,
		     const struct digest *new_digest, struct unit_structures *structures,
		     struct arena *arena)
{
	struct search search = { all, old_digest, new_digest, { .count = 0 }, structures, arena };

	memset(structures, 0, sizeof(*structures));
	structures->list = xcalloc(new_digest->structure_count + 1, sizeof(*structures->list));
	index_names(&search.old_names, old_digest);
	index_names(&structures->names, new_digest);
	for (size_t i = 0; i < new_digest->structure_count; i++)
		structures->list[i].old = find_old(&search, &new_digest->structures[i]);
	find_changes(&search);
	name_table_free(&search.old_names);
}

void structures_free(struct unit_structures *structures)
{
	name_table_free(&structures->names);
	free(structures->list);
	memset(structures, 0, sizeof(*structures));
}

void structure_changes_free(struct structure_changes *all)
{
	for (size_t i = 0; i < all->count; i++) {
		name_table_free(&all->list[i]->known);
		free(all->list[i]->consequences);
		free(all->list[i]);
	}
	free(all->list);
	memset(all, 0, sizeof(*all));
}

void structure_add_consequence(struct structure_change *change, const struct diag_place *place,
			       const char *text, struct arena *arena)
{
	const char *key =
		arena_printf(arena, "%s:%u:%s", place->file ? place->file : "", place->line, text);

	if (name_table_find(&change->known, key))
		return;
	name_table_add(&change->known, key);
	change->consequences = array_grow(change->consequences, change->consequence_count,
					  sizeof(*change->consequences));
	change->consequences[change->consequence_count++] = (struct consequence){ *place, text };
}

bool structures_differ(const struct digest *old_digest, const struct digest *new_digest,
		       struct arena *arena)
{
	struct structure_changes all = { NULL, 0 };
	struct unit_structures structures;
	bool differ = false;

	structures_find(&all, old_digest, new_digest, &structures, arena);
	for (size_t i = 0; i < new_digest->structure_count; i++)
		differ = differ || structures.list[i].kind != STRUCTURE_SAME;
	structures_free(&structures);
	structure_changes_free(&all);
	return differ;
}
