# SPDX-License-Identifier: GPL-2.0-or-later
# The module: each unit carved by the plugin, put together in a folder as authors write it.
# shellcheck shell=sh disable=SC2034,SC2154 # klpmake sets what is not set here, and uses what is not used

carve_units() {
	say "compiling what is replaced"
	mkdir "$scratch/module" || exit 3
	objects_made=
	set --
	while IFS=$tab read -r number unit; do
		[ -s "$scratch/units/$number.plan" ] || continue
		tag_of "$unit"
		flags_of "$number"
		out=$scratch/module/unit-$number.o
		argument=-fplugin-arg-klpmake
		# The work folder's name would get into the debug information, and so change the build ID.
		command="$flags $(late_flags "$number") -fdebug-prefix-map=$scratch=. -fplugin=$plugin \
	$argument-source=$tag \
	$argument-plan=../units/$number.plan -I$runtime -c -o ${out}_shipped $unit"
		if [ -s "$scratch/units/$number.objtool" ]; then
			read -r objtool <"$scratch/units/$number.objtool"
			command="$command && cd $prepared && $objtool ${out}_shipped"
		fi
		write_job "$number.unit" "$scratch/tree" "$command"
		write_entries "$number" "$unit" "$tag"
		: >"$scratch/module/.unit-$number.o.cmd"
		objects_made="$objects_made entries-$number.o unit-$number.o"
		set -- "$@" "$number.unit"
	done <"$scratch/changed.list"
	[ $# -gt 0 ] || fail 1 "nothing is replaced [nothing]"
	run_jobs "$@"
	report_failures unit "cannot be reduced to what is replaced"
}

# late_flags N: of a unit that is part of a module.
late_flags() {
	awk -F '\t' -v number="$1" '$1 == number && $3 != "vmlinux" { print "-DKLPMAKE_LATE" }' "$scratch/units.list"
}

# Code of modules cannot have their static keys and static calls: see klpmake-late.h.
make_late_headers() {
	cut -f 3 "$scratch/units.list" | grep -qvx vmlinux || return 0
	printf '%s\n' include include/linux | make_real || exit 3
	for header in jump_label.h tracepoint.h; do
		header=$scratch/tree/include/linux/$header
		[ -f "$header" ] || continue
		{
			cat "$header"
			echo "#ifdef KLPMAKE_LATE"
			echo "#include \"$runtime/klpmake-late.h\""
			echo "#endif"
		} >"$scratch/header" && rm -f "$header" && mv "$scratch/header" "$header" || exit 3
	done
}

# write_entries N UNIT TAG: the file that says what unit N replaces. klp-fixer's messages are to name the
# place where a function begins, which is guessed, and not this file.
write_entries() {
	awk -F '\t' -v tag="$3" '
	FNR == NR && $1 == "replace" {
		name[++count] = $2
		new[count] = $3
		number[$2] = 1
	}
	FNR == NR { next }
	/^[A-Za-z_].*\(/ && !/;/ {
		head = $0
		sub(/\(.*/, "", head)
		sub(/.*[ *]/, "", head)
		if (head in number)
			number[head] = FNR
	}
	END {
		print "//KLPMAKE " tag "\n#include <klpmake.h>\n"
		for (i = 1; i <= count; i++) {
			printf "extern void klpmake_new_%d(void) __asm__(\"%s\");\n", i, new[i]
			printf "#line %d \"%s\"\n", number[name[i]], tag
			printf "KLPMAKE_REPLACE(%s, klpmake_new_%d);\n", name[i], i
		}
	}' "$scratch/units/$1.plan" "$scratch/tree/$2" >"$scratch/module/entries-$1.c" || exit 3
}

write_kbuild() {
	file=Kbuild
	folder=$scratch/module
	cd "$folder" || exit 3
	{
		echo "obj-m := $name.o"
		echo "$name-y :=$objects_made"
		echo "CFLAGS_klpmake-main.o := -DKLPMAKE_ATOMIC_REPLACE=$atomic_replace"
		echo "include \$(KLPMAKE_RUNTIME)/klpmake.mk"
	} >Kbuild || exit 3
}

# Modpost wants the namespaces of exported symbols imported. Those of the patched file come with it only if the
# import stands in that file, and a module need not import its own.
import_namespaces() {
	nm=$("$compiler" -print-prog-name=nm)
	line_words
	# shellcheck disable=SC2086 # a file in each line
	cat "$build/Module.symvers" "$prepared/Module.symvers" $symvers 2>/dev/null >"$scratch/exports"
	blank_words
	namespaces=$(LC_ALL=C "$nm" -u "$scratch/module"/*.o_shipped | awk -v exports="$scratch/exports" '
		BEGIN {
			FS = "\t"
			while ((getline <exports) > 0)
				if ($5 != "")
					namespace[$2] = $5
			FS = " "
		}
		$2 in namespace { print namespace[$2] }' | LC_ALL=C sort -u)
	[ -n "$namespaces" ] || return 0
	{
		echo "#include <linux/module.h>"
		printf '%s\n' "$namespaces" | sed 's/.*/MODULE_INFO(import_ns, "&");/'
	} >"$scratch/module/namespaces.c" || exit 3
	objects_made="$objects_made namespaces.o"
}

link_module() {
	say "building $name.ko"
	import_namespaces
	write_kbuild
	strip_debug=yes
	undefined_note='these are neither exported, nor did the compiler plugin record them: is the patch one for this kernel?'
	build_modules >&2
	fix_modules
	copy_output
}

report_module() {
	functions=$(cat "$scratch/units"/*.plan | awk -F '\t' '$1 == "replace" { text = text ", " $2 } END { print substr(text, 3) }')
	say "$output replaces $functions ($(elapsed) s)"
}

elapsed() {
	echo "$started $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }'
}
