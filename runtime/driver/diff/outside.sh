# SPDX-License-Identifier: GPL-2.0-or-later
# What the patched units were compiled with that is none of the kernel's source: a diff may have any file of this machine
# included, or taken as bytes, and what is in it gets into the module. Comes in: the lists of what the compiler and the
# assembler have read. Goes out: warnings.
# shellcheck shell=bash

unset -v OUTSIDE

# What was warned of: a unit's number, a blank and the file.
declare -A OUTSIDE=()

# write_inside FILE: the folders that units are compiled of: the patched source, the prepared one, klpmake's headers, and the
# compiler's own.
write_inside() {
	local folder folders=("$WORK/tree" "${SOURCE[folder]}" "$KLPMAKE_RUNTIME")

	folder=$(LC_ALL=C "${TARGET[compiler]}" -print-file-name=include 2>/dev/null)
	[[ $folder != /* ]] || folders+=("$folder")
	write_lines "$1" "${folders[@]}"
}

# warn_outside JOB N...: of these units, by the lists N.JOB.d and N.JOB.asm.d.
warn_outside() {
	local job=$1 number path line lines files=()

	shift
	# An assembler that has no room for its list says nothing.
	check_room "$WORK"
	for number; do files+=("$WORK/units/$number.$job".{d,asm.d}); done
	[[ -f $WORK/inside ]] || write_inside "$WORK/inside"
	ask "$WORK/outside" plan --program=klpmake --outside "$WORK/inside" "${files[@]}"
	mapfile -t lines <"$WORK/outside" || fail 3 "cannot read '$WORK/outside'"
	for line in "${lines[@]}"; do
		[[ -z ${OUTSIDE[$line]-} ]] || continue
		OUTSIDE[$line]=yes
		number=${line%%$'\t'*} path=${line#*$'\t'}
		print_message "${UNITS[number]}" warning "it is compiled with '$path', which is none of the kernel's source: what is in that may be in the module [outside]"
	done
}
