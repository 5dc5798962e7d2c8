# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
observe() {
	for score in 0 500 1000 -500; do
		(
			echo "$score" > /proc/self/oom_score_adj
			echo "score $score is $(cat /proc/self/oom_adj)"
		)
	done
}
