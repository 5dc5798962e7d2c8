# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# The key is switched while the livepatch is there: its jumps have to follow.
observe() {
	local value

	for value in 0 1 0; do
		echo "$value" > /proc/sys/kernel/sched_schedstats
		grep -E '^(schedstat_enabled|sum_sleep_runtime|wait_count)' /proc/self/sched |
			sed "s/  */ /g;s/^/switched to $value: /"
	done
}
