/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Spells types for the note and for digests. */
#ifndef KLPMAKE_PLUGIN_SIGNATURE_H
#define KLPMAKE_PLUGIN_SIGNATURE_H

/* The type as klpmake-note.h describes; allocated with malloc, never NULL. */
char *signature_of(tree type);

#endif
