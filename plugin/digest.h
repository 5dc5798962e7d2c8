/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the file means, written down to be compared. */
#ifndef KLPMAKE_PLUGIN_DIGEST_H
#define KLPMAKE_PLUGIN_DIGEST_H

/* Writes the digest of the file to PATH. Before the interprocedural passes. */
void digest_write(const char *path);

#endif
