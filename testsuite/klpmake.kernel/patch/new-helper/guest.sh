# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	cat /proc/loadavg
}
