/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions' bodies in the text of a digest. */
#ifndef KLPMAKE_DIGEST_BODY_H
#define KLPMAKE_DIGEST_BODY_H

struct digest_text;

/* BODY has its blocks already. */
void digest_body_put(struct digest_text *out, struct function *body);

#endif
