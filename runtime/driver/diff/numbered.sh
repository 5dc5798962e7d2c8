# SPDX-License-Identifier: GPL-2.0-or-later
# Touched files in which the lines that the patch leaves alone have their old numbers, by klp-plan: so that what the
# compiler makes of a unit before and after the patch can be compared. Comes in: TOUCHED. Goes out: lines/PATH, and
# lines/PATH.lines, which leads back. The compiler's messages have the true lines: for these, the few units that it has
# something to say of are compiled again.
# shellcheck shell=bash

number_lines() {
	await plan --program=klpmake --lines --source="${SOURCE[folder]}" --files="$WORK/files" --into="$WORK/lines" \
		"$WORK/touched"
	pass_on $? klp-plan
}

# place_files FOLDER: the touched files, into the tree: those of FOLDER, as far as it has them.
place_files() {
	local i file

	for i in "${!TOUCHED[@]}"; do
		if [[ ${TOUCHED_KINDS[i]} == remove ]]; then
			drop_file "${TOUCHED[i]}"
			continue
		fi
		file=$WORK/$1/${TOUCHED[i]}
		[[ -f $file ]] || file=$WORK/files/${TOUCHED[i]}
		put_file "$file" "${TOUCHED[i]}"
	done
}

# From here on the tree has the true files. Messages are those about them.
place_true_files() {
	local number names=()

	place_files files
	for number in "${!UNITS[@]}"; do
		[[ -s $WORK/jobs/$number.new.log || -e $WORK/jobs/$number.new.failed ]] || continue
		write_new_job "$number" "${UNITS[number]}" true
		names+=("$number.true")
	done
	[[ ${#names[@]} -gt 0 ]] || return 0
	run_jobs "compiling ${#names[@]} files for what the compiler says of them" 1 "${names[@]}"
	for number in "${names[@]%.true}"; do
		must mv "$WORK/jobs/$number.true.log" "$WORK/jobs/$number.new.log"
		[[ -e $WORK/jobs/$number.new.failed ]] || continue
		must rm -f "$WORK/jobs/$number.new.failed"
		use_true_results "$number"
	done
}

# use_true_results N: what cannot be compiled with numbered lines is perhaps right without them. More functions are
# compiled differently then.
use_true_results() {
	local ending

	if [[ -e $WORK/jobs/$1.true.failed ]]; then
		must mv "$WORK/jobs/$1.true.failed" "$WORK/jobs/$1.new.failed"
		return
	fi
	for ending in '' .code .d .asm.d; do
		must mv "$WORK/units/$1.true$ending" "$WORK/units/$1.new$ending"
	done
}
