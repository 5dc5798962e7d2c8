/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spells a type in the form that klpmake-note.h describes, for klp-fixer's comparison with DWARF.
 * Comes in: a type of GCC. Goes out: a string. With a plan, structures that pointers lead to are those of the kernel.
 */
#include "gcc-compat.h"
#include "plan.h"
#include "signature.h"
#include "structure.h"

static void spell(struct obstack *out, tree type, int pointers);

static void spell_text(struct obstack *out, const char *text)
{
	obstack_grow(out, text, strlen(text));
}

/* KIND and the size in bytes, which stays away where it is not known. */
static void spell_sized(struct obstack *out, char kind, tree type)
{
	char text[32] = { kind };

	if (TYPE_SIZE_UNIT(type) && tree_fits_uhwi_p(TYPE_SIZE_UNIT(type)))
		snprintf(text + 1, sizeof(text) - 1, "%llu",
			 (unsigned long long)tree_to_uhwi(TYPE_SIZE_UNIT(type)));
	spell_text(out, text);
}

static void spell_tagged(struct obstack *out, char kind, tree type)
{
	tree name = TYPE_NAME(TYPE_MAIN_VARIANT(type));

	spell_sized(out, kind, type);
	spell_text(out, ":");
	if (name && TREE_CODE(name) == IDENTIFIER_NODE)
		spell_text(out, IDENTIFIER_POINTER(name));
	spell_text(out, ";");
}

/* What is handed over is of the size that it has here. */
static const struct plan_structure *in_kernel(tree type, int pointers)
{
	const char *name = structure_name(type);
	unsigned HOST_WIDE_INT size;
	const struct plan_structure *structure;

	if (!name || !TYPE_SIZE_UNIT(type) || !tree_fits_uhwi_p(TYPE_SIZE_UNIT(type)))
		return NULL;
	size = tree_to_uhwi(TYPE_SIZE_UNIT(type));
	structure = plan_find_structure(name, size);
	return structure && (pointers || structure->kernel_size == size) ? structure : NULL;
}

/* As the kernel has it, which has to agree: what the patch changes in it, klp-plan has found to do no harm. */
static void spell_structure(struct obstack *out, char kind, tree type, int pointers)
{
	const struct plan_structure *structure = in_kernel(type, pointers);
	char text[32];

	if (!structure) {
		spell_tagged(out, kind, type);
		return;
	}
	snprintf(text, sizeof(text), "%c%u:", kind, structure->kernel_size);
	spell_text(out, text);
	if (strchr(structure->kernel_name, ' '))
		spell_text(out, strchr(structure->kernel_name, ' ') + 1);
	spell_text(out, ";");
}

static void spell_array(struct obstack *out, tree type, int pointers)
{
	tree domain = TYPE_DOMAIN(type);
	char text[32] = "a";

	if (domain && TYPE_MAX_VALUE(domain) && tree_fits_uhwi_p(TYPE_MAX_VALUE(domain)))
		snprintf(text, sizeof(text), "a%llu",
			 (unsigned long long)tree_to_uhwi(TYPE_MAX_VALUE(domain)) + 1);
	spell_text(out, text);
	spell_text(out, ":");
	spell(out, TREE_TYPE(type), pointers);
}

static void spell_function(struct obstack *out, tree type, int pointers)
{
	tree parameter = TYPE_ARG_TYPES(type);

	spell_text(out, "F");
	spell(out, TREE_TYPE(type), pointers);
	spell_text(out, "(");
	if (!parameter)
		spell_text(out, "?");
	for (; parameter && parameter != void_list_node; parameter = TREE_CHAIN(parameter)) {
		spell(out, TREE_VALUE(parameter), pointers);
		if (!TREE_CHAIN(parameter))
			spell_text(out, ".");
	}
	spell_text(out, ")");
}

/* POINTERS: how many pointers were gone through; what a second one points to is left out. */
static void spell(struct obstack *out, tree type, int pointers)
{
	switch (TREE_CODE(type)) {
	case VOID_TYPE:
		spell_text(out, "v");
		break;
	case BOOLEAN_TYPE:
		spell_sized(out, 'b', type);
		break;
	case ENUMERAL_TYPE:
		spell_tagged(out, 'E', type);
		break;
	case INTEGER_TYPE:
		spell_sized(out, TYPE_UNSIGNED(type) ? 'u' : 's', type);
		break;
	case REAL_TYPE:
		spell_sized(out, 'f', type);
		break;
	case POINTER_TYPE:
		spell_text(out, "p");
		if (pointers)
			spell_text(out, "?");
		else
			spell(out, TREE_TYPE(type), pointers + 1);
		break;
	case ARRAY_TYPE:
		spell_array(out, type, pointers);
		break;
	case RECORD_TYPE:
		spell_structure(out, 'S', type, pointers);
		break;
	case UNION_TYPE:
		spell_structure(out, 'U', type, pointers);
		break;
	case FUNCTION_TYPE:
		spell_function(out, type, pointers);
		break;
	default:
		spell_text(out, "?");
	}
}

char *signature_of(tree type)
{
	struct obstack out;
	char *text;

	obstack_init(&out);
	spell(&out, type, 0);
	obstack_1grow(&out, '\0');
	text = xstrdup((char *)obstack_finish(&out));
	obstack_free(&out, NULL);
	return text;
}
