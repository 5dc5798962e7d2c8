# SPDX-License-Identifier: GPL-2.0-or-later
# A small kernel with livepatches of an architecture, cross-compiled from Debian's newest kernel source into the cache, as
# no Debian kernel but x86-64's has them. To be sourced, after debian.sh, chroot.sh and debian-kernel.sh.
#
#	arch_known			prints the architectures
#	arch_compiler ARCH		installs the cross compiler and what plugins for it need; returns 0 or 3
#	arch_kernel ARCH		that, and makes the kernel, unless it is there, whole or not at all; returns 0 or 3
#
# Both set KERNEL_ARCH, KERNEL_CC, the compiler, and KERNEL_CROSS_COMPILE, what its name and the binutils' begin with; the
# other one what debian_kernel does, KERNEL_SOURCE and KERNEL_BUSYBOX. The build folder, KERNEL_BUILD, is not the source's.
# shellcheck shell=bash disable=SC2034 # the variables are for the caller

arch_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

arch_known() {
	printf '%s\n' arm64 powerpc riscv s390
}

# arch_facts ARCH: sets "arch" as Kbuild calls it, "triplet", "debian", Debian's name of it, "qemu", the package of the
# emulator, "image", the boot image in the build folder, "options", of the configuration, "without", options that it must not
# have, and "patch", of the source: "" for none.
arch_facts() {
	without='' patch=''
	case $1 in
	arm64)
		arch=arm64 triplet=aarch64-linux-gnu debian=arm64 qemu=qemu-system-arm image=arch/arm64/boot/Image
		options="SERIAL_AMBA_PL011 SERIAL_AMBA_PL011_CONSOLE ARM64_BTI_KERNEL"
		;;
	powerpc)
		arch=powerpc triplet=powerpc64le-linux-gnu debian=ppc64el qemu=qemu-system-ppc image=vmlinux
		options="PPC64 PPC_BOOK3S_64 CPU_LITTLE_ENDIAN PPC_PSERIES PPC_OF_BOOT_TRAMPOLINE VIRT_DRIVERS HVC_DRIVER HVC_CONSOLE PPC_RTAS ALTIVEC VSX POWER9_CPU"
		;;
	riscv)
		arch=riscv triplet=riscv64-linux-gnu debian=riscv64 qemu="qemu-system-misc opensbi" image=arch/riscv/boot/Image
		options="NONPORTABLE OF MMU ARCH_RV64I FPU RISCV_ISA_FALLBACK SERIAL_8250 SERIAL_8250_CONSOLE SERIAL_OF_PLATFORM"
		# With compressed instructions, which EFI needs, ftrace needs GCC 14.
		# A livepatch's code is relocated late where a module comes late: its memory has to be writable, as RISC-V's
		# kernel does not write to it in another way than any other.
		without="EFI RISCV_ISA_C STRICT_MODULE_RWX" patch=riscv-livepatch.patch
		;;
	s390)
		arch=s390 triplet=s390x-linux-gnu debian=s390x qemu=qemu-system-misc image=arch/s390/boot/bzImage
		options="SCLP_TTY SCLP_CONSOLE SCLP_VT220_TTY SCLP_VT220_CONSOLE MARCH_Z13 KERNEL_NOBP"
		without="DASD HVC_IUCV IUCV CTCM VMLOGRDR MONREADER"
		;;
	*)
		debian_say "there is no small kernel for '$1', but for: $(arch_known | paste -sd ' ')"
		return 3
		;;
	esac
}

# What a guest needs, what livepatches need, and a few modules. The rest is tinyconfig's.
arch_builtin="64BIT SMP PRINTK PRINTK_TIME BUG FUTEX EPOLL EVENTFD SIGNALFD TIMERFD POSIX_TIMERS HIGH_RES_TIMERS FILE_LOCKING
	MULTIUSER SHMEM ADVISE_SYSCALLS TTY UNIX98_PTYS BLK_DEV_INITRD RD_GZIP BINFMT_ELF BINFMT_SCRIPT PROC_FS PROC_SYSCTL
	SYSFS DEVTMPFS TMPFS INOTIFY_USER MODULES MODULE_UNLOAD KALLSYMS KALLSYMS_ALL FTRACE FUNCTION_TRACER DYNAMIC_FTRACE
	LIVEPATCH JUMP_LABEL EXPERT DEBUG_KERNEL DEBUG_INFO_DWARF5 STACKTRACE DEBUG_FS CC_OPTIMIZE_FOR_PERFORMANCE
	NET UNIX PACKET BLOCK BLK_DEV IKCONFIG IKCONFIG_PROC KEYS MODVERSIONS SYSVIPC AIO NLS NETDEVICES NET_CORE INPUT SERIO"
arch_modules="BLK_DEV_LOOP VFAT_FS NLS_CODEPAGE_437 NLS_ISO8859_1 NETLINK_DIAG DUMMY"
# The last ones only take time to compile: each is on because of another one that is needed.
arch_off="CC_OPTIMIZE_FOR_SIZE DEBUG_INFO_NONE DEBUG_INFO_REDUCED WERROR RANDOMIZE_BASE GCC_PLUGINS
	ETHTOOL_NETLINK ETHERNET PTP_1588_CLOCK HID_SUPPORT INPUT_MOUSE VT MQ_IOSCHED_DEADLINE MQ_IOSCHED_KYBER
	RD_BZIP2 RD_LZMA RD_XZ RD_LZO RD_LZ4 RD_ZSTD"

# arch_apt SUITE ARCHITECTURE FOLDER: sets "apt" to options for apt that know that suite's packages, without a change of
# this machine's settings; FOLDER keeps their lists.
arch_apt() {
	local folder=$3

	mkdir -p "$folder"/{lists,archives}/partial "$folder/sources.d" || return 3
	chroot_sources "$1" >"$folder/sources.list" || return 3
	apt=(-o "APT::Architecture=$2" -o "APT::Architectures=$2" -o "Dir::State=$folder" -o "Dir::State::lists=$folder/lists"
		-o Dir::State::status=/dev/null -o "Dir::Cache=$folder" -o "Dir::Cache::archives=$folder/archives"
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o "Dir::Etc::sourcelist=$folder/sources.list"
		-o "Dir::Etc::sourceparts=$folder/sources.d" -o APT::Sandbox::User=root)
	apt-get "${apt[@]}" -qq update >&2
}

# arch_get PACKAGE: downloads it into the current folder, by "apt".
arch_get() {
	debian_say "Downloading $1"
	apt-get "${apt[@]}" -qq download "$1" >&2 || { debian_say "the archive does not give $1"; return 3; }
}

# arch_source_package: the newest linux-source of the suite that "apt" knows.
arch_source_package() {
	apt-cache "${apt[@]}" search --names-only '^linux-source-[0-9.]+$' | sed 's/ .*//' | sort -V | tail -n 1
}

# arch_fill_source PACKAGE: the tarball, and the source itself.
arch_fill_source() {
	arch_get "$1" && debian_unpack "$1"_*.deb . './usr/src/*.tar.*' && rm "$1"_*.deb && mv usr/src/*.tar.* . && rm -r usr &&
		mkdir tree && tar -xf linux-source-*.tar.* -C tree --strip-components=1 --no-same-owner
}

# arch_fill_patched: a copy of the source "tree" with "patch".
arch_fill_patched() {
	cp -al "$tree" tree && patch -s -p1 -d tree <"$arch_lib/$patch"
}

# arch_make WORD...: make, of the kernel in the current folder. The compiler is the one that the plugin is built for.
arch_make() {
	make -s -C "$tree" O="$PWD/build" ARCH="$arch" CROSS_COMPILE="$triplet-" CC="$KERNEL_CC" "$@" </dev/null
}

arch_configure() {
	local symbol missing='' script=$tree/scripts/config

	arch_make tinyconfig >&2 || return 3
	for symbol in $arch_builtin $options; do "$script" --file build/.config -e "$symbol" || return 3; done
	for symbol in $arch_modules; do "$script" --file build/.config -m "$symbol" || return 3; done
	for symbol in $arch_off $without; do "$script" --file build/.config -d "$symbol" || return 3; done
	arch_make olddefconfig >&2 || return 3
	for symbol in LIVEPATCH DEBUG_INFO_DWARF5 $arch_modules; do
		grep -q "^CONFIG_$symbol=[ym]" build/.config || missing+=" $symbol"
	done
	[ -z "$missing" ] || { debian_say "the small kernel for $arch cannot have:$missing"; return 3; }
}

# arch_fill_busybox: the architecture's, in the current folder. In which of its folders it is has changed.
arch_fill_busybox() {
	local found

	arch_get busybox-static && debian_unpack busybox-static_*.deb busybox.d '*bin/busybox' || return 3
	found=$(find busybox.d -type f -name busybox) && mv "$found" busybox && rm -r busybox-static_*.deb busybox.d
}

# arch_fill: the kernel, in the current folder, which stays where it is: the build folder's Makefile names it. "complete" is the
# last that is made; all else is thrown away the next time.
arch_fill() {
	rm -rf build modules && mkdir build modules && arch_fill_busybox || return 3
	arch_configure || return
	debian_say "Building a small kernel for $arch (some minutes)"
	arch_make "-j$(getconf _NPROCESSORS_ONLN)" "$(basename "$image")" modules >&2 &&
		arch_make modules_install INSTALL_MOD_PATH="$PWD/modules" DEPMOD=true >&2 && : >complete
}

# arch_compiler ARCH: see the top of this file.
arch_compiler() {
	local arch triplet debian qemu image options without patch compiler

	arch_facts "$1" || return
	compiler=$(gcc -dumpversion) && compiler=${compiler%%.*} || return 3
	debian_install "gcc-$compiler-$triplet" "gcc-$compiler-plugin-dev-$triplet" "libc6-dev-$debian-cross" || return 3
	KERNEL_ARCH=$arch KERNEL_CROSS_COMPILE=$triplet- KERNEL_CC=$triplet-gcc-$compiler
}

# arch_kernel ARCH: see the top of this file.
arch_kernel() {
	local arch triplet debian qemu image options without patch store lock apt source tree package release packages

	arch_facts "$1" && arch_compiler "$1" || return
	read -r -a packages <<<"$qemu"
	debian_install "${packages[@]}" bc bison flex gcc libc6-dev libelf-dev libssl-dev make xz-utils || return 3
	debian_lock arch || return 3
	arch_apt sid "$debian" "$store/apt-$debian" || return 3
	package=$(arch_source_package)
	[ -n "$package" ] || { debian_say "the archive has no source of the kernel"; return 3; }
	source=$store/$package
	[ -d "$source" ] || debian_into "$source" arch_fill_source "$package" || return 3
	tree=$source/tree
	KERNEL_SOURCE=$(debian_first "$source"/linux-source-*.tar.*)
	if [ -n "$patch" ]; then
		[ -d "$source-$1" ] || debian_into "$source-$1" arch_fill_patched || return 3
		tree=$source-$1/tree
		# What names the folder that it is in.
		KERNEL_SOURCE=$tree/Makefile
	fi
	KERNEL_FOLDER=$store/$1-${package#linux-source-}
	# Others may make kernels of other architectures meanwhile.
	exec {lock}>&-
	debian_lock "arch/locks/$1" || return 3
	[ -e "$KERNEL_FOLDER/complete" ] || (mkdir -p "$KERNEL_FOLDER" && cd "$KERNEL_FOLDER" && arch_fill) || {
		debian_say "could not make the small kernel for $1 (see above)"
		return 3
	}
	exec {lock}>&-
	release=$(<"$KERNEL_FOLDER/build/include/config/kernel.release") || return 3
	KERNEL_RELEASE=$release KERNEL_VERSION=$release
	KERNEL_BUILD=$KERNEL_FOLDER/build KERNEL_IMAGE=$KERNEL_FOLDER/build/$image
	KERNEL_MODULES=$KERNEL_FOLDER/modules/lib/modules/$release KERNEL_VMLINUX=$KERNEL_FOLDER/build/vmlinux
	KERNEL_DEBUG_DIR=$KERNEL_FOLDER/modules KERNEL_BUSYBOX=$KERNEL_FOLDER/busybox
}
