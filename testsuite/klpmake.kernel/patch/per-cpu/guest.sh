# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# A row's last number is that of one of the CPUs again, unless an interrupt came in between.
observe() {
	sed -n '1{s/  */ /g;s/ $//;p;}' /proc/softirqs
	sed -n 's/^ *TIMER:/TIMER:/p' /proc/softirqs
	awk 'NR > 1 && ($NF == $2 || $NF == $3) { same++ }
		END { print "same: " same " of " NR - 1 }' /proc/softirqs
}
