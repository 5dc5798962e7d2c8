# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	echo "system: $(uname -s)"
	echo "machine, for a 32-bit program: $(linux32 uname -m)"
	echo "release, for an old program: $(/example/old-program)"
}
