# SPDX-License-Identifier: GPL-2.0-or-later
# The patched source: symbolic links to the prepared one, but for the touched files.
# shellcheck shell=sh disable=SC2034,SC2154 # klpmake sets what is not set here, and uses what is not used

# Lines of paths become lines of the folders, sorted, that have to be real ones so that the path leads
# to the patched files: what is behind ".." is looked for beside a folder's own place.
folders_of() {
	awk '
	{
		count = split($0, word, "/")
		depth = 0
		for (i = 1; i < count; i++) {
			if (word[i] == "." || word[i] == "")
				continue
			if (word[i] != "..")
				stack[++depth] = word[i]
			else if (depth > 0)
				show(depth--)
		}
		show(depth)
	}
	function show(depth,   path, i) {
		for (i = 1; i <= depth; i++) {
			path = path (i > 1 ? "/" : "") stack[i]
			if (!seen[path]++)
				print path
		}
	}' | LC_ALL=C sort
}

# link_entries FOLDER: of the prepared source, into the same one of the tree.
link_entries() {
	[ ! -d "$prepared/$1" ] ||
		find "$prepared/$1" -mindepth 1 -maxdepth 1 -exec ln -s -t "$scratch/tree/$1" '{}' + || exit 3
}

# Reads folders, those above first. Sets grown where one was made real.
make_real() {
	while read -r path; do
		[ -L "$scratch/tree/$path" ] || [ ! -d "$scratch/tree/$path" ] || continue
		rm -f "$scratch/tree/$path"
		mkdir "$scratch/tree/$path" || exit 3
		link_entries "$path"
		grown=yes
	done
}

# The folder include/trace is where tracepoints' headers are included from, by "../../drivers/...".
make_tree() {
	rm -rf "$scratch/tree"
	mkdir "$scratch/tree" || exit 3
	link_entries .
	{
		cat "$scratch/names"
		cut -f 2 "$scratch/units.list"
		[ ! -d "$prepared/include/trace" ] || echo include/trace/
		cat "$scratch/units"/*.flags | tr ' ' '\n' | sed -n 's|^\(-I\)\{0,1\}\([^/-].*/\.\./.*\)$|\2/|p' | sort -u
	} | folders_of >"$scratch/folders"
	make_real <"$scratch/folders"
	while IFS=$tab read -r kind path; do
		rm -f "$scratch/tree/$path"
		[ "$kind" = remove ] || cp "$scratch/files/$path" "$scratch/tree/$path" || exit 3
	done <"$scratch/touched"
}

# Which patched units saw the original of a touched file, by a way around that begins in a folder which
# is not real? Prints lines of the unit's number and the path.
missed_files() {
	find "$scratch/units" -name '*.d' -exec awk -v touched="$scratch/names" '
		BEGIN { while ((getline path <touched) > 0) is_touched[path] }
		!/\/\.\.\// { next }
		{
			for (i = 1; i <= NF; i++)
				if ($i ~ /^[^\/].*\/\.\.\// && plain($i) in is_touched) {
					number = FILENAME
					sub(/.*\//, "", number)
					print number + 0 "\t" $i
				}
		}
		function plain(path,   count, word, stack, depth, i) {
			count = split(path, word, "/")
			for (i = 1; i <= count; i++)
				if (word[i] == "..")
					depth--
				else if (word[i] != ".")
					stack[++depth] = word[i]
			path = stack[1]
			for (i = 2; i <= depth; i++)
				path = path "/" stack[i]
			return path
		}' '{}' +
}
