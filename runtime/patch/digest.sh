# SPDX-License-Identifier: GPL-2.0-or-later
# Digests of each unit as it was and as it is patched, by the compiler plugin.
# shellcheck shell=sh disable=SC2034,SC2154 # klpmake sets what is not set here, and uses what is not used

# run_jobs NAME...: runs the scripts jobs/NAME.sh, several at once. Their output is in jobs/NAME.log,
# and jobs/NAME.failed is there where one failed.
run_jobs() {
	cat >"$scratch/jobs/Makefile" <<'END' || exit 3
.PHONY: $(JOBS)
$(JOBS):
	@sh ./$@.sh >$@.log 2>&1 || : >$@.failed
END
	await env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$scratch/jobs" -j"$processors" JOBS="$*" "$@" ||
		fail 3 "cannot run the compiler"
}

# write_job NAME FOLDER COMMAND: COMMAND is a shell's.
write_job() {
	rm -f "$scratch/jobs/$1.failed"
	[ -z "$verbose" ] || printf '%s\n' "$3" >&2
	printf 'export LC_ALL=C\ncd %s || exit\n%s\n' "$2" "$3" >"$scratch/jobs/$1.sh" || exit 3
}

# flags_of N: sets flags.
flags_of() {
	read -r flags <"$scratch/units/$1.flags"
}

# write_digest N UNIT: of the original to N.old, of the patched unit to N.new.
write_digest() {
	base=$scratch/units/$1
	argument=-fplugin=$plugin\ -fplugin-arg-klpmake-digest
	flags_of "$1"
	write_job "$1.old" "$prepared" \
		"exec $flags -Wp,-MMD,$base.old.d $argument=$base.old -S -o /dev/null $2"
	write_job "$1.new" "$scratch/tree" \
		"exec $flags -Wp,-MMD,$base.new.d $argument=$base.new -I$runtime -S -o /dev/null $2"
}

digest_units() {
	count=$(grep -c . "$scratch/units.list")
	say "comparing $count $([ "$count" -eq 1 ] && echo file || echo files) with and without the patch"
	set --
	while IFS=$tab read -r number unit object; do
		write_digest "$number" "$unit"
		set -- "$@" "$number.old" "$number.new"
	done <"$scratch/units.list"
	run_jobs "$@"
	! generate_files || run_jobs "$@"
	digest_again
	report_failures old "cannot be compiled even without the patch"
	report_failures new ""
	show_warnings
}

# Some units need files that Kbuild generates beside them, which their failure shows. Kbuild is told
# to compile these, in the prepared source, so that they are there from then on.
generate_files() {
	set --
	while IFS=$tab read -r number unit object; do
		[ ! -e "$scratch/jobs/$number.old.failed" ] || set -- "$@" "${unit%.c}.o"
	done <"$scratch/units.list"
	[ $# -gt 0 ] || return
	say "generating files that compiling $* needs"
	exec 9>"$cache_dir/$key.lock" || exit 3
	flock 9
	await kernel_make -s -k "-j$processors" "$@" >"$scratch/kbuild.log" 2>&1
	# As built files they would have no command the next time.
	for object; do rm -f "$prepared/$object"; done
	exec 9>&-
	make_tree
	rm -f "$scratch/jobs"/*.failed
}

# Compiles those units again that came to the original of a touched file, until none does.
digest_again() {
	while :; do
		grown=
		missed_files >"$scratch/missed"
		cut -f 2 "$scratch/missed" | folders_of >"$scratch/folders"
		make_real <"$scratch/folders"
		[ -n "$grown" ] || return 0
		set --
		cut -f 1 "$scratch/missed" | sort -un >"$scratch/again"
		while read -r number; do
			rm -f "$scratch/jobs/$number.new.failed"
			set -- "$@" "$number.new"
		done <"$scratch/again"
		run_jobs "$@"
	done
}

# show_log NAME: the compiler's messages, with paths as a patch has them.
show_log() {
	sed 's|^\(In file included from \|  *from \)\{0,1\}\./|\1|' "$scratch/jobs/$1.log" >&2
}

# report_failures JOB WHAT: ends klpmake if a unit could not be compiled.
report_failures() {
	failed=
	while IFS=$tab read -r number unit object; do
		if [ -e "$scratch/jobs/$number.$1.failed" ]; then
			show_log "$number.$1"
			failed="$failed $unit"
		fi
	done <"$scratch/units.list"
	[ -z "$failed" ] || fail 1 "${failed# } ${2:-cannot be compiled with the patch}"
}

# Warnings that the patch has brought.
show_warnings() {
	[ -z "$quiet" ] || return 0
	while IFS=$tab read -r number unit object; do
		[ -s "$scratch/jobs/$number.new.log" ] || continue
		awk '
		/: warning: / {
			text = $0
			sub(/^\.\//, "", text)
			key = text
			gsub(/:[0-9]+/, "", key)
			if (FNR == NR && FILENAME == ARGV[1])
				old[key]
			else if (!(key in old))
				print text
		}' "$scratch/jobs/$number.old.log" "$scratch/jobs/$number.new.log" >&2
	done <"$scratch/units.list"
}

# Of a file that is part of several modules, one was compiled; all would have to be patched.
refuse_several() {
	while IFS=$tab read -r number unit; do
		objects_of=$(awk -F '\t' -v unit="$unit" '$1 == unit && !seen[$2]++ { printf "%s ", $2 }' "$scratch/found")
		case ${objects_of% } in
		*' '*)
			problem "$unit" unsupported "it is part of several modules (${objects_of% }), and a patch of one of them would be half a fix"
			;;
		esac
	done <"$scratch/changed.list"
	stop_on_problems
}

# Those that differ: changed.list. They are compiled once more as they were, for klp-plan to compare
# with the kernel.
find_changes() {
	while IFS=$tab read -r number unit object; do
		for digest in "$scratch/units/$number.old" "$scratch/units/$number.new"; do
			[ -f "$digest" ] || fail 3 "the compiler plugin wrote no digest of $unit"
		done
		cmp -s "$scratch/units/$number.old" "$scratch/units/$number.new" ||
			printf '%s\t%s\n' "$number" "$unit"
	done <"$scratch/units.list" >"$scratch/changed.list"
	[ -s "$scratch/changed.list" ] || fail 1 "the patch changes nothing that this kernel is built from [nothing]" \
		"what it changes has no effect on the code that the compiler makes"
	refuse_several
	set --
	while IFS=$tab read -r number unit; do
		flags_of "$number"
		write_job "$number.object" "$prepared" "exec $flags -g -c -o $scratch/units/$number.o $unit"
		set -- "$@" "$number.object"
	done <"$scratch/changed.list"
	run_jobs "$@"
	report_failures object "cannot be compiled even without the patch"
}
