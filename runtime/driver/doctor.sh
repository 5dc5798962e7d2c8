# SPDX-License-Identifier: GPL-2.0-or-later
# --doctor: what is there, and what is missing, for making livepatches of a kernel. A line "ok" or "missing" of each; of
# what is missing, the command that gets it. What belongs to the kernel, klp-plan knows; the machine's is looked at here.
# shellcheck shell=bash

unset -v DOCTOR_MISSING DOCTOR_BUILD

# Is something missing?
DOCTOR_MISSING=''

# The build folder that was given or found, be it none.
DOCTOR_BUILD=''

# have WHAT TEXT, lack WHAT TEXT
have() {
	show_line "ok       $1: $2"
}

lack() {
	show_line "missing  $1: $2"
	DOCTOR_MISSING=yes
}

doctor() {
	doctor_release
	show_line "kernel ${OPTION[release]}"
	doctor_kernel
	if [[ -n ${OPTION[build]} ]]; then
		doctor_configuration && doctor_compiler
	fi
	doctor_tools
	[[ -z $DOCTOR_MISSING ]] || exit 1
}

# As find_kernel() does, but for what need not be there yet.
doctor_release() {
	local release=${OPTION[release]} found=''

	[[ -z ${OPTION[build]} ]] || found=$(build_release "${OPTION[build]}")
	[[ -z $release || -z $found || $release == "$found" ]] ||
		fail 1 "'${OPTION[build]}' is the build folder of kernel $found, not of $release" \
			"leave out -k or -b, or give the two for one kernel"
	release=${release:-${found:-$(uname -r)}}
	set_release "$release"
	found=${OPTION[build]}
	if [[ -z $found ]]; then
		found=$(find_place --release="$release" --build-folder 2>/dev/null) || found=''
	fi
	[[ -f $found/Makefile ]] || found=''
	DOCTOR_BUILD=${OPTION[build]:-$found}
	set_kernel "$release" "$found"
}

# What a source may be called by, as far as that is known.
doctor_versions() {
	read_configuration
	source_versions
}

doctor_kernel() {
	local versions lines state what text words=()
	local -A names=([build]="build folder" [vmlinux]="image with debug information" [modules]="modules' debug files"
		[source]="source")

	mapfile -t versions < <(doctor_versions)
	[[ -z $DOCTOR_BUILD ]] || words+=(--build="$DOCTOR_BUILD")
	[[ -z ${OPTION[source]} ]] || words+=(--source="${OPTION[source]}")
	lines=$(find_kernel_files "${words[@]}" --doctor -- "${versions[@]}") || exit
	while IFS=$'\t' read -r state what text; do
		if [[ $state == ok ]]; then
			have "${names[$what]}" "$text"
		else
			lack "${names[$what]}" "$text"
		fi
	done <<<"$lines"
}

# find_kernel_files WORD...: to be run in a process of its own.
find_kernel_files() {
	check_program "$KLPMAKE_PLAN" KLPMAKE_PLAN
	plan_kernel --program=klpmake "$@"
}

# Returns 1 where there is none, and nothing tells of the compiler.
doctor_configuration() {
	local problem

	if [[ ! -r ${OPTION[build]}/.config ]]; then
		lack "configuration" "the build folder has no .config"
		return 1
	fi
	read_configuration
	if is_configured LIVEPATCH; then
		have "CONFIG_LIVEPATCH" "the kernel has it"
	else
		lack "CONFIG_LIVEPATCH" "this kernel was built without it, and takes no livepatches: another one is needed"
	fi
	if ! problem=$(check_fits 2>&1); then
		problem=${problem%%$'\n'*}
		lack "kernel that diffs can be made for" "${problem#klpmake: error: }"
	fi
	return 0
}

# compiler_package: of the compiler that the configuration names.
compiler_package() {
	local text name prefix=${OPTION[cross-compile]} package=gcc

	text=${CONFIGURATION[CC_VERSION_TEXT]-}
	name=${text%% *}
	if [[ ${name##*/} =~ ^(.*-)?(gcc(-[0-9.]+)?)$ ]]; then
		prefix=${prefix:-${BASH_REMATCH[1]}}
		package=${BASH_REMATCH[2]}
	fi
	prefix=${prefix%-}
	[[ $prefix != "$(uname -m)"-* ]] || prefix=''
	machine_package "$package${prefix:+-${prefix//_/-}}" "gcc${prefix:+-$prefix}" gcc
}

# compiler_state: of the kernel's compiler: "ok" or "missing", and a text. To be run in a process of its own.
compiler_state() {
	local text found

	text=${CONFIGURATION[CC_VERSION_TEXT]-}
	if ! found=$(find_target 2>&1); then
		found=${found%%$'\n'*}
		printf 'missing\t%s\n' "${found#klpmake: error: }: $(compiler_package)"
		return
	fi
	find_target 2>/dev/null
	found=${TARGET[compiler-text]}
	if [[ -z $text || -n ${TARGET[same-compiler]} ]]; then
		printf 'ok\t%s\n' "$found"
	elif [[ ${text##* } == "${found##* }" ]]; then
		printf 'ok\t%s\n' "$found, of the version of the kernel's, '$text'"
	else
		printf 'missing\t%s\n' "the kernel was compiled by '$text', here is '$found': $(compiler_package)"
	fi
}

doctor_compiler() {
	local state text

	IFS=$'\t' read -r state text < <(compiler_state)
	if [[ $state == ok ]]; then
		have "compiler of the kernel" "$text"
	else
		lack "compiler of the kernel" "$text"
	fi
	(find_target) 2>/dev/null || return 0
	find_target 2>/dev/null
	doctor_plugin
	doctor_objtool
}

# The plugin is there, and the compiler takes it.
doctor_plugin() {
	local problem

	if ! problem=$( (find_plugin) 2>&1); then
		problem=${problem//klpmake: error: /}
		problem=${problem//klpmake: note: /}
		lack "compiler plugin" "${problem//$'\n'/: }"
		return
	fi
	find_plugin
	if problem=$(LC_ALL=C "${TARGET[compiler]}" -fplugin="$KLPMAKE_PLUGIN" -fsyntax-only -x c /dev/null 2>&1); then
		have "compiler plugin" "$KLPMAKE_PLUGIN"
	else
		lack "compiler plugin" "'$KLPMAKE_PLUGIN' does not go with '${TARGET[compiler]}': ${problem%%$'\n'*}: klpmake is built for it with 'configure --with-target-gcc=${TARGET[compiler]}'"
	fi
}

# Kbuild runs it on each file of a module.
doctor_objtool() {
	local objtool=${OPTION[build]}/tools/objtool/objtool

	is_configured OBJTOOL || is_configured STACK_VALIDATION || return 0
	"$objtool" >/dev/null 2>&1
	case $? in
	126 | 127) lack "objtool" "'$objtool' cannot be run here: install the build folder's package again" ;;
	*) have "objtool" "$objtool" ;;
	esac
}

# doctor_program NAME APT [DNF ZYPPER]
doctor_program() {
	local path

	if path=$(command -v "$1"); then
		have "$1" "$path"
	else
		lack "$1" "$(machine_package "${@:2}")"
	fi
}

# doctor_header PATH APT DNF ZYPPER: for the kernel's own programs, which are compiled for this machine.
doctor_header() {
	if printf '#include <%s>\n' "$1" | gcc -E -x c - >/dev/null 2>&1; then
		have "header $1" "the compiler finds it"
	else
		lack "header $1" "$(machine_package "${@:2}")"
	fi
}

doctor_tools() {
	local prefix=${OPTION[cross-compile]} name package=binutils

	[[ -z $prefix ]] || package=binutils-${prefix%-}
	doctor_program make make
	doctor_program patch patch
	doctor_program flock util-linux
	for name in ld objcopy; do
		doctor_program "$prefix$name" "${package//_/-}" "$package" binutils
	done
	# Where the build folder has what Kbuild makes of it, the source is not configured.
	[[ -z ${OPTION[build]} || -z ${TARGET[compiler]} ]] || ! has_generated || return 0
	doctor_program gcc gcc
	for name in flex bison bc; do doctor_program "$name" "$name"; done
	doctor_header gelf.h libelf-dev elfutils-libelf-devel libelf-devel
	doctor_header openssl/opensslv.h libssl-dev openssl-devel libopenssl-devel
}
