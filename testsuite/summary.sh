#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Judges finished test runs: reads the .sum file and the exit status that each of the folders
# holds (one folder for each suite, written by "make check").
#
# usage: summary.sh [--list] [--no-skip] FOLDER...
#
#	--list		print each suite's totals, what failed and what was skipped
#	--no-skip	a skipped test is a failure
#
# Exit status 0: nothing failed and at least one test passed.
set -u

list=no
no_skip=no
while [ $# -gt 0 ]; do
	case $1 in
	--list) list=yes ;;
	--no-skip) no_skip=yes ;;
	-*) echo "summary.sh: unknown option '$1'" >&2; exit 2 ;;
	*) break ;;
	esac
	shift
done

passed=0
failed=0
skipped=0

# count_lines FILE WORD...: lines of FILE that start with one of the words and a colon
count_lines()
{
	file=$1
	shift
	words=$(printf '|%s' "$@")
	grep -cE "^(${words#|}): " "$file"
}

for folder; do
	sum=$folder/klpmake.sum
	if [ ! -f "$sum" ]; then
		echo "FAIL: $folder: no tests were run"
		failed=$((failed + 1))
		continue
	fi
	bad=$(count_lines "$sum" FAIL XPASS KPASS UNRESOLVED ERROR)
	# runtest stops with a status of its own where it breaks down before its end.
	if [ "$bad" -eq 0 ] && [ -f "$folder/status" ]; then
		echo "FAIL: $folder: runtest ended with status $(cat "$folder/status")"
		bad=1
	fi
	good=$(count_lines "$sum" PASS)
	not_run=$(count_lines "$sum" UNSUPPORTED UNTESTED XFAIL KFAIL)
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + not_run))
	if [ $list = yes ]; then
		echo "$folder: passed $good, failed $bad, skipped $not_run"
		grep -E '^(FAIL|XPASS|KPASS|UNRESOLVED|ERROR|UNSUPPORTED|UNTESTED|XFAIL|KFAIL): ' "$sum"
	fi
done

if [ $list = no ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
fi
if [ $no_skip = yes ]; then
	failed=$((failed + skipped))
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
