# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel is compiled for, and by what: its architecture, the compiler, and the plugin for that. Comes in: its
# build folder. Goes out: TARGET and KLPMAKE_PLUGIN.
# shellcheck shell=bash

unset -v TARGET TARGET_WORDS

# What this stage finds out:
#	here		this machine, as "uname -m" says
#	arch		as a folder of arch/ in the kernel's source; empty where nothing tells
#	compiler	its name
#	compiler-text	the first line that it says of its version
#	same-compiler	"yes" if that is what the kernel's configuration says
#	machine		what the compiler compiles for, as aarch64-linux-gnu
#	major		its major version
declare -A TARGET=([here]='' [arch]='' [compiler]='' [compiler-text]='' [same-compiler]='' [machine]='' [major]='')

# What Kbuild has to be told of it, words for make; none for the architecture of this machine.
declare -a TARGET_WORDS=()

# source_arch NAME: the folder of what make is told as ARCH, or "uname -m" says (scripts/subarch.include of the kernel,
# and SRCARCH of its Makefile).
source_arch() {
	case $1 in
	i?86 | x86_64) echo x86 ;;
	aarch64*) echo arm64 ;;
	arm*) [[ $1 == arm64 ]] && echo arm64 || echo arm ;;
	s390x) echo s390 ;;
	ppc*) echo powerpc ;;
	riscv*) echo riscv ;;
	loongarch*) echo loongarch ;;
	*) printf '%s\n' "$1" ;;
	esac
}

find_target() {
	find_arch
	find_cross
	find_compiler
}

# The head of the configuration tells. Kbuild takes this machine's.
find_arch() {
	local found=${OPTION[arch]}

	[[ $found != *[!A-Za-z0-9_]* ]] || bad_usage "'$found' is no architecture"
	read_configuration
	found=${found:-${CONFIGURATION[head-arch]-}}
	[[ -z $found ]] || TARGET[arch]=$(source_arch "$found")
	TARGET[here]=$(uname -m) || fail 3 "cannot find out what machine this is"
	! is_foreign || TARGET_WORDS+=("ARCH=${TARGET[arch]}")
}

# Is the kernel for another architecture than this machine's?
is_foreign() {
	[[ -n ${TARGET[arch]} && ${TARGET[arch]} != "$(source_arch "${TARGET[here]}")" ]]
}

check_cross() {
	[[ ${OPTION[cross-compile]} != *[!A-Za-z0-9_.+/-]* ]] ||
		bad_usage "'${OPTION[cross-compile]}' is no prefix of programs' names"
}

find_cross() {
	local prefix=${OPTION[cross-compile]} text

	check_cross
	if is_foreign; then
		text=${CONFIGURATION[CC_VERSION_TEXT]-}
		text=${text%% *}
		[[ -n $prefix || $text != *-gcc* ]] || prefix=${text%%gcc*}
		[[ -n $prefix || -n ${OPTION[cc]} ]] ||
			fail 1 "kernel ${OPTION[release]} is for ${TARGET[arch]}, and this machine is a ${TARGET[here]}" \
				"--cross-compile=PREFIX says what the names of its compiler and binutils begin with"
	fi
	[[ -z $prefix ]] || TARGET_WORDS+=("CROSS_COMPILE=$prefix")
	OPTION[cross-compile]=$prefix
}

# The compiler is the one that the configuration names, where it is there; a kernel that was compiled on a machine of its
# own architecture names it without a prefix.
find_compiler() {
	local text=${CONFIGURATION[CC_VERSION_TEXT]-} compiler='' found name prefix=${OPTION[cross-compile]}

	name=${text%% *}
	[[ ${OPTION[cc]} != *[!A-Za-z0-9_.+/-]* ]] || bad_usage "'${OPTION[cc]}' is no name of a compiler"
	if [[ -n ${OPTION[cc]} ]]; then
		compiler=${OPTION[cc]}
	elif is_plain "$name"; then
		compiler=$(command -v "$prefix${name#"$prefix"}" >/dev/null && printf '%s' "$prefix${name#"$prefix"}")
	fi
	compiler=${compiler:-${prefix}gcc}
	[[ ${#TARGET_WORDS[@]} -eq 0 && -z ${OPTION[cc]} ]] || TARGET_WORDS+=("CC=$compiler")
	found=$(LC_ALL=C "$compiler" --version 2>/dev/null)
	found=${found%%$'\n'*}
	[[ -n $found ]] || fail 3 "there is no compiler '$compiler'" "$(machine_package gcc)"
	[[ ${text#* } != "${found#* }" ]] || TARGET[same-compiler]=yes
	[[ -z $text || -n ${TARGET[same-compiler]} ]] ||
		note "the kernel was compiled by '$text', here is '$found'"
	TARGET[compiler]=$compiler
	TARGET[compiler-text]=$found
}

# plugin_advice MAJOR: how the plugin for the compiler, of that version, is got.
plugin_advice() {
	if [[ -n $PLUGIN_PACKAGE ]] && ! is_foreign; then
		machine_package "${PLUGIN_PACKAGE//MAJOR/$1}"
	else
		printf '%s\n' "klpmake is built for it with 'configure --with-target-gcc=${TARGET[compiler]}'; of that, 'make -C plugin install' is enough"
	fi
}

# The plugin works with exactly one version of GCC: those for several are beside each other, as MACHINE-VERSION.
find_plugin() {
	local machine major

	if [[ -z $KLPMAKE_PLUGIN ]]; then
		machine=$("${TARGET[compiler]}" -dumpmachine 2>/dev/null)
		major=$("${TARGET[compiler]}" -dumpversion 2>/dev/null)
		major=${major%%.*}
		KLPMAKE_PLUGIN=$PLUGINS/$machine-$major/klpmake.so
		[[ -f $KLPMAKE_PLUGIN || ! -f $PLUGINS/klpmake.so || -L $PLUGINS/klpmake.so ]] ||
			KLPMAKE_PLUGIN=$PLUGINS/klpmake.so
		[[ -f $KLPMAKE_PLUGIN ]] ||
			fail 3 "there is no compiler plugin for GCC $major for $machine, '${TARGET[compiler]}': '$KLPMAKE_PLUGIN' is missing" \
				"$(plugin_advice "$major")"
		export KLPMAKE_PLUGIN
	fi
	[[ -f $KLPMAKE_PLUGIN ]] ||
		fail 3 "the compiler plugin '$KLPMAKE_PLUGIN' is missing" "$(incomplete KLPMAKE_PLUGIN)"
}
