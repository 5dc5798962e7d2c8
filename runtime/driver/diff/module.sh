# SPDX-License-Identifier: GPL-2.0-or-later
# The module: what is replaced and kept, by klp-plan, each unit carved by the plugin, and all put together in a
# folder as authors write it. Comes in: CHANGED. Goes out: the module.
# shellcheck shell=bash

# tag_of UNIT: the path without "..". Kbuild knows units of a folder beside by such a path.
tag_of() {
	local path=$1 before behind

	while [[ $path == */../* ]]; do
		before=${path%%/../*} behind=${path#*/../}
		case $before in
		*/*) path=${before%/*}/$behind ;;
		*) path=$behind ;;
		esac
	done
	printf '%s\n' "$path"
}

make_plan() {
	local number base class words=() lines=()

	say "planning"
	for number in "${CHANGED[@]}"; do
		base=$WORK/units/$number
		lines+=("$(tag_of "${UNITS[number]}")"$'\t'"${OLD[number]}"$'\t'"$base.new"$'\t'"${OBJECT[number]}"$'\t'"$base.plan"$'\t'"$WORK/module/entries.c"$'\t'"${OLD[number]}.code"$'\t'"$base.new.code")
	done
	write_lines "$WORK/plan.list" "${lines[@]}"
	for class in "${ALLOW_PLAN[@]}"; do
		! is_allowed "$class" || words+=(--allow="$class")
	done
	make_files "$WORK/summary"
	words+=(--unreached="$WORK/unreached")
	await plan_kernel --build="${OPTION[build]}" --numbered="$WORK/lines" --source="${SOURCE[folder]}" --files="$WORK/files" "${words[@]}" \
		"$WORK/plan.list" >"$WORK/summary"
	set -- $?
	if [[ -n ${OPTION[json]} ]]; then
		shown_lines <"$WORK/summary" >&2
	elif [[ -z ${OPTION[quiet]} || -n ${OPTION[dry-run]} ]]; then
		show_file "$WORK/summary"
	fi
	pass_on "$1" klp-plan
}

# Is the unit part of a module?
is_late() {
	[[ ${UNIT_OBJECTS[$1]%% *} != vmlinux ]]
}

# Has the unit's code to ask for the values of static keys? Entries of RISC-V's tables are differences, which klp-fixer
# refuses for kernels that store them only if both symbols' relocations are in one section.
asks_for_keys() {
	is_late "$1" || [[ ${TARGET[arch]} == riscv ]]
}

# Code of modules cannot have their static keys and static calls: see klpmake-late.h.
make_late_headers() {
	local number header late=''

	for number in "${!UNITS[@]}"; do
		! asks_for_keys "$number" || late=yes
	done
	[[ -n $late ]] || return 0
	make_real include include/linux
	for header in jump_label.h tracepoint.h; do
		header=include/linux/$header
		[[ -f $WORK/tree/$header ]] || continue
		write_lines "$WORK/late" "#ifdef KLPMAKE_LATE" "#include \"$KLPMAKE_RUNTIME/klpmake-late.h\"" "#endif"
		write_output "$WORK/header" cat "$WORK/tree/$header" "$WORK/late"
		put_file "$WORK/header" "$header"
	done
}

# Since Linux 6.11, code of the kernel itself has values of variables in its instructions, which are put there when it
# starts; nobody does that for a module. The generic header takes the variables.
replace_runtime_constants() {
	local folder=arch/${TARGET[arch]} generic=asm-generic/runtime-const.h
	local header=$folder/include/asm/runtime-const.h

	[[ -n ${TARGET[arch]} && -f $WORK/tree/$header && -f $WORK/tree/include/$generic ]] || return 0
	make_real arch "$folder" "$folder/include" "$folder/include/asm"
	write_lines "$WORK/header" "#include <$generic>"
	put_file "$WORK/header" "$header"
}

# module_flags FLAGS: what a unit of the kernel's image, compiled with FLAGS, is compiled with besides, as its code is part of a
# module now, which may be far from the kernel (KBUILD_CFLAGS_MODULE in arch/*/Makefile).
module_flags() {
	case ${TARGET[arch]} in
	# A livepatch's relocations are as the assembler has left them.
	riscv) printf '%s' "-mcmodel=medany -mno-relax" ;;
	s390) printf '%s' "-fPIC" ;;
	powerpc) [[ " $1 " == *" -mpcrel "* ]] || printf '%s' "-mcmodel=large -mno-save-toc-indirect" ;;
	esac
}

# carving_command N UNIT: as Kbuild compiles the unit, with the plan.
carving_command() {
	local out=$WORK/module/unit-$1.o_shipped argument=-fplugin-arg-klpmake late='' flags objtool=''

	flags=$(flags_of "$1") || exit
	! asks_for_keys "$1" || late=-DKLPMAKE_LATE
	if ! is_late "$1"; then
		flags+=" $(module_flags "$flags")"
	fi
	# The work folder's name would get into the note, and what the assembler has of debug information into the module: both
	# would change the build ID.
	printf '%s' "$flags $late -Wp,-MD,$WORK/units/$1.unit.d -Wa,--MD,$WORK/units/$1.unit.asm.d" \
		" -g0 -fdebug-prefix-map=$WORK=. -fplugin=$KLPMAKE_PLUGIN" \
		" $argument-source=$(tag_of "$2") $argument-plan=../units/$1.plan -I$KLPMAKE_RUNTIME -c -o $out $2"
	if [[ -s $WORK/units/$1.objtool ]]; then
		read -r objtool <"$WORK/units/$1.objtool" || fail 3 "cannot read '$WORK/units/$1.objtool'"
		# With that, Kbuild runs it on whole modules: on this unit's, if it is one by itself, and on the livepatch.
		[[ " $objtool " == *' --link '* ]] || printf '%s' " && cd ${SOURCE[folder]} && $objtool $out"
	fi
}

# carve_units NAME: for the module NAME.
carve_units() {
	local number command names=()

	say "compiling what is replaced"
	while read -r number; do
		command=$(carving_command "$number" "${UNITS[number]}") || exit
		write_job "$number.unit" "$WORK/tree" "$command"
		: 2>/dev/null >"$WORK/module/.unit-$number.o.cmd" || cannot_write "$WORK/module/.unit-$number.o.cmd"
		names+=("$number.unit")
	done < <(carved_units)
	[[ ${#names[@]} -gt 0 ]] || fail 1 "nothing is replaced [nothing]"
	begin_module "$1"
	run_jobs "compiling what is replaced in ${#names[@]} files" 1 "${names[@]}"
	end_kept_objects
	report_failures unit "cannot be reduced to what is replaced"
	warn_outside unit "${names[@]%.unit}"
}

# carved_units: the numbers of those that something is replaced in.
carved_units() {
	local number

	for number in "${CHANGED[@]}"; do
		[[ ! -s $WORK/units/$number.plan ]] || printf '%s\n' "$number"
	done
}

# Modpost wants the namespaces of exported symbols imported. Returns 1 where there are none.
import_namespaces() {
	local words=() file

	for file in "${OPTION[build]}/Module.symvers" "${SOURCE[folder]}/Module.symvers" "${SYMVERS[@]}"; do
		[[ ! -f $file ]] || words+=(--symvers="$file")
	done
	ask "$WORK/namespaces.c" plan --namespaces "${words[@]}" ./*.o_shipped
	[[ -s $WORK/namespaces.c ]] || return
	must mv "$WORK/namespaces.c" namespaces.c
}

# write_kbuild NAME [OBJECT]: the Kbuild file for the module NAME, of what is carved and that.
write_kbuild() {
	local number objects=' entries.o'

	while read -r number; do
		objects+=" unit-$number.o"
	done < <(carved_units)
	# Kbuild's own rule for such files is of no use in a folder of M= since Linux 6.13, where $(obj) is ".".
	write_lines Kbuild "obj-m := $1.o" "$1-y :=$objects${2:+ $2}" \
		"\$(obj)/unit-%.o: \$(src)/unit-%.o_shipped" $'\t'"cp \$< \$@" \
		"CFLAGS_klpmake-main.o := -DKLPMAKE_ATOMIC_REPLACE=${OPTION[replace]}" \
		"CFLAGS_entries.o := -fplugin-arg-klpmake-entries=yes" \
		"include \$(KLPMAKE_RUNTIME)/klpmake.mk"
}

# check_replaced MODULE: does it replace what was planned, by what the plugin has recorded, no more and no less? Names may come
# twice.
check_replaced() {
	local kind name planned=() noted=() file
	local -A more=()

	for file in "$WORK/units"/*.plan; do
		while IFS=$'\t' read -r kind name _; do
			[[ $kind != replace ]] || planned+=("$name")
		done <"$file"
	done
	while read -r kind name _; do
		[[ $kind != patch ]] || noted+=("$name")
	done < <("$KLPMAKE_FIXER" --dump-note "$1")
	for name in "${planned[@]}"; do more[$name]=$((${more[$name]-0} + 1)); done
	for name in "${noted[@]}"; do more[$name]=$((${more[$name]-0} - 1)); done
	for name in "${!more[@]}"; do
		[[ ${more[$name]} -eq 0 ]] ||
			fail 3 "the module replaces ${noted[*]:-nothing}, but ${planned[*]:-nothing} was planned"
	done
	[[ ${#planned[@]} -gt 0 ]] || fail 3 "nothing was planned"
}

# build_module NAME: by what is kept of an earlier build, or by Kbuild. Where the files are not the author's, their names are of
# no interest.
build_module() {
	local flags=" -fdebug-prefix-map=$WORK=."

	if [[ -n ${OPTION[verbose]} ]]; then
		build_modules "$flags" >&2
		return
	fi
	! run_kept_makes "$1" || return 0
	note_makes
	build_modules "$flags" -s MAKE="$WORK/make" >&2
	keep_makes "$1" "$MAKES_ENTRY"
}

# begin_module NAME: what of the module need not wait for the units to be compiled, where a build of it is kept.
begin_module() {
	local name=$1

	[[ -z ${OPTION[verbose]} ]] || return 0
	cd "$WORK/module" || fail 3 "cannot enter '$WORK/module'"
	find_kept_makes "$name" " -fdebug-prefix-map=$WORK=."
	[[ -n $MAKES ]] || return 0
	write_kbuild "$name"
	begin_kept_objects entries.o
}

# link_module NAME OUTPUT
link_module() {
	local imports=''

	say "building $1.ko"
	cd "$WORK/module" || fail 3 "cannot enter '$WORK/module'"
	! import_namespaces || imports=namespaces.o
	write_kbuild "$1" "$imports"
	build_module "$1"
	[[ ! -f $1.ko ]] || check_replaced "$1.ko"
	fix_modules Kbuild --strip-debug --unreached="$WORK/unreached"
	prepare_output "$2"
	show_json
	place_output
}

# report_module OUTPUT STARTED: what it replaces, and how many seconds since STARTED, in microseconds, it took.
report_module() {
	local LC_ALL=C kind name functions='' file tenths

	for file in "$WORK/units"/*.plan; do
		while IFS=$'\t' read -r kind name _; do
			[[ $kind != replace ]] || functions+="${functions:+, }$name"
		done <"$file"
	done
	set_now
	tenths=$(((NOW - $2 + 50000) / 100000))
	say "$1 replaces $functions ($((tenths / 10)).$((tenths % 10)) s)"
}
