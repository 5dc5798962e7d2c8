# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	grep -c reader /proc/version
	grep reader /proc/version
	dmesg | sed -n 's/^\[[ 0-9.]*\] \(version: \)/\1/p'
}
