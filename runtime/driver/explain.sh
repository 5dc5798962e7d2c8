# SPDX-License-Identifier: GPL-2.0-or-later
# --explain: the section of refusals.md on a class of errors and warnings.
# shellcheck shell=bash

# explained_classes: those that have a section, each on a line.
explained_classes() {
	sed -n 's/^## \([a-z-]*\)$/\1/p' "$KLPMAKE_RUNTIME/refusals.md"
}

# explain_class CLASS: which may have the brackets that it has in a message.
explain_class() {
	local class=$1 classes text

	class=${class#\[}
	class=${class%\]}
	mapfile -t classes < <(explained_classes)
	[[ ${#classes[@]} -gt 0 ]] || fail 3 "cannot read '$KLPMAKE_RUNTIME/refusals.md'" "$(incomplete KLPMAKE_RUNTIME)"
	is_one_of "$class" "${classes[@]}" ||
		bad_usage "there is no class '$class' of errors, but there are $(join_words ', ' "${classes[@]}")"
	text=$(sed -n "/^## $class\$/,/^## /p" "$KLPMAKE_RUNTIME/refusals.md") || fail 3 "cannot read '$KLPMAKE_RUNTIME/refusals.md'"
	text=${text#'## '}
	text=${text%$'\n''## '*}
	show_file <(printf '%s\n' "${text%$'\n'}")
}
