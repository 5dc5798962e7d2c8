# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	grep -E '^(Character|Block) devices|^ *1 mem|^ *4 ' /proc/devices
}
