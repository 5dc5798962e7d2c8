/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function calls. Comes in: one of a unit's functions. Goes out: where its calls return to, as the compiler has
 * told; it knows nothing of calls in asm statements.
 */
#include "dwarf/unit.h"

#include "dwarf/die.h"

struct calls {
	struct die_context context;
	unit_return_function *use;
	void *data;
};

/*
 * Is the entry of a call that of a jump, as the function returns what the other one does? 1, 0, or -1 after a message.
 */
static int is_tail_call(const struct die_context *context, Dwarf_Die die)
{
	static const Dwarf_Half attributes[] = { DW_AT_call_tail_call, DW_AT_GNU_tail_call };

	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
		Dwarf_Error error = NULL;
		Dwarf_Bool found;

		if (dwarf_hasattr(die, attributes[i], &found, &error) != DW_DLV_OK)
			return die_failed(context, error);
		if (found)
			return 1;
	}
	return 0;
}

/* NUMBER: the attribute that has the address. */
static int see_call(const struct calls *calls, Dwarf_Die die, Dwarf_Half number)
{
	Dwarf_Unsigned address;
	int result = is_tail_call(&calls->context, die);

	if (result)
		return result < 0 ? -1 : 0;
	result = die_address(&calls->context, die, number, &address);
	return result == 1 ? calls->use(address, calls->data) : result;
}

static int see_entry(void *data, Dwarf_Die die, Dwarf_Half tag)
{
	struct calls *calls = data;

	switch (tag) {
	case DW_TAG_call_site:
		return see_call(calls, die, DW_AT_call_return_pc);
	case DW_TAG_GNU_call_site:
		return see_call(calls, die, DW_AT_low_pc);
	case DW_TAG_inlined_subroutine:
	case DW_TAG_lexical_block:
		return die_each_child(&calls->context, die, see_entry, calls);
	default:
		return 0;
	}
}

int unit_each_return(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		     const struct definition *function, unit_return_function *use, void *data)
{
	struct calls calls = { .context = { dwarf, unit }, .use = use, .data = data };
	Dwarf_Die die;
	int result;

	if (die_at(&calls.context, function->die, &die))
		return -1;
	result = die_each_child(&calls.context, die, see_entry, &calls);
	dwarf_dealloc_die(die);
	return result;
}

static int take_end(void *data, uint64_t start, uint64_t end)
{
	(void)start;
	*(uint64_t *)data = end;
	return 1;
}

int unit_function_end(struct dwarf_file *dwarf, struct dwarf_unit *unit,
		      const struct definition *function, uint64_t *end)
{
	struct die_context context = { dwarf, unit };
	Dwarf_Die die;
	int result;

	*end = 0;
	if (die_at(&context, function->die, &die))
		return -1;
	result = die_each_range(&context, die, take_end, end);
	dwarf_dealloc_die(die);
	return result < 0 ? -1 : 0;
}
