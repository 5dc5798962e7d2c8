/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Assembler inside of functions, in the text of a digest. */
#ifndef KLPMAKE_DIGEST_ASM_H
#define KLPMAKE_DIGEST_ASM_H

struct digest_text;

void digest_asm_put(struct digest_text *out, gasm *statement);

#endif
