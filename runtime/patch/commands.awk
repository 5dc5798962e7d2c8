# SPDX-License-Identifier: GPL-2.0-or-later
# How Kbuild compiles the units, from what "make -n" prints: each command as echo and its text, in single
# quotes. The first file is the list of units; UNITS is the folder to which N.flags and N.objtool go, with a
# slash at its end.

BEGIN { quote = "'"; escaped = quote "\\\\" quote quote }
FNR == NR { number[$2] = $1; next }
!/ -c -o / || !/echo / { next }
{
	gsub(escaped, "\001")
	parts = split($0, part, quote)
	for (i = 1; i <= parts; i++)
		if (part[i] ~ /^  [^ ]/ && match(part[i], / -c -o [^ ]+ [^ ]+\.c( |;|$)/))
			take(part[i])
}
function take(text,   words, source, object, rest, flags, steps, step, i) {
	split(substr(text, RSTART, RLENGTH), words, /[ ;]+/)
	object = words[4]
	source = words[5]
	if (!(source in number))
		return
	flags = substr(text, 1, RSTART - 1)
	rest = substr(text, RSTART)
	sub(/^ -c -o [^ ]+ [^ ;]+/, "", rest)
	steps = split(rest, step, ";")
	flags = flags step[1]
	gsub(/ -Wp,-MM?D,[^ ]+/, "", flags)
	gsub("\001", quote, flags)
	print flags >(units number[source] ".flags")
	for (i = 2; i <= steps; i++)
		if (step[i] ~ /^ *[^ ]*objtool /) {
			sub(/ +$/, "", step[i])
			gsub("\001", quote, step[i])
			if (substr(step[i], length(step[i]) - length(object)) == " " object)
				step[i] = substr(step[i], 1, length(step[i]) - length(object) - 1)
			print step[i] >(units number[source] ".objtool")
		}
	delete number[source]
}
