/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What uses what in a file. Comes in: the symbol table before the interprocedural passes, with its calls and
 * references. Goes out: a line of the digest for each pair of what the file defines. klp-plan follows them from
 * what is replaced to what the livepatch then has, such as a table with other contents. For digest.cc.
 */
#include "gcc-compat.h"
#include "digest-use.h"
#include "symbol-name.h"

#include "klpmake-digest.h"

static const char *const record_words[] = DIGEST_RECORD_WORDS;
static const char *const use_words[] = DIGEST_USE_WORDS;

/* What one symbol's lines have named already, for each way to use it. */
struct named {
	auto_vec<symtab_node *> nodes[ARRAY_SIZE(use_words)];
};

static void write_use(FILE *file, symtab_node *user, enum digest_use how, symtab_node *used,
		      struct named *named)
{
	if (!used->definition || !VAR_OR_FUNCTION_DECL_P(used->decl) ||
	    named->nodes[how].contains(used))
		return;
	named->nodes[how].safe_push(used);
	fprintf(file, "%s\t%s\t%s\t", record_words[DIGEST_USE], symbol_name(user->decl),
		use_words[how]);
	fprintf(file, "%s\n", symbol_name(used->decl));
}

static void write_uses_of(FILE *file, symtab_node *user)
{
	cgraph_node *function = dyn_cast<cgraph_node *>(user);
	struct named named;
	ipa_ref *ref;

	if (function)
		for (cgraph_edge *edge = function->callees; edge; edge = edge->next_callee)
			write_use(file, user, DIGEST_USE_CALL, edge->callee, &named);
	for (int i = 0; user->iterate_reference(i, ref); i++)
		write_use(file, user,
			  ref->use == IPA_REF_ADDR ? DIGEST_USE_POINTER : DIGEST_USE_ACCESS,
			  ref->referred, &named);
}

void digest_use_write(FILE *file)
{
	symtab_node *node;

	FOR_EACH_SYMBOL(node)
	if (node->definition && VAR_OR_FUNCTION_DECL_P(node->decl))
		write_uses_of(file, node);
}
