/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What uses what in a file. */
#ifndef KLPMAKE_DIGEST_USE_H
#define KLPMAKE_DIGEST_USE_H

/* Writes the lines "use" of a digest to FILE. */
void digest_use_write(FILE *file);

#endif
