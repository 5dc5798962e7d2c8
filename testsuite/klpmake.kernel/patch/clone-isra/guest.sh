# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
adjust() {
	if (echo "$2" > "$1") 2>/dev/null; then
		echo "$1: $2 is taken"
		echo 0 > "$1"
	else
		echo "$1: $2 is refused"
	fi
}

# Process 2 is the kernel thread that starts the others.
observe() {
	adjust /proc/2/oom_score_adj 100
	adjust /proc/2/oom_adj 3
	adjust /proc/self/oom_score_adj 100
	adjust /proc/self/oom_adj 3
}
