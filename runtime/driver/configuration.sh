# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel's configuration says, read once. Comes in: the build folder. Goes out: CONFIGURATION.
# shellcheck shell=bash

unset -v CONFIGURATION

# The values of CONFIGURED, by name and without quotes, as far as they are set; and, as the head says, "# Linux/x86 6.1.192
# Kernel Configuration":
#	file		where this was read
#	head-arch	what Kbuild was told as ARCH
#	head-version	the kernel's; a release need not begin with the whole of it: Debian's 6.1.0-56-cloud-amd64 is a 6.1.192
declare -A CONFIGURATION=([file]='')

# Without CONFIG_. A diff cannot be made for some of them (check_fits()).
CONFIGURED=(CC_IS_CLANG CC_VERSION_TEXT GCC_PLUGIN_LATENT_ENTROPY GCC_PLUGIN_RANDSTRUCT GCC_PLUGINS LIVEPATCH LTO_CLANG
	LTO_CLANG_FULL LTO_CLANG_THIN LTO_GCC OBJTOOL PAHOLE_VERSION RANDSTRUCT STACK_VALIDATION)

# read_configuration: the build folder need not have one.
read_configuration() {
	local line lines file=${OPTION[build]}/.config names name value

	[[ ${CONFIGURATION[file]} != "$file" ]] || return 0
	CONFIGURATION=([file]="$file")
	[[ -e $file ]] || return 0
	names=${CONFIGURED[*]}
	lines=$(grep -E "^# Linux/|^CONFIG_(${names// /|})=" "$file" 2>/dev/null)
	[[ $? -le 1 ]] || fail 3 "cannot read '$file'"
	while IFS= read -r line; do
		if [[ $line =~ ^'# Linux/'([A-Za-z0-9_]+)' '([0-9]+(\.[0-9]+)+)? ]]; then
			CONFIGURATION[head-arch]=${CONFIGURATION[head-arch]:-${BASH_REMATCH[1]}}
			CONFIGURATION[head-version]=${CONFIGURATION[head-version]:-${BASH_REMATCH[2]}}
		elif [[ $line == CONFIG_* ]]; then
			name=${line%%=*} value=${line#*=}
			[[ $value != '"'*'"' ]] || value=${value:1:${#value}-2}
			CONFIGURATION[${name#CONFIG_}]=$value
		fi
	done <<<"$lines"
}

# is_configured NAME: is it y?
is_configured() {
	[[ ${CONFIGURATION[$1]-} == y ]]
}
