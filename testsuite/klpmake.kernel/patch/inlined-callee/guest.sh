# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	grep -E '^(MemTotal|SwapTotal|VmallocTotal):' /proc/meminfo
}
