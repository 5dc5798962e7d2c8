# SPDX-License-Identifier: GPL-2.0-or-later
# Files that use a header's changed macros. GCC's debug information names a header in those units only that
# have code, types or variables of it, so the source itself has to be asked: which files can see the header, and
# mention a changed macro, or another one that leads to it. These may be too many, as names may be used for
# more than one thing: the digests tell in the end what has changed.
# shellcheck shell=sh disable=SC2034,SC2154 # klpmake sets what is not set here, and uses what is not used

# directives_of WORDS FILE...: the directives that begin with one of WORDS, a basic regular expression, one in a
# line, without "#".
directives_of() {
	directives=$1
	shift
	sed -e ':next' -e '/\\$/{N;s/\\\n/ /;b next' -e '}' "$@" |
		sed -n 's/^[[:space:]]*#[[:space:]]*\('"$directives"'\)\>/\1/p'
}

# The macros of FILE..., one in a line.
macros_of() {
	directives_of define "$@" | sed 's/^define[[:space:]]*//' | LC_ALL=C sort -u
}

# conditions_of FILE: on what it depends which macros there are.
conditions_of() {
	directives_of 'if\|ifdef\|ifndef\|elif\|else\|endif\|undef' "$1"
}

# changed_macros PATH: the names of those that the patch adds, removes or changes; all that may be such where
# it changes conditions.
changed_macros() {
	macros_of "$prepared/$1" >"$scratch/macros.old"
	macros_of "$scratch/files/$1" >"$scratch/macros.new"
	if [ "$(conditions_of "$prepared/$1")" = "$(conditions_of "$scratch/files/$1")" ]; then
		LC_ALL=C comm -3 "$scratch/macros.old" "$scratch/macros.new"
	else
		cat "$scratch/macros.old" "$scratch/macros.new"
	fi | sed 's/^[[:space:]]*\([A-Za-z0-9_]*\).*/\1/' | LC_ALL=C sort -u
}

# All that the source includes, once: lines of a file, a colon and its #include.
list_includes() {
	[ ! -s "$scratch/includes" ] || return 0
	(
		cd "$prepared" || exit
		set --
		for folder in *; do
			case $folder in
			arch) set -- "$@" "arch/${arch:-*}" ;;
			Documentation | LICENSES | samples | scripts | tools) ;;
			*) [ ! -d "$folder" ] || set -- "$@" "$folder" ;;
			esac
		done
		# The pattern in "arch/*" is meant.
		# shellcheck disable=SC2068
		exec grep -rE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' $@
	) >"$scratch/includes"
}

# mentioning NAMES LIST: the files of LIST that mention one of NAMES, a word in each line.
mentioning() {
	(cd "$prepared" && tr '\n' '\0' <"$2" | xargs -0 -r grep -lwF -f "$1" --)
}

# macros_that_mention NAMES FILE...: the names of those macros that mention one of NAMES, and these.
macros_that_mention() {
	names=$1
	shift
	(cd "$prepared" && macros_of "$@") | grep -wF -f "$names" | sed 's/^\([A-Za-z0-9_]*\).*/\1/' |
		LC_ALL=C sort -u - "$names"
}

# find_macro_users PATH: of a header whose macros are changed: the files that use them, to users, and PATH,
# whose other users are of interest, too. Returns 1 where no macro is changed.
find_macro_users() {
	changed_macros "$1" >"$scratch/macros"
	[ -s "$scratch/macros" ] || return 1
	list_includes
	awk -v header="$1" -f "$runtime/patch/includers.awk" "$scratch/includes" >"$scratch/includers"
	while :; do
		mentioning "$scratch/macros" "$scratch/includers" >"$scratch/users"
		line_words
		# shellcheck disable=SC2046 # a path in each line
		macros_that_mention "$scratch/macros" "$1" $(grep -v '\.c$' "$scratch/users") >"$scratch/macros.more"
		blank_words
		! cmp -s "$scratch/macros" "$scratch/macros.more" || break
		mv "$scratch/macros.more" "$scratch/macros"
	done
	printf '%s\n' "$1" >>"$scratch/users"
}
