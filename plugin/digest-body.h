/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions' bodies in the text of a digest. */
#ifndef KLPMAKE_DIGEST_BODY_H
#define KLPMAKE_DIGEST_BODY_H

struct digest_text;

/* BODY has its blocks already. */
void digest_body_put(struct digest_text *out, struct function *body);
/*
 * Only the statements of BODY that PART, one of the function's lexical blocks, and those within it have. The text
 * is the same wherever in the function the block stands.
 */
void digest_body_put_part(struct digest_text *out, struct function *body, tree part);

#endif
