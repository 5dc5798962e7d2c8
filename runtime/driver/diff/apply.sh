# SPDX-License-Identifier: GPL-2.0-or-later
# The patches: taken apart, and applied to copies of the files that they touch. Comes in: PATCHES. Goes out: the
# files in $WORK/files, and TOUCHED.
# shellcheck shell=bash

unset -v TOUCHED TOUCHED_KINDS

# The paths of the files that differ in the end, in their order, and what came of each: modify, new or remove.
declare -a TOUCHED=() TOUCHED_KINDS=()

apply_patches() {
	local patch problems

	for patch in "${PATCHES[@]}"; do say "applying $patch"; done
	ask "$WORK/diffs/list" plan --program=klpmake --diff --later --source="${SOURCE[folder]}" \
		${TARGET[arch]:+--arch="${TARGET[arch]}"} --into="$WORK/diffs" -- "${PATCHES[@]}"
	write_output "$WORK/originals" cut -f 3 "$WORK/diffs/list"
	check_prepared "$WORK/originals"
	! apply_diffs || check_hunks
	make_files "$WORK/touched"
	problems=$(plan --program=klpmake --applied --source="${SOURCE[folder]}" --files="$WORK/files" \
		--into="$WORK/diffs" "$WORK/diffs/list" 2>&1 >"$WORK/touched")
	set -- $?
	show_problems "$1" "$problems"
	pass_on "$1" klp-plan
	read_touched
}

# is_of_patch MESSAGE: does it begin with the place in a patch?
is_of_patch() {
	local patch

	for patch in "${PATCHES[@]}"; do
		[[ $1 != "$patch":[0-9]* ]] || return 0
	done
	return 1
}

# show_problems STATUS TEXT: what is wrong with the patches; if nothing is, which of their files are ignored; then
# what is wrong with what came of them.
show_problems() {
	local noted='' line lines=()

	# Not as a here-document, which might need room in a full folder.
	[[ -z $2 ]] || mapfile -t lines < <(printf '%s\n' "$2")
	for line in "${lines[@]}"; do
		if [[ -z $noted ]] && ! is_of_patch "$line"; then
			note_ignored
			noted=yes
		fi
		printf '%s\n' "$line" >&2
	done
	[[ $1 -ne 0 || -n $noted ]] || note_ignored
}

# Those of Documentation and the like are none of the kernel's code.
note_ignored() {
	local ignored

	[[ -s $WORK/diffs/ignored && -z ${OPTION[quiet]} ]] || return 0
	mapfile -t ignored <"$WORK/diffs/ignored" || fail 3 "cannot read '$WORK/diffs/ignored'"
	note "ignored, as they are not part of the kernel's code: ${ignored[*]} "
}

read_touched() {
	local kind path line lines

	mapfile -t lines <"$WORK/touched" || fail 3 "cannot read '$WORK/touched'"
	for line in "${lines[@]}"; do
		IFS=$'\t' read -r kind path <<<"$line"
		TOUCHED_KINDS+=("$kind")
		TOUCHED+=("$path")
	done
}

# Returns 1 where patch has not applied all.
apply_diffs() {
	local number kind path rest line lines status=0

	mapfile -t lines <"$WORK/diffs/list" || fail 3 "cannot read '$WORK/diffs/list'"
	for line in "${lines[@]}"; do
		IFS=$'\t' read -r number kind path rest <<<"$line"
		apply_diff "$number" "$kind" "$path" || status=1
	done
	return "$status"
}

# What patch says is not all: are the hunks in what it has made?
check_hunks() {
	await plan --program=klpmake --hunks --source="${SOURCE[folder]}" --files="$WORK/files" --into="$WORK/diffs" \
		"$WORK/diffs/list"
	pass_on $? klp-plan
}

# apply_diff N KIND PATH: to the copy in files/. What patch says goes to N.log and N.status, what it makes to N.file, for
# the hunks to be looked for there.
apply_diff() {
	local file=$WORK/files/$3 log=$WORK/diffs/$1.log status

	[[ -d ${file%/*} ]] || must mkdir -p "${file%/*}"
	if [[ $2 != new && ! -f $file ]]; then
		must cp --no-preserve=mode "${SOURCE[folder]}/$3" "$file"
	fi
	LC_ALL=C patch --unified --forward --batch --no-backup-if-mismatch -r - "$file" "$WORK/diffs/$1" >"$log" 2>&1 </dev/null
	status=$?
	# Something else than hunks that do not fit.
	[[ $status -le 1 ]] || check_room "$WORK"
	write_lines "$WORK/diffs/$1.status" "$status"
	[[ ! -f $file ]] || must cp "$file" "$WORK/diffs/$1.file"
	[[ $2 != remove ]] || must rm -f "$file"
	return "$status"
}
