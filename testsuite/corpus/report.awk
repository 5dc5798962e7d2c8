# SPDX-License-Identifier: GPL-2.0-or-later
# Sums up the results of a corpus: lines of path, result, class, seconds and number of patches, separated
# by tabs, as one.sh makes them. The status is 1 if there are bugs.

function percent(part, whole) {
	return whole ? sprintf("%.1f %%", 100 * part / whole) : "none"
}

# The value below which that part of all lies.
function quantile(part,   at) {
	at = int(part * times + 0.999999)
	return time[at < 1 ? 1 : at]
}

function sort_times(   i, j, value) {
	for (i = 2; i <= times; i++) {
		value = time[i]
		for (j = i - 1; j >= 1 && time[j] > value; j--)
			time[j + 1] = time[j]
		time[j + 1] = value
	}
}

BEGIN {
	FS = "\t"
	split("module refused nothing incomplete covered", fine, " ")
	for (i in fine)
		is_fine[fine[i]]
}

{
	count[$2]++
	time[++times] = $4 + 0
	if ($4 + 0 > longest) {
		longest = $4 + 0
		longest_path = $1
	}
}

$5 > 1 && $2 != "incomplete" && $2 != "covered" {
	completed++
}

# The patch of one file says what that fix is; completed ones have all that happened to a header.
$2 != "nothing" && $2 != "incomplete" && $2 != "covered" {
	kind = $5 > 1 ? "completed" : "alone"
	of_kind[kind]++
	if ($2 == "module")
		modules_of[kind]++
}

$2 == "refused" {
	refused[$3]++
}

!($2 in is_fine) {
	bug[++bugs] = sprintf("%s%s: %s", $2, $3 == "-" ? "" : " [" $3 "]", $1)
}

END {
	real = of_kind["alone"] + of_kind["completed"]
	printf "patches                      %5d\n", NR
	printf "  change nothing of the code %5d\n", count["nothing"]
	printf "  need other files' changes: not found, %d; the same as another's, %d; completed, %d\n",
		count["incomplete"], count["covered"], completed
	printf "  all others                 %5d\n", real
	printf "    modules, all checked     %5d  %s\n", count["module"], percent(count["module"], real)
	printf "      of the patch alone     %5d of %d, %s\n", modules_of["alone"], of_kind["alone"],
		percent(modules_of["alone"], of_kind["alone"])
	printf "      of completed ones      %5d of %d, %s\n", modules_of["completed"], of_kind["completed"],
		percent(modules_of["completed"], of_kind["completed"])
	printf "    refused                  %5d  %s\n", count["refused"], percent(count["refused"], real)
	for (class in refused)
		printf "      %-22s %5d\n", "[" class "]", refused[class] | "LC_ALL=C sort -k 2,2nr -k 1,1"
	close("LC_ALL=C sort -k 2,2nr -k 1,1")
	printf "    bugs                     %5d  %s\n", bugs, percent(bugs, real)
	for (i = 1; i <= bugs; i++)
		print "      " bug[i]
	if (times) {
		sort_times()
		printf "seconds: median %.1f, 90th percentile %.1f, longest %.1f (%s)\n", quantile(0.5), quantile(0.9),
			longest, longest_path
	}
	exit bugs > 0
}
