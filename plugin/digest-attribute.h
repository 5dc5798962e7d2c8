/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What else is declared of a symbol or a type, in the text of a digest. */
#ifndef KLPMAKE_DIGEST_ATTRIBUTE_H
#define KLPMAKE_DIGEST_ATTRIBUTE_H

struct digest_text;

/* Those attributes of a type that code depends on. */
void digest_attribute_put_type(struct digest_text *out, tree type);
/* Of a function that is compiled: those that its code depends on. */
void digest_attribute_put_own(struct digest_text *out, tree decl);
/* Of a parameter or variable inside of a function. */
void digest_attribute_put_local(struct digest_text *out, tree decl);
/* Of a function or variable that is used: what code that uses it depends on. */
void digest_attribute_put_used(struct digest_text *out, tree decl);

#endif
