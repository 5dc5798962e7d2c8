# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel that is patched: its release and its build folder. And the parts of klpmake that a build needs.
# shellcheck shell=bash

# build_release FOLDER: the release that modules built in the build folder are for.
build_release() {
	local header=$1/include/generated/utsrelease.h file=$1/include/config/kernel.release line

	if [[ -r $header ]]; then
		while read -r line; do
			[[ $line != '#define UTS_RELEASE "'*'"' ]] || {
				line=${line#*\"}
				printf '%s\n' "${line%\"}"
				return
			}
		done <"$header"
	fi
	[[ -r $file ]] && read -r line <"$file" && printf '%s\n' "$line"
}

# find_place WORD...: where a file of the kernel is that a mode of klp-plan finds. To be run in a process of its own.
find_place() {
	check_program "$KLPMAKE_PLAN" KLPMAKE_PLAN
	"$KLPMAKE_PLAN" --program=klpmake "$@"
	pass_on $? klp-plan
}

find_kernel() {
	local release=${OPTION[release]} build=${OPTION[build]} found

	command -v make >/dev/null || fail 3 "there is no make" "$(machine_package make)"
	if [[ -n $build ]]; then
		found=$(build_release "$build") || found=$release
		[[ -n $found ]] || fail 3 "'$build' is not the build folder of a kernel" \
			"it has no include/generated/utsrelease.h; -k says the release"
		[[ ${release:-$found} == "$found" ]] ||
			fail 1 "'$build' is the build folder of kernel $found, not of $release" \
				"leave out -k or -b, or give the two for one kernel"
		release=$found
	fi
	release=${release:-$(uname -r)} || fail 3 "cannot find out which kernel is running"
	if [[ -z $build ]]; then
		build=$(find_place --release="$release" --build-folder) || exit
	fi
	[[ -f $build/Makefile ]] || fail 3 "no build folder of kernel $release: '$build' has no Makefile"
	plain_build_folder "$build"
	set_release "$release"
	set_kernel "$release" "$build"
}

# plain_build_folder FOLDER: Kbuild goes by the path that is behind all links.
plain_build_folder() {
	local folder

	folder=$(cd "$1" && pwd -P) || fail 3 "cannot enter the build folder '$1'"
	check_path "the build folder" "$folder"
}

find_parts() {
	find_processors
	find_target
	find_plugin
	check_program "$KLPMAKE_FIXER" KLPMAKE_FIXER
	check_part_paths
}

# What make is told of.
check_part_paths() {
	check_path "the path of the plugin," "$KLPMAKE_PLUGIN"
	check_path "the path of klpmake's files," "$KLPMAKE_RUNTIME"
}
