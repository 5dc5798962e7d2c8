# SPDX-License-Identifier: GPL-2.0-or-later
# The patches: taken apart, judged and applied to copies of the files that they touch.
# shellcheck shell=sh disable=SC2034,SC2154 # klpmake sets what is not set here, and uses what is not used

# The livepatch's name, of the first patch's.
name_module() {
	name=$(printf '%s' "$patches" | head -n 1)
	name=${name##*/}
	name=${name%.patch}
	name=${name%.diff}
	name=$(printf '%s' "$name" | LC_ALL=C tr -c 'A-Za-z0-9_-' _ | cut -c1-40)
	name=livepatch-${name:-patch}
}

# take_apart PATCH: writes diffs/N for each file that it touches and prints a line of N, kind
# (modify, new, remove), path and the line in PATCH. What is wrong goes to problems, what does not
# matter to ignored; PATCH's problems are put in order later.
take_apart() {
	LC_ALL=C awk -v patch="$1" -v count="$diff_count" -v files="$scratch/files/" -v original="$prepared/" \
		-v diffs="$scratch/diffs/" -v problems="$scratch/problems.new" -v ignored="$scratch/ignored" \
		-v removed="$scratch/removed" -v arch="$arch" -f "$runtime/patch/take-apart.awk" <"$1"
}

# apply_diff PATCH N KIND PATH LINE PLACES: to the copy in files/. PLACES are the lines of the hunks.
apply_diff() {
	case $4 in
	*/*) mkdir -p "$scratch/files/${4%/*}" || exit 3 ;;
	esac
	if [ "$3" != new ] && [ ! -f "$scratch/files/$4" ]; then
		cp "$prepared/$4" "$scratch/files/$4" || exit 3
		chmod u+w "$scratch/files/$4"
	fi
	LC_ALL=C patch --forward --batch --no-backup-if-mismatch -r - "$scratch/files/$4" "$scratch/diffs/$2" \
		>"$scratch/applied" 2>&1 </dev/null
	report_hunks "$1" "$4" "$5" "$6" $?
	if [ "$3" = remove ]; then
		rm -f "$scratch/files/$4"
		echo "$4" >>"$scratch/removed"
	elif [ "$3" = new ] && [ -s "$scratch/removed" ]; then
		grep -vxF -e "$4" "$scratch/removed" >"$scratch/removed.new"
		mv "$scratch/removed.new" "$scratch/removed"
	fi
}

# report_hunks PATCH PATH LINE PLACES STATUS: what patch had to say of them.
report_hunks() {
	awk -v patch="$1" -v path="$2" -v line="$3" -v places="$4" -v status="$5" -v problems="$scratch/problems.new" '
	function problem(line, text) {
		printf "%s:%d: error: %s [patch]\n", patch, line, text >>problems
		found = 1
	}
	BEGIN { split(places, place, ",") }
	/^(Reversed|Unreversed|Ignoring previously)/ { reversed = 1 }
	/^Hunk #[0-9]+ FAILED at / && !reversed {
		number = substr($2, 2)
		problem(place[number], "hunk " number " of \047" path "\047 does not fit at line " $5 + 0)
	}
	/^Hunk #[0-9]+ succeeded at .* with fuzz / {
		number = substr($2, 2)
		match($0, /with fuzz [0-9]+/)
		printf "%s:%d: warning: hunk %d of \047%s\047 fits only %s at line %d: look whether that is the place [patch]\n",
			patch, place[number], number, path, substr($0, RSTART, RLENGTH), $5
	}
	{ last = $0 }
	END {
		if (reversed)
			problem(line, "the patch of \047" path "\047 is applied already, or reversed")
		else if (status != 0 && !found)
			problem(line, "cannot patch \047" path "\047: " last)
	}' "$scratch/applied" >&2
}

# Those of Documentation and the like are none of the kernel's code.
note_ignored() {
	[ -s "$scratch/ignored" ] || return 0
	[ -n "$quiet" ] || note "ignored, as they are not part of the kernel's code: $(LC_ALL=C sort -u "$scratch/ignored" | tr '\n' ' ')"
}

apply_patches() {
	arch=$(sed -n '1,5s/^# Linux\/\([^ ]*\) .*/\1/p' "$build/.config")
	# What make was told, and not the folder, where these differ (SRCARCH of the kernel's Makefile).
	case $arch in
	i386 | x86_64) arch=x86 ;;
	esac
	diff_count=1
	mkdir "$scratch/files" "$scratch/diffs" || exit 3
	for list in problems ignored removed paths; do : >"$scratch/$list"; done
	line_words
	for patch in $patches; do
		say "applying $patch"
		: >"$scratch/problems.new"
		take_apart "$patch" >"$scratch/diffs/list" || exit 3
		while IFS=$tab read -r number kind path line places; do
			apply_diff "$patch" "$number" "$kind" "$path" "$line" "$places"
			printf '%s\n' "$path" >>"$scratch/paths"
			diff_count=$((number + 1))
		done <"$scratch/diffs/list"
		sort -s -t : -k 2,2n "$scratch/problems.new" >>"$scratch/problems"
	done
	blank_words
	stop_on_problems
	note_ignored
}

# What came of the files in the end: lines of "modify", "new" or "remove" and the path.
judge_files() {
	LC_ALL=C sort -u "$scratch/paths" | while read -r path; do
		if [ ! -e "$prepared/$path" ]; then
			[ ! -e "$scratch/files/$path" ] || printf 'new\t%s\n' "$path"
		elif [ ! -e "$scratch/files/$path" ]; then
			printf 'remove\t%s\n' "$path"
		elif ! cmp -s "$prepared/$path" "$scratch/files/$path"; then
			printf 'modify\t%s\n' "$path"
		fi
	done >"$scratch/touched"
	while IFS=$tab read -r kind path; do
		case $kind-$path in
		new-*.c)
			problem "$path" unsupported "this file is new, and new files of the kernel's code are not supported: put its functions into a file that is there"
			;;
		esac
	done <"$scratch/touched"
	stop_on_problems
	grep -qv '^new' "$scratch/touched" ||
		fail 1 "the patch changes nothing that this kernel is built from [nothing]"
}
