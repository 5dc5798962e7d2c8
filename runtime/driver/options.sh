# SPDX-License-Identifier: GPL-2.0-or-later
# The command line. Goes out: OPTION and the lists below, which only this file sets, and everybody reads.
# shellcheck shell=bash

unset -v OPTION PATCHES MODULE_FILES SYMVERS ALLOWED

# Options that are given once, by their names; empty where not given. Paths are absolute but for "folder".
# find_kernel() completes "release" and "build".
declare -A OPTION=(
	[release]='' [build]='' [vmlinux]='' [debug-dir]='' [folder]='' [output]='' [kallsyms]='' [notes]='' [build-id]=''
	[arch]="${ARCH-}" [cross-compile]="${CROSS_COMPILE-}" [cc]=''
	[command]='' [class]='' [older]='' [larger-than]='' [unused]=''
	[source]='' [cache-dir]='' [replace]=1 [keep-work]='' [json]='' [dry-run]='' [all]='' [clean]='' [quiet]='' [verbose]=''
)
# The diffs, as they are called on the command line.
declare -a PATCHES=()
# NAME=FILE of --object, and the files of --symvers.
declare -a MODULE_FILES=() SYMVERS=()
# The classes of --allow.
declare -a ALLOWED=()

# What can be allowed, and who is told. DIAG_ALLOWABLE of the programs in C has those of the first two (a
# test compares them); the last one is klpmake's own.
declare -ra ALLOW_FIXER=(inlined cloned folded prototype copied depends vermagic crc)
declare -ra ALLOW_PLAN=(layout fits toolchain compiled)
declare -ra ALLOW_SOURCE=(source)

# The last option that only patches have.
patch_option=''

# is_one_of WORD WORD...: is the first one among the others?
is_one_of() {
	local wanted=$1 word

	shift
	for word; do
		[[ $word != "$wanted" ]] || return 0
	done
	return 1
}

# Was this class given with --allow?
is_allowed() {
	is_one_of "$1" "${ALLOWED[@]}"
}

# join_words SEPARATOR WORD...
join_words() {
	local separator=$1 text=$2 word

	shift 2
	for word; do text+=$separator$word; done
	printf '%s\n' "$text"
}

parse_options() {
	while [[ $# -gt 0 ]]; do
		case $1 in
		-[kbvdCos] | --kallsyms | --notes | --build-id | --allow | --object | --symvers | --cache-dir | --root | \
			--arch | --cross-compile | --cc | --explain | --older | --larger-than)
			[[ $# -gt 1 ]] || bad_usage "option '$1' needs an argument"
			set_option "$1" "$2"
			shift
			;;
		-[kbvdCos]*) set_option "${1:0:2}" "${1:2}" ;;
		--kallsyms=* | --notes=* | --build-id=* | --allow=* | --object=* | --symvers=* | --cache-dir=* | --root=* | \
			--arch=* | --cross-compile=* | --cc=* | --explain=* | --older=* | --larger-than=*)
			set_option "${1%%=*}" "${1#*=}"
			;;
		--doctor | --cache | --cache-prune) take_command "${1#--}" ;;
		--unused) OPTION['unused']=yes ;;
		--json | --clean | --quiet | --verbose) OPTION[${1#--}]=yes ;;
		-n) OPTION['dry-run']=yes ;;
		-q) OPTION['quiet']=yes ;;
		--replace | --no-replace | --keep-work | --all) set_option "$1" '' ;;
		--help)
			usage 2>/dev/null
			end_output $?
			;;
		--version)
			show_version 2>/dev/null
			end_output $?
			;;
		--)
			shift
			while [[ $# -gt 0 ]]; do
				add_patch "$1"
				shift
			done
			break
			;;
		-*) bad_usage "unknown option '$1'" ;;
		*) add_patch "$1" ;;
		esac
		shift
	done
	check_mode
	[[ ${KLPMAKE_ROOT:-/} == /* ]] || export KLPMAKE_ROOT=$PWD/$KLPMAKE_ROOT
	is_make_dry_run && OPTION['dry-run']=yes
	return 0
}

# set_option OPTION VALUE
set_option() {
	local path=$2

	# A path has to hold after a change of folder.
	[[ $path == /* ]] || path=$PWD/$path
	case $1 in
	-s | --cache-dir | --replace | --no-replace | --keep-work | --all) patch_option=$1 ;;
	esac
	case $1 in
	-k) set_release "$2" ;;
	-b) OPTION['build']=$path ;;
	-v) OPTION['vmlinux']=$path ;;
	-d) OPTION['debug-dir']=$path ;;
	-C) OPTION['folder']=$2 ;;
	-s) OPTION['source']=$path ;;
	-o) OPTION['output']=$path ;;
	--kallsyms | --notes | --cache-dir) OPTION[${1#--}]=$path ;;
	--build-id | --arch | --cross-compile | --cc) OPTION[${1#--}]=$2 ;;
	--replace) OPTION['replace']=1 ;;
	--no-replace) OPTION['replace']=0 ;;
	--keep-work) OPTION['keep-work']=yes ;;
	--all) OPTION['all']=yes ;;
	--allow) allow_class "$2" ;;
	--explain)
		take_command explain
		OPTION['class']=$2
		;;
	--older) set_older "$2" ;;
	--larger-than) set_larger_than "$2" ;;
	--object) add_object "$2" ;;
	--symvers) SYMVERS+=("$path") ;;
	# The programs that klpmake runs read it, too.
	--root) export KLPMAKE_ROOT=$path ;;
	esac
}

# take_command NAME: what is done in place of making a livepatch.
take_command() {
	[[ ${OPTION['command']:-$1} == "$1" ]] || bad_usage "--${OPTION['command']} and --$1 cannot be done at once"
	OPTION['command']=$1
}

# In days.
set_older() {
	[[ $1 =~ ^[0-9]{1,6}$ ]] || bad_usage "option '--older' needs a number of days, not '$1'"
	OPTION['older']=$((10#$1))
}

# To KiB.
set_larger_than() {
	local number=${1%[KMG]}

	[[ $number =~ ^[0-9]{1,9}$ && $number != "$1" ]] ||
		bad_usage "option '--larger-than' needs a size such as 512M or 10G, not '$1'"
	number=$((10#$number))
	case $1 in
	*M) number=$((number * 1024)) ;;
	*G) number=$((number * 1024 * 1024)) ;;
	esac
	OPTION['larger-than']=$number
}

# It becomes a word of make's.
set_release() {
	[[ $1 != *[!A-Za-z0-9_.+~:@-]* ]] || bad_usage "'$1' is no release of a kernel"
	OPTION['release']=$1
}

allow_class() {
	is_one_of "$1" "${ALLOW_FIXER[@]}" "${ALLOW_PLAN[@]}" "${ALLOW_SOURCE[@]}" ||
		bad_usage "'$1' cannot be allowed, but $(join_words ', ' "${ALLOW_FIXER[@]}") can, and with PATCH" \
			"$(join_words ', ' "${ALLOW_SOURCE[@]}" "${ALLOW_PLAN[@]}")"
	ALLOWED+=("$1")
}

add_object() {
	local file=${1#*=}

	[[ $1 == ?*=?* ]] || bad_usage "--object needs NAME=FILE, not '$1'"
	[[ $file == /* ]] || file=$PWD/$file
	MODULE_FILES+=("${1%%=*}=$file")
}

# A name that is no file may well be a folder's.
add_patch() {
	if [[ ${OPTION['command']} == doctor && -z ${OPTION['release']} ]]; then
		set_release "$1"
		return
	fi
	[[ -e $1 && ! -d $1 ]] ||
		bad_usage "unexpected argument '$1': there is no patch of this name, and a folder is given with -C"
	[[ $1 != *[$'\t\n']* ]] || bad_usage "the name of the patch '$1' has a tab, or the end of a line"
	[[ -r $1 ]] || fail 3 "cannot read the patch '$1'"
	PATCHES+=("$1")
}

# Some options are for patch folders or for patches only.
check_mode() {
	local class name

	for name in older larger-than unused; do
		[[ -z ${OPTION[$name]} || ${OPTION['command']} == cache-prune ]] ||
			bad_usage "option '--$name' goes with --cache-prune"
	done
	if [[ -n ${OPTION['command']} ]]; then
		[[ ${#PATCHES[@]} -eq 0 ]] || bad_usage "--${OPTION['command']} takes no patches"
		[[ ${OPTION['command']} != cache-prune || -n ${OPTION['older']}${OPTION['larger-than']}${OPTION['unused']} ]] ||
			bad_usage "--cache-prune needs --older=DAYS, --larger-than=SIZE or --unused"
		return
	fi
	if [[ ${#PATCHES[@]} -gt 0 ]]; then
		[[ -z ${OPTION['folder']} ]] || bad_usage "option '-C' is for a patch folder, not for patches"
		[[ -z ${OPTION['clean']} ]] || bad_usage "option '--clean' is for a patch folder, not for patches"
		return
	fi
	[[ -z $patch_option ]] || bad_usage "option '$patch_option' is for patches, and none is given"
	for class in "${ALLOW_PLAN[@]}" "${ALLOW_SOURCE[@]}"; do
		! is_allowed "$class" || bad_usage "option '--allow=$class' is for patches, and none is given"
	done
}

# "make -n" calls the recipe that runs this program all the same.
is_make_dry_run() {
	local flags=${MAKEFLAGS-}

	case $flags in
	-* | *=*) return 1 ;;
	esac
	[[ ${flags%% *} == *n* ]]
}

# set_kernel RELEASE BUILD-FOLDER: what find_kernel() has found out.
set_kernel() {
	OPTION['release']=$1
	OPTION['build']=$2
}
