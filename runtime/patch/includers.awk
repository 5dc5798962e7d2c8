# SPDX-License-Identifier: GPL-2.0-or-later
# Which files include HEADER, directly or through others? Comes in: lines of a file, a colon and its #include.
# Where the compiler looks for what is included is not known here: whatever ends like it may be it.

{
	colon = index($0, ":")
	from = substr($0, 1, colon - 1)
	text = substr($0, colon + 1)
	sub(/^[^"<]*["<]/, "", text)
	sub(/[">].*/, "", text)
	while (sub(/^\.\.?\//, "", text))
		;
	base = text
	sub(/.*\//, "", base)
	count++
	includer[count] = from
	included[count] = text
	next_of[count] = first_of[base]
	first_of[base] = count
}

function see(path) {
	if (seen[path]++)
		return
	queue[++last] = path
	if (path != header)
		print path
}

# Those that Kbuild has every file include.
function is_everywhere(path) {
	return path ~ /^include\/linux\/(compiler-version|compiler_types|kconfig)\.h$/
}

END {
	see(header)
	for (at = 1; at <= last; at++) {
		if (is_everywhere(queue[at])) {
			for (i = 1; i <= count; i++)
				see(includer[i])
			break
		}
		base = queue[at]
		sub(/.*\//, "", base)
		path = "/" queue[at]
		for (i = first_of[base]; i; i = next_of[i])
			if (substr(path, length(path) - length(included[i])) == "/" included[i])
				see(includer[i])
	}
}
