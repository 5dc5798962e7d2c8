/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GCC's headers, in the order that they need, and the differences between GCC's versions. No
 * other file of the plugin includes a header of GCC or asks for its version.
 */
#ifndef KLPMAKE_GCC_COMPAT_H
#define KLPMAKE_GCC_COMPAT_H

#include "gcc-plugin.h"
#include "plugin-version.h"
#include "target.h"
#include "tree.h"
#include "tree-iterator.h"
#include "stringpool.h"
#include "attribs.h"
#include "basic-block.h"
#include "function.h"
#include "gimple.h"
#include "gimple-iterator.h"
#include "gimple-predict.h"
#include "gimple-walk.h"
#include "internal-fn.h"
#include "real.h"
#include "calls.h"
#include "cfgloop.h"
#include "cgraph.h"
#include "fold-const.h"
#include "cpplib.h"
/* Before the diagnostics: it makes the compiler that builds the plugin know their formats. */
#include "c-family/c-common.h"
#include "c-family/c-pragma.h"
#include "c-tree.h"
#include "diagnostic.h"
#include "file-prefix-map.h"
#include "intl.h"
#include "options.h"
#include "opts.h"
#include "output.h"
#include "toplev.h"
#include "varasm.h"

/* GCC 11 has one bit for all warnings of a declaration, GCC 12 one for each group. */
static inline void compat_suppress_unused(tree decl, bool suppress)
{
#if GCCPLUGIN_VERSION_MAJOR >= 12
	suppress_warning(decl, OPT_Wunused, suppress);
#else
	TREE_NO_WARNING(decl) = suppress;
#endif
}

/* The file that is compiled, as locations call it. GCC 10 has no name for standard input. */
static inline const char *compat_main_file(void)
{
	return main_input_filename && !*main_input_filename ? "<stdin>" : main_input_filename;
}

/* Assembler outside of functions: its list. GCC 16 could have other symbols in it. */
static inline asm_node *compat_next_asm(asm_node *node)
{
#if GCCPLUGIN_VERSION_MAJOR >= 16
	return safe_as_a<asm_node *>(node->next);
#else
	return node->next;
#endif
}

/* Its text. GCC 15 knows such with operands; false: it has some. */
static inline bool compat_asm_text(asm_node *node, tree *text)
{
	*text = node->asm_str;
#if GCCPLUGIN_VERSION_MAJOR >= 15
	if (TREE_CODE(*text) == ASM_EXPR) {
		bool plain = !ASM_OUTPUTS(*text) && !ASM_INPUTS(*text) && !ASM_CLOBBERS(*text);

		*text = ASM_STRING(*text);
		return plain;
	}
#endif
	return true;
}

/* Is it one without operands, in the source, too? GCC 15 has another name for that. */
static inline bool compat_asm_is_basic(const gasm *statement)
{
#if GCCPLUGIN_VERSION_MAJOR >= 15
	return gimple_asm_basic_p(statement);
#else
	return gimple_asm_input_p(statement);
#endif
}

#endif
