# SPDX-License-Identifier: GPL-2.0-or-later
# Splits the difference between two versions of the kernel's source into patches of one C file each. To
# be sourced, after fetch.sh.
#
#	split_sources OLD.tar NEW.tar	makes $corpus/split_OLD_NEW and sets SPLIT to it
#
# The folder has patches/NAME.patch for each C file that the kernel is built from, and "list" with lines
# of NAME and the file's path, separated by a tab. "left-out" has the C files that differ, but are not
# built. "headers" has a diff for each header, under its path ("header-list" has these), and "added" has lines of a word and a file
# whose diff may add its definition.
# shellcheck shell=bash disable=SC2034,SC2154 # the variables are for the caller, or of it

# split_strings FILE...: what the line tables name, C files with and without a folder among it.
split_strings() {
	readelf --string-dump=.debug_line_str "$@" 2>/dev/null | sed -n 's/^ *\[ *[0-9a-f]*\]  //p'
}

# The C files that the kernel is built from: those that units are named after, and those that these
# include, which the line tables have as a name without a folder.
split_built() {
	{
		split_strings "$KERNEL_VMLINUX"
		find "$KERNEL_DEBUG_DIR/lib/modules" -name '*.ko*' -print0 | xargs -0 -n 200 readelf --string-dump=.debug_line_str \
			2>/dev/null | sed -n 's/^ *\[ *[0-9a-f]*\]  //p'
	} | LC_ALL=C sort -u | awk '
		function plain(path) {
			while (match(path, /[^\/]+\/\.\.\//))
				path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
			sub(/^\.\//, "", path)
			return path
		}
		/^\// { next }
		{ print plain($0) }'
}

# split_name PATH: what the patch is called, and with it the module, whose name klpmake cuts: it is to be
# one of its own all the same.
split_name() {
	local name=${1%.c}

	name=${name//\//-}
	name=${name//[^A-Za-z0-9-]/_}
	if [ ${#name} -gt 40 ]; then
		name=$(printf '%s' "$1" | sha1sum | cut -c 1-7)-${name: -32}
	fi
	echo "$name"
}

# split_unpack TARBALL FOLDER
split_unpack() {
	mkdir "$2" && tar -xf "$1" -C "$2" --strip-components=1 --wildcards --exclude='*/tools' --exclude='*/Documentation' \
		--exclude='*/samples' --exclude='*/scripts' '*.c' '*.h'
}

# split_differing c|h: the files of that kind that both versions have and that differ.
split_differing() {
	sed -n 's/^Files old\/\(.*\.'"$1"'\) and new\/.* differ$/\1/p' differing
}

# The headers that only the newer version has.
split_new_headers() {
	sed -n 's/^Only in new\(\/*\)\(.*\): \(.*\.h\)$/\2\1\3/p' differing
}

# split_diff PATH OUTPUT
split_diff() {
	local old=a/$1

	[ -e "old/$1" ] || old=/dev/null
	LC_ALL=C diff -uNp --label "$old" --label "b/$1" "old/$1" "new/$1" >"$2"
	[ -s "$2" ]
}

# split_candidates BUILT: of the files read, those that units are named after, and those that may be
# included by one: klp-plan knows whether they are.
split_candidates() {
	awk -v named="$1.named" -v maybe="$1.maybe" -v unbuilt="$1.unbuilt" '
		FNR == NR { built[$0]; next }
		{
			base = $0
			sub(/.*\//, "", base)
			folder = substr($0, 1, length($0) - length(base) - 1)
			print >($0 in built ? named : base in built && folder in built ? maybe : unbuilt)
		}' "$1" -
}

split_is_included() {
	"$KLPMAKE_PLAN" --quiet --vmlinux="$KERNEL_VMLINUX" --debug-dir="$KERNEL_DEBUG_DIR" \
		--release="$KERNEL_RELEASE" --units "$1" >/dev/null 2>&1
}

# split_headers BUILT: a diff for each header that the kernel is built from, and for new ones.
split_headers() {
	local path

	mkdir headers
	: >"$1.maybe"
	split_differing h | split_candidates "$1"
	{
		cat "$1.maybe"
		split_new_headers
	} | LC_ALL=C sort | while read -r path; do
		mkdir -p "headers/${path%/*}" && split_diff "$path" "headers/$path" || return 3
		split_added "$path" "headers/$path"
	done
}

# split_added PATH DIFF: lines of a word and the path for all that new lines may define: what stands in a
# line that begins at its left margin, and what comes before an initial value or a call in others.
split_added() {
	awk -v path="$1" '
		FNR > 2 && /^\+/ {
			text = substr($0, 2)
			if (text ~ /^[ \t]/)
				sub(/[=(].*/, "", text)
			count = split(text, word, /[^A-Za-z0-9_]+/)
			for (i = 1; i <= count; i++)
				if (word[i] ~ /^[A-Za-z_]/ && !seen[word[i]]++)
					print word[i] "\t" path
		}' "$2"
}

# split_globals PATH DIFF: the same for the functions and variables of all files that a C file gets.
split_globals() {
	sed -n -e '/^+static/d' -e 's/ __\(ro_after_init\|read_mostly\)//' \
		-e 's/^+[A-Za-z_][^(=;]*[ *]\([A-Za-z0-9_]*\)\([(;]\| =\).*/\1/p' "$2" |
		awk -v path="$1" '{ print $0 "\t" path }'
}

split_fill() {
	local path name

	debian_say "Unpacking the sources"
	split_unpack "$1" old && split_unpack "$2" new || return 3
	debian_say "Reading what the kernel $KERNEL_RELEASE is built from"
	split_built >built
	: >built.named
	: >built.maybe
	: >built.unbuilt
	LC_ALL=C diff -rq old new | LC_ALL=C sort >differing
	split_differing c | split_candidates built
	while read -r path; do
		if split_is_included "$path"; then
			echo "$path" >>built.named
		else
			echo "$path" >>built.unbuilt
		fi
	done <built.maybe
	[ -s built.named ] || { debian_say "no C file of this kernel differs"; return 3; }

	debian_say "Splitting the difference"
	mkdir patches
	LC_ALL=C sort -o built.named built.named
	while read -r path; do
		name=$(split_name "$path")
		split_diff "$path" "patches/$name.patch" || return 3
		printf '%s\t%s\n' "$name" "$path"
	done <built.named >list
	LC_ALL=C sort built.unbuilt >left-out
	{
		split_headers built
		while read -r path; do split_globals "$path" "patches/$(split_name "$path").patch"; done < <(cut -f 2 list)
	} >added || return 3
	(cd headers && find . -type f -printf '%P\n') | LC_ALL=C sort >header-list
	rm -rf old new differing built built.*
}

split_sources() {
	SPLIT=$corpus/split_${OLD}_$NEW
	[ -d "$SPLIT" ] || debian_into "$SPLIT" split_fill "$1" "$2"
}
