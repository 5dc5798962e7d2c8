#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes the release and the packages of a clean copy of this checkout, on the running Debian, and tries them: is the tarball
# whole and the same each time, are lintian and rpmlint silent, do the packages install in clean roots, and do the examples
# work with nothing but what is installed.
set -eu -o pipefail
# What runs it may be a make.
unset -v MAKEFLAGS MFLAGS MAKELEVEL

usage() {
	cat <<'EOT'
usage: check.sh [--root=FOLDER] [--dist=FILE] [--keep=FOLDER] [--gcc="N..."] [--no-rpm] [--no-boot] [EXAMPLE...]

Makes the tarball, the .deb and the .rpm packages, checks them, and installs them in clean roots. There, it makes the
livepatches of the examples (default: a few) for Debian's current cloud kernel, and boots that with them in QEMU.
Needs root; what is missing is installed with apt.

  --root=FOLDER  a minimal Debian, which is made if it is not there; a copy of it is used
  --dist=FILE    a tarball that was made elsewhere of the same files: one is made in place of two, and compared with it
  --keep=FOLDER  keep the tarball and the packages there
  --gcc="11 12"  with plugins for these, in the .deb packages, and not for all that this Debian has
  --no-rpm       make no .rpm packages
  --no-boot      only make the livepatches
  --help         this text

Exit status: 0 all is well, 1 something is not, 2 wrong usage, 3 the machine lacks something that is needed.
EOT
}

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/debian-kernel.sh
. "$top/testsuite/lib/debian-kernel.sh"
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/build.sh
. "$top/testsuite/lib/build.sh"
# shellcheck source-path=SCRIPTDIR source=../testsuite/lib/chroot.sh
. "$top/testsuite/lib/chroot.sh"

root='' other='' keep='' only=() boot=yes rpm=yes rpms=() examples=()
for word; do
	case $word in
	--root=?*) root=${word#--root=} ;;
	--dist=?*) other=${word#--dist=} ;;
	--keep=?*) keep=${word#--keep=} ;;
	--gcc=?*) only=("$word") ;;
	--no-rpm) rpm=no ;;
	--no-boot) boot=no ;;
	--help) usage; exit 0 ;;
	-*) echo "check.sh: unknown option '$word'" >&2; usage >&2; exit 2 ;;
	*) examples+=("$word") ;;
	esac
done
[ "$(id -u)" -eq 0 ] || { echo "check.sh: this needs root, for a minimal Debian" >&2; exit 3; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build_log=$work/log
started=$SECONDS

say() {
	printf '%4d s  %s\n' $((SECONDS - started)) "$*"
}

wrong() {
	echo "check.sh: $*" >&2
	exit 1
}

# needs COMMAND...: one that fails only where the machine lacks something.
needs() {
	"$@" || exit 3
}

# step COMMAND...: shown only if it fails.
step() {
	build_step "$@" || exit 1
}

# silent COMMAND...: ends well and prints nothing.
silent() {
	local output

	if ! output=$("$@" 2>&1) || [ -n "$output" ]; then
		printf '%s\n' "$output" >&2
		wrong "'$*' finds something"
	fi
}

# make_tarball FOLDER AUTORECONF-OPTION...
make_tarball() {
	needs build_source "$top" "$1"
	(
		cd "$1"
		step autoreconf -i
		[ $# -eq 1 ] || step autoreconf "${@:2}"
		step ./configure --disable-dependency-tracking
		step make dist
	)
}

# check_files: the tarball has what git knows, where this is a checkout. What was built in it is not meant.
check_files() {
	local missing

	if [ ! -e "$top/.git" ] || ! command -v git >/dev/null; then
		say "There is no git to tell which files the tarball has to have"
		return 0
	fi
	# The checkout may be somebody else's.
	git -c safe.directory='*' -C "$top" ls-files | grep -vx .gitignore | sort >"$work/known"
	tar -tJf "$tarball" | sed -n "s|^klpmake-$version/||; /[^/]\$/p" | sort >"$work/listed"
	missing=$(comm -23 "$work/known" "$work/listed")
	[ -z "$missing" ] || wrong "the tarball lacks files that the checkout has:"$'\n'"$missing"
}

# Another one, made by somebody else of files with other dates, is the same, also of files that autoreconf has been at before.
check_tarball() {
	make_tarball "$work/tree" --force --install
	tarball=$(echo "$work"/tree/klpmake-*.tar.xz)
	version=${tarball##*/klpmake-}
	version=${version%.tar.xz}
	check_files
	if [ -z "$other" ]; then
		(
			umask 077
			make_tarball "$work/other"
		)
		other=$work/other/${tarball##*/}
	fi
	cmp "$tarball" "$other" || wrong "'make dist' makes another tarball each time"
}

# newest PACKAGE: PACKAGE=VERSION, as the archive has it.
newest() {
	LC_ALL=C apt-cache policy "$1" | sed -n "s/^  Candidate: /$1=/p"
}

# Built with the archive's compilers, which are what the minimal Debian gets: the packages want the same.
make_debs() {
	local tree=$work/deb/klpmake-$version gcc

	mkdir "$work/deb"
	cp "$tarball" "$work/deb/klpmake_$version.orig.tar.xz"
	tar -xJf "$tarball" -C "$work/deb"
	step "$tree/packaging/debian.sh" "${only[@]}"
	mapfile -t gccs < <(sed -n 's/^Package: gcc-\([0-9]*\)-plugin-klpmake$/\1/p' "$tree/debian/control")
	for gcc in "${gccs[@]}"; do
		needs debian_install "$(newest "gcc-$gcc")" "$(newest "gcc-$gcc-plugin-dev")"
	done
	step env DEBIAN_FRONTEND=noninteractive apt-get build-dep -q -y "${debian_wait[@]}" --no-install-recommends -P nocheck "$tree"
	(cd "$tree" && step env DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" DEB_BUILD_PROFILES=nocheck dpkg-buildpackage -us -uc)
	mapfile -t debian_files < <(find "$work/deb" -maxdepth 1 -type f)
	mapfile -t debs < <(printf '%s\n' "${debian_files[@]}" | grep '\.deb$' | grep -v -e '-dbgsym_' | sort)
	[ ${#debs[@]} -eq $((${#gccs[@]} + 1)) ] || wrong "dpkg-buildpackage made other packages than debian/control has: ${debs[*]}"
}

# keep_files FILE...
keep_files() {
	[ -n "$keep" ] || return 0
	mkdir -p "$keep"
	cp "$@" "$keep"
}

# field FILE.deb NAME
field() {
	dpkg-deb -f "$1" "$2"
}

check_debs() {
	local gcc file found

	silent lintian --allow-root --display-info --pedantic --fail-on error,warning,info,pedantic "$work"/deb/*.changes
	for gcc in "${gccs[@]}"; do
		file=$(echo "$work/deb/gcc-$gcc-plugin-klpmake_"*.deb)
		found=$(field "$file" Depends)
		case ", $found," in
		*", gcc-$gcc (= $(debian_version "gcc-$gcc")),"*) ;;
		*) wrong "${file##*/} is not for exactly the GCC that it was built for, but depends on: $found" ;;
		esac
	done
}

# Debian's rpmbuild leaves symbols in programs, which others put into packages of their own.
make_rpms() {
	step env LDFLAGS=-s rpmbuild -ta --nodeps --without check --define "_topdir $work/rpm" --define "_smp_mflags -j$(nproc)" "$tarball"
	mapfile -t rpms < <(find "$work/rpm/RPMS" -name '*.rpm' ! -name '*-debug*' | sort)
}

# spec_needs WHAT DISTRIBUTION: each on a line.
spec_needs() {
	rpmspec -q "--$1" --define "$2" "$top/packaging/rpm/klpmake.spec"
}

# What is not called the same everywhere.
check_rpm_names() {
	local distribution name

	while read -r distribution name; do
		spec_needs buildrequires "$distribution 1" | grep -qxF -e "$name" ||
			wrong "packaging/rpm/klpmake.spec does not want '$name' for $distribution"
	done <<-'EOT'
		fedora elfutils-libelf-devel
		fedora libzstd-devel
		openEuler elfutils-devel
		openEuler zstd-devel
	EOT
}

# Installed in an empty root, where there is nothing that they depend on, they are whole; removed, they leave nothing.
check_rpms() {
	local empty=$work/empty left output

	check_rpm_names
	# It ends well with warnings, and tells what it has looked at in any case.
	output=$(rpmlint --config "$top/packaging/rpm/rpmlint.toml" "$top/packaging/rpm/klpmake.spec" "${rpms[@]}" \
		"$work"/rpm/SRPMS/*.rpm 2>&1) || :
	grep -q '; 0 errors, 0 warnings,' <<<"$output" || wrong "rpmlint finds something:"$'\n'"$output"
	mkdir "$empty"
	step rpm --root "$empty" --initdb
	step rpm --root "$empty" -i --nodeps "${rpms[@]}"
	silent rpm --root "$empty" -V --nodeps klpmake gcc-plugin-klpmake
	step "$empty/usr/bin/klp-fixer" --version
	step rpm --root "$empty" -e --nodeps klpmake gcc-plugin-klpmake
	left=$(cd "$empty" && find . '(' -name 'klp*' -o -name 'kallsympos*' ')' -print)
	[ -z "$left" ] || wrong "of the RPM packages there remains: $left"
}

# install_debs: into a copy of the minimal Debian, with what they depend on and recommend, and nothing else.
install_debs() {
	local recommended

	mkdir -p "$work/root/packages"
	cp "${debs[@]}" "$work/root/packages"
	mapfile -t recommended < <(field "$work/deb/klpmake_"*.deb Recommends | tr ',' '\n' | sed 's/|.*//; s/ //g')
	inside apt-get -q update
	inside apt-get -q -y --no-install-recommends install "${debs[@]/#*\//\/packages/}" "${recommended[@]}"
}

# inside COMMAND...: in the root that they are installed in, which has nothing of the checkout but the packages' test.
inside() {
	step chroot_run "$work/root" "$work/test" "$@"
}

# make_root: a copy of the minimal Debian, and what is run in it.
make_root() {
	local tree=$work/deb/klpmake-$version

	[ -n "$root" ] || root=$work/debian
	needs chroot_make "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root"
	cp -a "$root" "$work/root"
	mkdir -p "$work/test/debian" "$work/test/testsuite"
	cp -R "$tree/debian/tests" "$work/test/debian"
	cp -R "$tree/testsuite/lib" "$work/test/testsuite"
}

# there PATH: of the cache, as it is called in that root.
there() {
	printf '/cache%s\n' "${1#"$KLPMAKE_CACHE"}"
}

# get_kernel: into the cache, which the root has as /cache; what its headers depend on is installed there.
get_kernel() {
	local name needed

	needs debian_kernel
	needs debian_source
	mapfile -t needed <"$KERNEL_FOLDER/needs"
	[ "$boot" = no ] || needed+=(busybox-static cpio qemu-system-x86)
	inside apt-get -q -y --no-install-recommends install "${needed[@]}"
	settings=(KERNEL_RELEASE="$KERNEL_RELEASE" KLPMAKE_SOURCES="$(there "$KLPMAKE_SOURCES")")
	for name in KERNEL_BUILD KERNEL_VMLINUX KERNEL_DEBUG_DIR KERNEL_IMAGE KERNEL_MODULES; do
		settings+=("$name=$(there "${!name}")")
	done
}

# ask_doctor WORD...: what klpmake --doctor says of the kernel.
ask_doctor() {
	chroot_run "$work/root" "$work/test" klpmake --doctor -b "$(there "$KERNEL_BUILD")" -v "$(there "$KERNEL_VMLINUX")" \
		-d "$(there "$KERNEL_DEBUG_DIR")" "$@" 2>&1 || :
}

# expect_doctor REGEX WORD...
expect_doctor() {
	local regex=$1 output

	shift
	output=$(ask_doctor "$@")
	grep -qE -e "$regex" <<<"$output" || wrong "klpmake --doctor $* does not say '$regex', but:"$'\n'"$output"
}

# Each compiler gets its own; where there is none, its package is named.
check_plugins() {
	local gcc

	for gcc in "${gccs[@]}"; do
		expect_doctor "^ok +compiler plugin: /usr/lib/[^/]*/klpmake/[^/]*-$gcc/klpmake\.so$" --cc="gcc-$gcc"
	done
	for gcc in "${gccs[@]}"; do
		inside dpkg --purge "gcc-$gcc-plugin-klpmake"
		expect_doctor "^missing +compiler plugin: .*: apt-get install gcc-$gcc-plugin-klpmake\$" --cc="gcc-$gcc"
	done
	inside dpkg --purge klpmake
	silent find "$work/root" -xdev '(' -path "$work/root/packages" -o -path "$work/root/klpmake" ')' -prune -o \
		'(' -name '*klpmake*' -o -name 'klp-*' -o -name 'kallsympos*' ')' ! -path '*/var/lib/apt/*' ! -path '*/root/.cache/*' -print
}

debian_update
needs build_packages
needs debian_install debhelper debootstrap dpkg-dev lintian xz-utils
[ "$rpm" = no ] || needs debian_install rpm rpmlint
say "Making the tarball"
check_tarball
say "Making and checking the Debian packages of $version"
make_debs
keep_files "$tarball" "${debian_files[@]}"
check_debs
if [ "$rpm" = yes ]; then
	say "Making and checking the RPM packages"
	make_rpms
	keep_files "${rpms[@]}" "$work"/rpm/SRPMS/*.rpm
	check_rpms
fi
say "Installing the Debian packages in a minimal Debian"
make_root
install_debs
get_kernel
say "Making livepatches of the installed examples for $KERNEL_RELEASE"
chroot_run "$work/root" "$work/test" env "${settings[@]}" debian/tests/example "${examples[@]}" </dev/null ||
	wrong "an example does not do what it should"
say "Removing the packages"
check_plugins
say "The packages are as they should be: ${debs[*]##*/} ${rpms[*]##*/}"
