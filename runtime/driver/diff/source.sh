# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's source: found, prepared once for the kernel's configuration and kept in the cache.
# shellcheck shell=bash

unset -v SOURCE

# What these stages find out:
#	given		the source, a folder or a tarball
#	generated	"yes" if the build folder has what Kbuild makes before it compiles
#	key		the name in the folder of prepared sources
#	folder		the prepared source
declare -A SOURCE=([generated]='')

# The configuration as C code sees it.
AUTOCONF=include/generated/autoconf.h

# What Kbuild makes before it compiles, for building modules, too: packages of headers have it.
GENERATED=(include/config/auto.conf "$AUTOCONF" include/generated/{utsrelease,bounds,asm-offsets,timeconst}.h)

# The versions by which the source may be called, best one first.
source_versions() {
	[[ -z ${CONFIGURATION[head-version]-} ]] || printf '%s\n' "${CONFIGURATION[head-version]}"
	[[ ! ${OPTION['release']} =~ ^[0-9]*\.[0-9]*\.[0-9]* ]] || printf '%s\n' "${BASH_REMATCH[0]}"
	[[ ! ${OPTION['release']} =~ ^[0-9]*\.[0-9]* ]] || printf '%s\n' "${BASH_REMATCH[0]}"
}

find_source() {
	local versions found

	mapfile -t versions < <(source_versions)
	found=$(find_place --release="${OPTION['release']}" --source-folder --build="${OPTION['build']}" -- "${versions[@]}") ||
		exit
	SOURCE['given']=$found
}

# Kernels that what is compiled here would not fit. Some of GCC's plugins of the kernel leave their mark in all that is
# compiled: where members of structures lie, by a number that is drawn when the kernel is built, or code in functions
# far from what is patched. Of others GCC cannot tell which functions contain what is patched, as it was another compiler
# that put it there, or the linker, from file to file.
check_fits() {
	local symbol what

	while read -r symbol what; do
		is_configured "${symbol#CONFIG_}" || continue
		fail 1 "kernel ${OPTION['release']} was built with $symbol, which $what: what is compiled here would not fit it [unsupported]" \
			"a livepatch of it can be made from patch sources, in the kernel's own build folder"
	done <<-'END'
		CONFIG_RANDSTRUCT shuffles the members of structures
		CONFIG_GCC_PLUGIN_RANDSTRUCT shuffles the members of structures
		CONFIG_GCC_PLUGIN_LATENT_ENTROPY adds code of its own to functions
	END
	while read -r symbol what; do
		is_configured "${symbol#CONFIG_}" || continue
		fail 1 "kernel ${OPTION['release']} was built $what ($symbol): which of its functions contain what a diff changes cannot be told here [unsupported]" \
			"a livepatch of it can be made from patch sources, which klp-fixer finishes"
	done <<-'END'
		CONFIG_LTO_CLANG_FULL by clang with link-time optimisation
		CONFIG_LTO_CLANG_THIN by clang with link-time optimisation
		CONFIG_LTO_CLANG by clang with link-time optimisation
		CONFIG_LTO_GCC with link-time optimisation
		CONFIG_CC_IS_CLANG by clang
	END
}

check_source() {
	SOURCE['given']=${OPTION['source']}
	[[ -f ${OPTION['build']}/.config ]] || fail 3 "the build folder '${OPTION['build']}' has no .config"
	read_configuration
	check_fits
	[[ -n ${SOURCE['given']} ]] || find_source
	[[ -r ${SOURCE['given']} ]] || fail 3 "cannot read the kernel source '${SOURCE['given']}'"
	[[ ! -d ${SOURCE['given']} || -f ${SOURCE['given']}/Makefile ]] ||
		fail 3 "'${SOURCE['given']}' is not a kernel source: it has no Makefile"
}

# What tells one source from another. In a folder any file may have changed.
source_identity() {
	if [[ -d ${SOURCE['given']} ]]; then
		find "${SOURCE['given']}/" -name .git -prune -o ! -type d -printf '%P %y %s %T@\n'
	else
		stat -Lc '%n %s %y' "${SOURCE['given']}"
	fi
}

# The name in the cache, of all that the prepared source depends on.
source_key() {
	local sum files=("${OPTION['build']}/.config")

	[[ -z ${SOURCE['generated']} ]] || files+=("${GENERATED[@]/#/${OPTION['build']}/}")
	sum=$({
		echo "4 ${SOURCE['given']} ${OPTION['release']}" &&
			cat "${files[@]}" &&
			echo "${TARGET[compiler]} ${TARGET[compiler-text]}" &&
			source_identity
	} | sha256sum) || fail 3 "cannot read all of '${SOURCE['given']}'"
	printf '%s-%s\n' "${OPTION['release']}" "${sum:0:16}"
}

# The folder is there only when it is complete.
prepare_source() {
	local key

	find_cache
	! has_generated || SOURCE['generated']=yes
	key=$(source_key) || exit
	SOURCE['key']=$key
	SOURCE['folder']=$CACHE/$key
	need_flock
	remove_left_entries
	# Others may be compiling: that is to be waited for only where there is something to prepare.
	lock_source --shared
	if [[ ! -d ${SOURCE['folder']} ]]; then
		unlock_source
		lock_source --exclusive
		[[ -d ${SOURCE['folder']} ]] || fill_cache
	fi
	use_source
	unlock_source
	remove_left_files
	check_version "${SOURCE['folder']}"
}

fill_cache() {
	local made

	made=$(entry_folder "${SOURCE['key']}") || exit
	PREPARING=$made
	keep_make_in "$PREPARING"
	say "preparing the source of ${OPTION['release']} from ${SOURCE['given']}; it is kept in ${SOURCE['folder']}"
	copy_source
	is_allowed source || check_version "$PREPARING/tree"
	configure_source "$PREPARING/tree"
	[[ ! -f ${OPTION['build']}/Module.symvers ]] ||
		must cp "${OPTION['build']}/Module.symvers" "$PREPARING/tree/Module.symvers"
	ask "$PREPARING/manifest" plan --program=klpmake --manifest --source="$PREPARING/tree"
	must mv "$PREPARING/manifest" "$PREPARING/tree/.klpmake-manifest"
	must mv "$PREPARING/tree" "${SOURCE['folder']}"
	must rm -rf "$PREPARING"
	PREPARING=''
	unset MAKE_TMPDIR
}

# list_to FILE COMMAND WORD...: what is copied or unpacked, a line for each file, to be counted.
list_to() {
	local file=$1

	shift
	[[ -z $PROGRESS_INPUT ]] || exec <&"$PROGRESS_INPUT"
	exec "$@" >>"$file"
}

# To the folder "tree" in $PREPARING. The files are this user's there, and nobody else's to write to.
copy_source() {
	local makefiles list=$PREPARING/list words=() archive=${SOURCE['given']} total

	if [[ -d ${SOURCE['given']} ]]; then
		say "copying"
		must mkdir "$PREPARING/tree"
		# Only for an estimate.
		total=$(find "$archive/" -mindepth 1 -name .git -prune -o -printf '\n' | wc -l)
		await_counted "copying files" "$list" 1 "$total" list_to "$list" \
			find "${SOURCE['given']}/" -mindepth 1 -maxdepth 1 ! -name .git \
			-exec cp -dR --preserve=timestamps -v --reflink=auto -t "$PREPARING/tree" '{}' + ||
			fail 3 "cannot copy '${SOURCE['given']}'"
		return
	fi
	say "unpacking"
	must mkdir "$PREPARING/unpacked"
	# Distributions' have blocks, which can be decompressed side by side. How far it is read tells how long it will take.
	if [[ $archive == *.xz ]]; then
		words=(-I "xz -T$PROCESSORS")
		exec {PROGRESS_INPUT}<"$archive" || fail 3 "cannot read '$archive'"
		archive=-
	fi
	# What has nothing to do with compiling is a quarter of the files.
	await_counted "unpacking files" "$list" 1 0 list_to "$list" \
		tar "${words[@]}" -xvf "$archive" -C "$PREPARING/unpacked" --no-same-owner --no-same-permissions \
		--exclude='*/Documentation/*/*' \
		--exclude='*/tools/testing' --exclude='*/arch/*/boot/dts' || fail 3 "cannot unpack '${SOURCE['given']}'"
	[[ -z $PROGRESS_INPUT ]] || exec {PROGRESS_INPUT}<&-
	PROGRESS_INPUT=''
	makefiles=("$PREPARING/unpacked"/*/Makefile)
	[[ ${#makefiles[@]} -eq 1 && -f ${makefiles[0]} ]] ||
		fail 3 "'${SOURCE['given']}' does not hold a kernel source, which is one folder"
	must mv "${makefiles[0]%/Makefile}" "$PREPARING/tree"
}

# makefile_version FILE: of Linux.
makefile_version() {
	local line words version='' patchlevel='' sublevel=''

	while read -r line; do
		read -r -a words <<<"$line"
		case ${words[*]:0:2} in
		'VERSION =') version=${words[2]-} ;;
		'PATCHLEVEL =') patchlevel=${words[2]-} ;;
		'SUBLEVEL =') sublevel=${words[2]-} ;;
		NAME*) break ;;
		esac
	done <"$1"
	printf '%s.%s.%s\n' "$version" "$patchlevel" "$sublevel"
}

# rhel_release FOLDER: what RHEL, whose kernels stay of one version, calls its source by; nothing in others.
rhel_release() {
	sed -n 's/^RHEL_RELEASE *= *\([0-9][0-9.]*\) *$/\1/p' "$1/Makefile" "$1/Makefile.rhelver" 2>/dev/null | head -n 1
}

# check_rhel_release FOLDER: a kernel 5.14.0-427.13.1.el9_4 is built from release 427.13.1, or others have built it from that.
check_rhel_release() {
	local found

	[[ ${OPTION['release']} =~ ^[0-9.]+-([0-9].*)\.el[0-9] ]] || return 0
	found=$(rhel_release "$1")
	[[ -z $found || ${BASH_REMATCH[1]}. == "$found".* ]] ||
		wrong_source "is the source of release $found, but kernel ${OPTION['release']} is of ${BASH_REMATCH[1]}"
}

# check_version FOLDER: another version's source makes a wrong livepatch, one that may well load.
check_version() {
	local found wanted=${CONFIGURATION[head-version]-}

	found=$(makefile_version "$1/Makefile")
	[[ -n $wanted || ! ${OPTION['release']} =~ ^[0-9]*\.[0-9]* ]] || wanted=${BASH_REMATCH[0]}
	if [[ $found. == "${wanted:-${OPTION['release']}}".* ]]; then
		check_rhel_release "$1"
	else
		wrong_source "is the source of Linux $found, but kernel ${OPTION['release']} is a $wanted"
	fi
}

# wrong_source TEXT
wrong_source() {
	local text="'${SOURCE['given']}' $1 [source]"

	is_allowed source || fail 1 "$text" \
		"install the source of the kernel's own version, or insist with --allow=source"
	warning "$text"
}

# kernel_make FOLDER WORD...: make in the prepared source, always with the same settings, or else Kbuild would
# configure it again. To be run in a process of its own.
kernel_make() {
	local folder=$1 words=()

	shift
	# A pahole that is missing, or another one, would change the configuration, even struct module.
	[[ ! -f $folder/scripts/klpmake-pahole ]] || words+=(PAHOLE=scripts/klpmake-pahole)
	exec env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u KBUILD_OUTPUT -u KCFLAGS -u KCPPFLAGS -u KAFLAGS LC_ALL=C \
		make --no-print-directory -C "$folder" "${TARGET_WORDS[@]}" CC="${TARGET[compiler]}" KERNELRELEASE="${OPTION['release']}" \
		KBUILD_MODPOST_WARN=1 "${words[@]}" "$@"
}

# prepare_step TEXT FOLDER WORD...: the lines that make prints are what is counted.
prepare_step() {
	local text=$1 log=$PREPARING/log

	shift
	await_counted "$text" "$log" 1 0 logged_to "$log" kernel_make "$@" && return
	tail -n 20 "$log" | shown_lines >&2
	check_room "$PREPARING"
	fail 3 "cannot prepare the kernel source: 'make $2' failed" \
		"it needs flex, bison, bc, and the headers of libelf and OpenSSL (on Debian: libelf-dev, libssl-dev)"
}

# logged_to FILE COMMAND WORD...
logged_to() {
	local file=$1

	shift
	"$@" >>"$file" 2>&1
}

configure_source() {
	# Where it was built in, that was for another configuration.
	if [[ -f $1/.config || -d $1/include/generated ]]; then
		say "cleaning"
		prepare_step "cleaning" "$1" mrproper
	fi
	provide_pahole "$1"
	leave_out_btfids "$1"
	if [[ -n ${SOURCE['generated']} ]]; then
		take_generated "$1"
	else
		have_generated "$1"
	fi
}

# Does the build folder have what Kbuild has made for this kernel? Not plugins of GCC, and where another compiler is to
# be used, Kbuild has to find out what that can do.
has_generated() {
	local build=${OPTION['build']} file lines

	[[ -n ${TARGET[same-compiler]} && -n ${TARGET[arch]} && -d $build/arch/${TARGET[arch]}/include/generated ]] || return
	for file in "${GENERATED[@]}"; do [[ -f $build/$file ]] || return; done
	mapfile -t lines <"$build/include/generated/utsrelease.h"
	[[ "${lines[*]/#/$'\n'} " == *$'\n'"#define UTS_RELEASE \"${OPTION['release']}\" "* ]] || return
	! is_configured GCC_PLUGINS || return
	is_configured OBJTOOL || is_configured STACK_VALIDATION || return 0
	# It may be another system's program.
	"$build/tools/objtool/objtool" >/dev/null 2>&1
	[[ $? -ne 126 && $? -ne 127 ]]
}

# take_generated FOLDER: in place of having Kbuild make it. What Kbuild looks at to know whether it has to configure is
# the newest.
take_generated() {
	local build=${OPTION['build']} arch=arch/${TARGET[arch]}/include

	say "copying what the build folder has for compiling"
	must mkdir -p "$1/include/config" "$1/$arch" "$1/tools/objtool"
	must cp "$build/.config" "$1/.config"
	must cp -RL "$build/include/generated" "$1/include/"
	must cp -RL "$build/$arch/generated" "$1/$arch/"
	[[ ! -f $build/tools/objtool/objtool ]] || must cp "$build/tools/objtool/objtool" "$1/tools/objtool/"
	must cp "$build/include/config/auto.conf" "$1/include/config/"
	write_lines "$1/include/config/auto.conf.cmd" 'include/config/auto.conf: .config'
}

# have_generated FOLDER: by Kbuild.
have_generated() {
	local configuration

	say "configuring"
	configuration=$(<"${OPTION['build']}/.config") || fail 3 "cannot read '${OPTION['build']}/.config'"
	# GCC's plugin headers are there, as klpmake is: that alone would switch these on.
	[[ $configuration == *CONFIG_GCC_PLUGINS=y* ]] ||
		configuration+=$'\n# CONFIG_GCC_PLUGINS is not set'
	write_lines "$1/.config" "$configuration"
	prepare_step "configuring" "$1" olddefconfig
	check_configuration "$1"
	say "building what compiling needs"
	prepare_step "building what compiling needs" "$1" modules_prepare "-j$PROCESSORS"
	check_autoconf "$1"
}

provide_pahole() {
	local number

	number=${CONFIGURATION[PAHOLE_VERSION]-}
	[[ $number == [0-9][0-9][0-9] && -d $1/scripts ]] || return 0
	write_lines "$1/scripts/klpmake-pahole" '#!/bin/sh' "echo v${number:0:1}.${number:1}"
	must chmod +x "$1/scripts/klpmake-pahole"
}

# resolve_btfids works on linked files, and building it needs libbpf and so Python: what prepares a source
# (the "prepare" targets of the kernel's Makefile) is to find nothing to do there.
leave_out_btfids() {
	local makefile=$1/tools/bpf/resolve_btfids/Makefile

	[[ -f $makefile ]] || return 0
	write_lines "$makefile.new" '# Emptied by klpmake: no file is linked here.' '.PHONY: all clean' 'all clean: ;'
	must mv "$makefile.new" "$makefile"
}

# set_options FILE: those options of a configuration that code may depend on.
set_options() {
	sed -n -e '/^CONFIG_[A-Z0-9_]*_VERSION\(_TEXT\)\{0,1\}=/d' -e '/^CONFIG_/p' "$1" | LC_ALL=C sort
}

# Kbuild switches options off that depend on programs which are not here, as CONFIG_RUST. C code is to see those that the
# kernel has, which its build folder has as a header; Kbuild makes that only once. What other options do to how it is
# compiled shows when klp-plan compares the code with the kernel's.
check_configuration() {
	write_output "$PREPARING/wanted" set_options "${OPTION['build']}/.config"
	write_output "$PREPARING/found" set_options "$1/.config"
	if ! grep -q '^CONFIG_GCC_PLUGINS=' "$PREPARING/wanted" && grep -q '^CONFIG_GCC_PLUGINS=' "$PREPARING/found"; then
		fail 3 "CONFIG_GCC_PLUGINS cannot be kept off in the prepared source"
	fi
	! cmp -s "$PREPARING/wanted" "$PREPARING/found" || return 0
	if [[ -f ${OPTION['build']}/$AUTOCONF ]]; then
		prepare_step "configuring" "$1" syncconfig
		must cp "${OPTION['build']}/$AUTOCONF" "$1/$AUTOCONF"
	else
		warn_configuration
	fi
}

check_autoconf() {
	[[ ! -f ${OPTION['build']}/$AUTOCONF ]] || cmp -s "$PREPARING/wanted" "$PREPARING/found" ||
		cmp -s "${OPTION['build']}/$AUTOCONF" "$1/$AUTOCONF" || warn_configuration
}

warn_configuration() {
	warning "the prepared source is not configured as kernel ${OPTION['release']} is:" \
		"$(diff "$PREPARING/wanted" "$PREPARING/found" | sed -n 's/^[<>]/&/p' | head -n 10 | tr '\n' ' ') [source]"
}
