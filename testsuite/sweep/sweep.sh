# SPDX-License-Identifier: GPL-2.0-or-later
# Compares kallsympos with an oracle for every symbol of a kernel. To be sourced, after guest.sh. The
# variables of debian_kernel have to be set, and KALLSYMPOS to the kallsympos command.
#
#	sweep_oracle WORK		WORK/oracle: all questions and their right answers
#	sweep_batch WORK [OPTION...]	WORK/answers, WORK/errors: what kallsympos says
#	sweep_compare WORK		compares these two
#	sweep_doubt WORK		wrong answers are seen as such
#	sweep_boot WORK			WORK/kallsyms: that of the booted kernel
#	sweep_kallsyms WORK		compares it with vmlinux
#	sweep_again WORK		kallsympos says the same where it has WORK/kallsyms, too
#
# Each claim is a line "ok: ..." or "failed: ..." on standard output, among lines with numbers. The
# functions return 1 if a claim failed, 3 if something was missing.
# shellcheck shell=bash

sweep_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# sweep_step WHAT COMMAND...: says how long the command took.
sweep_step() {
	local what=$1 begin=$SECONDS status=0

	shift
	"$@" || status=$?
	echo "seconds, $what: $((SECONDS - begin))"
	return "$status"
}

sweep_oracle() {
	local work=$1

	sweep_step oracle sweep_run_oracle "$work/oracle" || return 3
	cut -f 1,2 "$work/oracle" | tr '\t' ' ' >"$work/questions"
}

sweep_run_oracle() {
	perl "$sweep_folder/oracle.pl" "$KERNEL_VMLINUX" >"$1"
}

# Some questions are refused, that is why the status has to be 1.
sweep_batch() {
	local work=$1 status=0 watch=() time

	shift
	time=$(type -P time) && watch=("$time" -o "$work/batch.time" -f '%e %M')
	"${watch[@]}" "$KALLSYMPOS" -v "$KERNEL_VMLINUX" "$@" --batch \
		<"$work/questions" >"$work/answers" 2>"$work/errors" || status=$?
	[ ${#watch[@]} -eq 0 ] ||
		awk 'NF == 2 { printf "batch: %.2f s, %.0f MiB at the peak\n", $1, $2 / 1024 }' "$work/batch.time"
	sweep_claim "the batch ends with status 1" [ "$status" -eq 1 ]
}

# sweep_claim TEXT COMMAND...
sweep_claim() {
	local text=$1

	shift
	if "$@"; then
		echo "ok: $text"
	else
		echo "failed: $text"
		return 1
	fi
}

sweep_compare() {
	perl "$sweep_folder/compare.pl" "$1/oracle" "$1/answers" "$1/errors"
}

# The comparison itself: it has to be content with right answers, and to notice a wrong position, a
# wrong address, a wrong class and a missing answer.
sweep_doubt() {
	local work=$1

	sweep_perfect "$work"
	sweep_claim "right answers are accepted" sweep_differences "$work" 0
	awk -F '\t' -v OFS='\t' '
		NR == 1 { $4++ }
		NR == 2 { $5 = "ffffffff81000001" }
		NR != 3' "$work/perfect.answers" >"$work/answers.new"
	mv "$work/answers.new" "$work/perfect.answers"
	sed -i '1s/\[[a-z-]*\]$/[loader]/' "$work/perfect.errors"
	sweep_claim "wrong answers are noticed" sweep_differences "$work" 4
}

# The answers of a kallsympos without a mistake.
sweep_perfect() {
	awk -F '\t' -v OFS='\t' -v answers="$1/perfect.answers" -v errors="$1/perfect.errors" '
		BEGIN { printf "" >answers; printf "" >errors }
		$4 == "found" { split($5, first, ","); print $1, $2, "vmlinux", first[2], first[1] >answers; next }
		{ split($4, class, "|"); print "<stdin>:" NR ": error: no [" class[1] "]" >errors }' "$1/oracle"
}

# sweep_differences WORK NUMBER: whether there are so many.
sweep_differences() {
	perl "$sweep_folder/compare.pl" "$1/oracle" "$1/perfect.answers" "$1/perfect.errors" |
		awk -v number="$2" '/^difference: / { found++ } END { exit found != number }'
}

sweep_boot() {
	local work=$1

	echo "guest_phase kallsyms sh -c 'gzip -c /proc/kallsyms | uuencode -m -'" >"$work/steps"
	guest_image "$work/initramfs" "$work/steps" || return
	sweep_step boot guest_boot "$KERNEL_IMAGE" "$work/initramfs" "$work" || return
	guest_lines kallsyms "$work/report" | sed '/^begin-base64 /d; /^====$/d' | base64 -d | gzip -dc >"$work/kallsyms"
}

sweep_kallsyms() {
	local work=$1

	perl "$sweep_folder/oracle.pl" --symbols "$KERNEL_VMLINUX" >"$work/symbols" || return 3
	sweep_claim "the booted kernel has the same symbols in the same order" \
		perl "$sweep_folder/kallsyms.pl" "$work/symbols" "$work/kallsyms"
}

sweep_again() {
	local work=$1 again=$1/again

	mkdir -p "$again" && cp "$work/questions" "$again" || return 3
	sweep_batch "$again" --kallsyms="$work/kallsyms" >"$again/claims"
	grep -v '^ok:' "$again/claims"
	sweep_claim "the booted kernel's kallsyms leads to the same answers" \
		cmp "$work/answers" "$again/answers"
	sweep_claim "the booted kernel's kallsyms leads to the same refusals" \
		cmp "$work/errors" "$again/errors"
}
