# SPDX-License-Identifier: GPL-2.0-or-later
# The patched source: symbolic links to the prepared one, as few as there can be, and the touched files.
#
# A link for a whole folder does as long as no path that the compiler takes goes into it and up again: the system
# follows the link before it goes up, and arrives in the prepared source, among the unpatched files. An example of
# the kernel's: tracepoints' headers have include/trace/define_trace.h include them once more, by a path from
# there, as drivers/net/ethernet/intel/ice/ice_trace.h does:
#
#	#define TRACE_INCLUDE_PATH .
#	#define TRACE_INCLUDE_FILE ../../drivers/net/ethernet/intel/ice/ice_trace
#
# With a patch of this header, and of nothing else, the patched source is
#
#	drivers/net/ethernet/intel/ice/		real, and so are the four folders above: it has the touched file
#	drivers/net/ethernet/intel/ice/ice_trace.h	the patched file
#	drivers/net/ethernet/intel/ice/ice.h	a link to the prepared one, like all the other files there
#	drivers/net/ethernet/intel/e1000/	a link for the whole folder
#	include/, include/trace/		real, though nothing is patched there: by a link, the path
#						include/trace/../../drivers/net/... would be one of the prepared
#						source, the unit would have the old tracepoints, and its digest
#						would tell of no change at all
#	include/linux/				a link
#
# include/trace is made real from the start, and so is what options lead through: amdgpu's units are compiled with
# -I./drivers/gpu/drm/amd/amdgpu/../include. Other ways around, as "../../near.h" in a header in a folder of links,
# show when a unit was compiled, in GCC's lists of dependencies (see run_missed_again()). klp-plan's folders.c has the
# rule.
#
# shellcheck shell=bash

# link_entries FOLDER: of the prepared source, into the same one of the tree, in which there is nothing but real folders. What
# klpmake keeps there is no part of it.
link_entries() {
	local path new=()

	for path in "${SOURCE[folder]}/$1"/{,.}*; do
		case ${path##*/} in
		. | .. | .klpmake-*) continue ;;
		esac
		[[ -d $WORK/tree/$1/${path##*/} ]] || new+=("$path")
	done
	[[ ${#new[@]} -eq 0 ]] || must ln -s -t "$WORK/tree/$1" "${new[@]}"
}

# check_real PATH: are the folders above it the tree's own? By way of a link, what is done to PATH would be done to the
# prepared source, and every later livepatch would have it.
check_real() {
	local folder=$WORK/tree rest=$1

	while :; do
		[[ -d $folder && ! -L $folder ]] ||
			fail 3 "cannot write '$WORK/tree/$1': '$folder' is not a folder of the patched source's own"
		[[ $rest == */* ]] || return 0
		folder+=/${rest%%/*} rest=${rest#*/}
	done
}

# put_file FILE PATH, drop_file PATH: the only ways to change a file of the tree. A link is replaced, not followed.
put_file() {
	check_real "$2"
	must cp --remove-destination "$1" "$WORK/tree/$2"
}

drop_file() {
	check_real "$1"
	must rm -f "$WORK/tree/$1"
}

# make_real FOLDER...: those above first. Returns 1 where all were real.
make_real() {
	local path made=' ' folders=()

	for path; do
		# What is below a new one is not there yet.
		if [[ $made != *" ${path%/*} "* || $path != */* ]]; then
			[[ -L $WORK/tree/$path || ! -d $WORK/tree/$path ]] || continue
			check_real "$path"
			[[ ! -L $WORK/tree/$path ]] || must rm -f "$WORK/tree/$path"
		fi
		made+="$path "
		folders+=("$path")
	done
	[[ ${#folders[@]} -gt 0 ]] || return
	must mkdir "${folders[@]/#/$WORK/tree/}"
	for path in "${folders[@]}"; do link_entries "$path"; done
}

# plan_ways FILE: to be run in a process of its own, which have no input.
plan_ways() {
	plan --folders <"$1"
}

# make_ways_real FILE: of the folders on the ways in FILE, a path in each line.
make_ways_real() {
	local folders

	ask "$WORK/folders" plan_ways "$1"
	mapfile -t folders <"$WORK/folders" || fail 3 "cannot read '$WORK/folders'"
	make_real "${folders[@]}"
}

# link_new_files: what another run has had generated in the prepared source since the tree was made; the manifest is newer
# then.
link_new_files() {
	local folder path new

	[[ ! -f $WORK/tree.made || ${SOURCE[folder]}/.klpmake-manifest -nt $WORK/tree.made ]] || return 0
	write_lines "$WORK/tree.made" made
	while IFS= read -r -d '' folder; do
		new=()
		for path in "${SOURCE[folder]}/$folder"*; do
			[[ -e $WORK/tree/$folder${path##*/} || -L $WORK/tree/$folder${path##*/} ]] || is_removed "$folder${path##*/}" ||
				new+=("$path")
		done
		[[ ${#new[@]} -eq 0 ]] || must ln -s -t "$WORK/tree/$folder" "${new[@]}"
	done < <(find "$WORK/tree" -mindepth 1 -type d -printf '%P/\0' && printf '\0')
}

make_tree() {
	local ways

	write_lines "$WORK/tree.made" made
	[[ ! -d $WORK/tree ]] || must rm -rf "$WORK/tree"
	must mkdir "$WORK/tree"
	ways=("${TOUCHED[@]}" "${UNITS[@]}")
	[[ ! -d ${SOURCE[folder]}/include/trace ]] || ways+=(include/trace/)
	write_lines "$WORK/ways" "${ways[@]}"
	option_ways >>"$WORK/ways" || cannot_write "$WORK/ways"
	make_ways_real "$WORK/ways" || :
	link_entries .
	place_files lines
}

# The folders with ".." of the compiler's options, as far as these are known.
option_ways() {
	local way ways
	local -A known=()

	mapfile -t ways < <(LC_ALL=C grep -r -o -h -E --include='*.flags' '(^| )(-I)?[^ /-][^ ]*/\.\./[^ ]*' "$WORK/units" 2>/dev/null)
	for way in "${ways[@]#' '}"; do
		way=${way#-I}
		[[ -n ${known[$way]-} ]] || printf '%s/\n' "$way"
		known[$way]=yes
	done
}
