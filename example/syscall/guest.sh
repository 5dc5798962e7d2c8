# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	echo "system: $(uname -s)"
	# Machines without 32-bit programs refuse to be taken for such a one.
	echo "machine, for a 32-bit program: $(linux32 uname -m 2>/dev/null || uname -m)"
	echo "release, for an old program: $(/example/old-program)"
}
