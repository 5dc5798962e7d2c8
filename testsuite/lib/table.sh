# SPDX-License-Identifier: GPL-2.0-or-later
# What kept results (run.sh --keep) say, for tables. To be sourced.
# shellcheck shell=bash

# table_cell FILE.sum PATTERN: how many of the tests passed, failed and were skipped whose files' names match.
table_cell() {
	if [ ! -f "$1" ]; then
		echo -
		return
	fi
	awk -v pattern="^($2): " '
		{ kind = $1; sub(/^[A-Z]+: /, "") }
		$0 !~ pattern { next }
		kind == "PASS:" { passed++ }
		kind ~ /^(FAIL|XPASS|KPASS|UNRESOLVED|ERROR):$/ { failed++ }
		kind ~ /^(UNSUPPORTED|UNTESTED|XFAIL|KFAIL):$/ { skipped++ }
		END {
			printf "%d%s%s\n", passed, failed ? ", **" failed " failed**" : "", skipped ? ", " skipped " skipped" : ""
		}' "$1"
}
