#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What comparison.sh runs in the minimal Debian: builds a small kernel, has each tool make livepatches for it, and writes what
# that took, a line for each figure, with tabs between the fields: tables.awk has their kinds.
set -u -o pipefail

usage() {
	cat <<'END'
usage: measure.sh [--keep] RESULT-FILE

As root in a Debian that nothing else is installed in. Exit status: 0 measured, 2 wrong usage, 3 it could not be measured.
END
}

keep=no
while [ $# -gt 0 ]; do
	case $1 in
	--keep) keep=yes ;;
	--help) usage; exit 0 ;;
	-*) usage >&2; exit 2 ;;
	*) break ;;
	esac
	shift
done
[ $# -eq 1 ] || { usage >&2; exit 2; }
result=$1
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=../lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/debian-kernel.sh
. "$top/testsuite/lib/debian-kernel.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/build.sh
. "$top/testsuite/lib/build.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/klp-build.sh
. "$top/testsuite/lib/klp-build.sh"
# shellcheck source-path=SCRIPTDIR source=diffs.sh
. "$top/testsuite/comparison/diffs.sh"

store=$KLPMAKE_CACHE/comparison
mkdir -p "$store" && work=$(mktemp -d "$store/work.XXXXXX") || exit 3
jobs=$(getconf _NPROCESSORS_ONLN)

say() {
	echo "$(date +%H:%M:%S) $*" >&2
}

clean_up() {
	if [ "$keep" = yes ]; then
		say "What was made is kept in $work"
	else
		rm -rf "$work"
	fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
	echo "measure.sh: $*" >&2
	exit 3
}

# tell FIELD...
tell() {
	local IFS=$'\t'

	printf '%s\n' "$*" >>"$work/result"
}

# kib FOLDER...: of the disk, together; what is not there has none.
kib() {
	du -sck "$@" 2>/dev/null | awk 'END { print $1 }'
}

# What every tool needs for a kernel of its source.
common=(bc binutils bison flex gcc libc6-dev libelf-dev libssl-dev make patch xz-utils)

# cost TOOL PACKAGE...: what is installed for these where there is nothing but the common ones.
cost() {
	local tool=$1 names=() bytes kib
	local options=(-o "Dir::State::status=$work/status" -o "Dir::Cache::archives=$work/archives" --no-install-recommends -y)

	shift
	mkdir -p "$work/archives/partial"
	bytes=$(apt-get -qq "${options[@]}" --print-uris install "$@" | awk '{ bytes += $3 } END { print bytes + 0 }') || return 3
	mapfile -t names < <(apt-get -s "${options[@]}" install "$@" | awk '
		/^Inst / { match($0, /[(][^ ]+/); print $2 "=" substr($0, RSTART + 1, RLENGTH - 1) }')
	kib=0
	[ ${#names[@]} -eq 0 ] ||
		kib=$(apt-cache show "${names[@]}" | awk '/^Installed-Size:/ { kib += $2 } END { print kib }')
	tell packages "$tool" "${#names[@]}" "$bytes" $((kib + ${more_kib:-0}))
}

# get_source: the suite's newest, or what is there already.
get_source() {
	local package

	package=$(apt-cache search --names-only '^linux-source-[0-9.]+$' | sed 's/ .*//' | sort -V | tail -n 1)
	[ -n "$package" ] || fail "apt knows no linux-source"
	series=${package#linux-source-}
	if [ ! -f "$store/$package.tar.xz" ]; then
		mkdir "$work/package" && cd "$work/package" || exit 3
		debian_fill_source "$series" "$(debian_versions "$package" | sort -V | tail -n 1 | cut -d ' ' -f 2)" || exit 3
		mv "$package".tar.* "$store/$package.tar.xz" || exit 3
	fi
	cd "$work" || exit 3
	klp_build_source "$store/$package.tar.xz" || exit 3
}

# make_kernel: build/, which is not the source's folder, and modules/.
make_kernel() {
	# The one is of newer sources only.
	grep -qs '^config KLP_BUILD' source/kernel/livepatch/Kconfig && klp_build=yes
	# shellcheck disable=SC2034 # for klp_build_configure
	[ "$klp_build" = yes ] || klp_build_wanted=(BLK_DEV_LOOP)
	{ klp_build_configure && mkdir build modules && mv source/.config build/ && klp_build_make mrproper &&
		klp_build_make "O=$work/build" olddefconfig; } >"$work/configure.log" 2>&1 ||
		{ tail -n 20 "$work/configure.log" >&2; fail "the small kernel cannot be configured"; }
	say "Building the small kernel"
	timed "$work/kernel.log" klp_build_all
	[ -f build/vmlinux ] || { tail -n 20 "$work/kernel.log" >&2; fail "the small kernel cannot be built"; }
	klp_build_make "O=$work/build" modules_install INSTALL_MOD_PATH="$work/modules" DEPMOD=true >>"$work/kernel.log" 2>&1 ||
		fail "the small kernel's modules cannot be installed"
	release=$(<build/include/config/kernel.release)
	tell fact kernel "Linux $release, $(units) files compiled by $(gcc --version | head -n 1), in ${took[0]} s (${took[1]} s of the processors)"
	tell fact machine "$jobs processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(date +%Y-%m-%d)"
}

# units: how many files the small kernel is compiled of.
units() {
	find build '(' -path build/tools -o -path build/scripts ')' -prune -o -name '.*.o.cmd' -exec grep -l '^source_' {} + | wc -l
}

klp_build_all() {
	klp_build_make "O=$work/build" "-j$jobs" vmlinux modules
}

# timed LOG COMMAND...: runs it, a function will do; "took" is set to seconds and seconds of the processors. Returns what it does.
timed() {
	local log=$1 status

	shift
	# shellcheck disable=SC2016 # for the other shell
	"$work/measure" timeout "${limit:-36000}" bash -c 'log=$1; shift; "$@" >"$log" 2>&1' bash "$log" "$@" >"$work/time"
	status=$?
	read -r -a took < <(awk '{ printf "%.1f %.1f\n", $1, $2 }' "$work/time")
	return "$status"
}

# One for each tool: TOOL PATCH NAME makes NAME.ko, or livepatch-NAME.ko, in out/TOOL.
run_klpmake() {
	klpmake -k "$release" -b "$work/build" -v "$work/build/vmlinux" -d "$work/modules" -s "$work/source" \
		--cache-dir "$work/klpmake-cache" -o "$work/out/klpmake/livepatch-$2.ko" "$1"
}

run_kpatch_build() {
	CACHEDIR=$work/kpatch-cache kpatch-build -s "$work/kpatch-source" -c "${config:-$work/build/.config}" \
		-v "$work/build/vmlinux" -j "$jobs" -o "$work/out/kpatch-build" -n "livepatch-$2" "$1"
}

run_klp_build() {
	local again=()

	[ ! -f "$work/klp-source/klp-tmp/1-orig/.complete" ] || again=(-S 2)
	cd "$work/klp-source" && scripts/livepatch/klp-build -j "$jobs" -T "${again[@]}" -o "$work/out/klp-build/livepatch-$2.ko" "$1"
}

# message TOOL LOG: what it says of an error, in one line.
message() {
	local pattern='error|not supported|unsupported|no changed|ERROR'

	cat "$2" "$work/kpatch-cache/build.log" 2>/dev/null >"$work/said"
	[ "$1" = kpatch-build ] || cp "$2" "$work/said"
	grep -E "$pattern" "$work/said" | grep -vE 'warning|^make|[0-9]+ error\(s\)|Leaving|see .*log' | head -n 2 | sed "s|$work/||g" |
		paste -sd ';' | tr '\t' ' ' | cut -c 1-220
}

# attempt TOOL NAME PATCH: sets "outcome" to "module", "refused", "failed" where neither is told, or "taken" where the time does
# not do; "text" to what it says, and all of that goes to log/TOOL-NAME.
attempt() {
	local tool=$1 log=$work/log/$1-$2 status=0

	say "$tool: $2"
	timed "$log" "run_${tool//-/_}" "$3" "$2" || status=$?
	if [ "$status" -eq 124 ]; then
		outcome=taken text=''
	elif [ -f "$work/out/$tool/livepatch-$2.ko" ]; then
		outcome=module text=''
	else
		outcome=refused text=$(message "$tool" "$log")
		[ -n "$text" ] || { outcome=failed; text=$(tail -n 1 "$log"); }
	fi
}

# measure_tool TOOL FOLDER...: the folders are where it keeps what it makes.
measure_tool() {
	local tool=$1 name before

	shift
	mkdir -p "$work/out/$tool" "$work/log"
	before=$(kib "$@")
	tell tool "$tool"
	for name in $(diffs_measured); do
		attempt "$tool" "$name" "$work/diffs/$name.patch"
		if [ "$outcome" = module ]; then
			tell time "$tool" "$name" "${took[@]}"
		else
			tell outcome "$tool" "$name" "$outcome" "$text"
		fi
	done
	tell disk "$tool" $(($(kib "$@") - before))
	for name in $(diffs_tried); do
		attempt "$tool" "$name" "$work/diffs/$name.patch"
		tell outcome "$tool" "$name" "$outcome" "$text"
	done
}

# try_option TOOL OPTION: what it says of the kernel's configuration with that option.
try_option() {
	sed "/CONFIG_$2[ =]/d" "$work/build/.config" >"$work/config-$2" && echo "CONFIG_$2=y" >>"$work/config-$2"
	try_config "$1" "$2" "$work/config-$2"
}

# try_config TOOL NAME CONFIG: whether it is taken is told long before anything is built.
try_config() {
	local saved=$work/klp-source/.config

	config=$3 limit=300
	if [ "$1" = klp-build ]; then
		cp "$saved" "$work/saved" && cp "$config" "$saved"
	fi
	attempt "$1" "$2" "$work/diffs/first.patch"
	[ "$1" != klp-build ] || cp "$work/saved" "$saved"
	tell outcome "$1" "$2" "$outcome" "$text"
	config='' limit=''
}

# kernel_parts: what Debian's cloud kernel has to have on the disk for each tool, to download. Sets "cloud_config".
kernel_parts() {
	local release version headers image source package

	debian_candidates linux-image-cloud-amd64 | head -n 1 >"$work/candidate"
	read -r release version <"$work/candidate" || { say "apt knows no cloud kernel"; return; }
	source=$(size_of "linux-source-$series" "$version")
	image=$(size_of "linux-image-$release-dbg" "$version")
	headers=0
	for package in "linux-headers-$release" $(debian_needs "linux-headers-$release" "$version" | grep -E '^linux-(headers|kbuild)-'); do
		headers=$((headers + $(size_of "$package" "$version") + 0))
	done
	tell kernel klpmake $((source + image + headers))
	tell kernel kpatch-build $((source + image))
	[ "$klp_build" = no ] || tell kernel klp-build "$source"
	tell fact "Debian's cloud kernel" "$version: source $((source / 1000000)) MB, debug information $((image / 1000000)) MB, headers $((headers / 1000000)) MB to download"
	mkdir -p "$work/headers" || exit 3
	if (cd "$work/headers" && debian_get "linux-headers-$release" "$version" && debian_unpack ./*.deb . './usr/src/*/.config'); then
		cloud_config=$(debian_first "$work"/headers/usr/src/*/.config)
	fi
}

# size_of PACKAGE VERSION: bytes to download.
size_of() {
	LC_ALL=C apt-cache show "$1=$2" | awk '/^Size:/ { print $2; exit }'
}

# own_packages: those that have the libraries that the installed programs use.
own_packages() {
	# Libraries that are loaded when they are needed, too.
	ldd /usr/local/bin/{klp-fixer,klp-plan,kallsympos} | awk '/=> \// { print $3 }' | sort -u | xargs -n 1 realpath |
		sed 's|^/usr||; s|.*|*&|' | xargs dpkg -S | sed 's/:.*//' | sort -u
	dpkg-query -W -f '${Depends}\n' libdebuginfod-dev | grep -o '^libdebuginfod[^ ,]*'
}

# install_klpmake: from the source; sets "own", the packages with libraries, and "more_kib", klpmake's own files.
install_klpmake() {
	build_packages || exit 3
	build_source "$top" "$work/klpmake" || exit 3
	build_klpmake "$work/klpmake" "$work/klpmake-build" || exit 3
	build_log=$work/install.log
	build_step make -C "$work/klpmake-build" install || exit 3
	build_step make -C "$work/klpmake-build" install DESTDIR="$work/installed" || exit 3
	mapfile -t own < <(own_packages)
	more_kib=$(kib "$work/installed")
}

klp_build=no release='' series='' cloud_config='' outcome='' text='' config='' limit='' took=() own=() more_kib=0
export -f klp_build_all klp_build_make run_klpmake run_kpatch_build run_klp_build
export work jobs release config
debian_install "${common[@]}" || exit 3
cp /var/lib/dpkg/status "$work/status" || exit 3
gcc -O2 -o "$work/measure" "$top/testsuite/lib/measure.c" || fail "cannot compile lib/measure.c"
tell fact "common packages" "${common[*]}"
get_source
make_kernel
diffs_make "$work/source" "$work/diffs" || exit 3
kernel_parts

say "Installing the tools"
install_klpmake
cost klpmake "${own[@]}"
more_kib=0
cost kpatch-build kpatch-build
[ "$klp_build" = no ] || cost klp-build gawk libxxhash-dev patchutils
debian_install kpatch-build || exit 3
[ "$klp_build" = no ] || debian_install gawk libxxhash-dev patchutils || exit 3
tell fact kpatch-build "$(debian_version kpatch-build)"
tell fact klpmake "$(klpmake --version | head -n 1)"

measure_tool klpmake "$work/klpmake-cache"
cp -a source kpatch-source || exit 3
measure_tool kpatch-build "$work/kpatch-cache" "$work/kpatch-source"
for option in X86_KERNEL_IBT GCC_PLUGIN_RANDSTRUCT GCC_PLUGIN_LATENT_ENTROPY DEBUG_INFO_SPLIT; do
	try_option kpatch-build "$option"
done
[ -z "$cloud_config" ] || try_config kpatch-build debian-config "$cloud_config"
if [ "$klp_build" = yes ]; then
	cp -a source klp-source && cp build/.config klp-source/ || exit 3
	# It takes no configuration that lacks an answer; what was installed since then has brought some.
	{ klp-source/scripts/config --file klp-source/.config --disable GCC_PLUGINS && make -C klp-source -s olddefconfig; } \
		>"$work/klp-source.log" 2>&1 || fail "klp-build's source cannot be configured"
	measure_tool klp-build "$work/klp-source"
	for option in GCC_PLUGIN_RANDSTRUCT GCC_PLUGIN_LATENT_ENTROPY; do
		try_option klp-build "$option"
	done
	if [ -n "$cloud_config" ]; then
		# It would be built.
		grep -q '^CONFIG_KLP_BUILD=y' "$cloud_config" && outcome="has \`CONFIG_KLP_BUILD\`" || outcome="has no \`CONFIG_KLP_BUILD\`"
		tell outcome klp-build debian-config "$outcome" ""
	fi
fi
mkdir -p "$(dirname "$result")" && cp "$work/result" "$result"
