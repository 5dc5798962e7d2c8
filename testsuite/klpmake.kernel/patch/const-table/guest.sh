# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	grep '^intr ' /proc/stat
	grep '^ctxt ' /proc/stat
}
