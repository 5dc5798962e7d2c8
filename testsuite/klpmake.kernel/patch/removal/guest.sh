# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	grep -cE '^Mems_allowed' /proc/self/status | sed 's/^/lines on memory nodes: /'
	grep -E '^(Cpus_allowed|voluntary_ctxt_switches):' /proc/self/status
}
