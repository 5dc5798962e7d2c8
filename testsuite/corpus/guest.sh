#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Loads some of the corpus' modules in the booted kernel: each by itself, then all of them together. The
# modules that they patch are loaded before, as far as they can be without their hardware, so that what
# is bound to these is bound. "make corpus-guest" runs it through corpus.sh, which has set the environment.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 3
# shellcheck source-path=SCRIPTDIR source=../lib/guest.sh
. "$here/../lib/guest.sh"

# It is one boot, and a transition takes a second or two.
KLPMAKE_GUEST_LIMIT=1800

work=$RUN/guest
rm -rf "$work"
mkdir -p "$work/root/patch" || exit 3

# patched_objects FILE.ko: the modules that it patches.
patched_objects() {
	readelf -SW "$1" | sed -n 's/^.* \.klp\.rela\.\([^. ]*\)\..*/\1/p' | sort -u | grep -vx vmlinux
}

# Files of the kernel's modules with all that they need, in an order in which they can be loaded. A
# module is called x_y, its file may be x-y.
module_files() {
	awk -v wanted="$*" '
		{
			file = $1
			sub(/:$/, "", file)
			name = file
			sub(/.*\//, "", name)
			sub(/\.ko.*/, "", name)
			gsub(/-/, "_", name)
			path[name] = file
			needs[name] = substr($0, index($0, ":") + 1)
		}
		END {
			count = split(wanted, names, " ")
			for (i = 1; i <= count; i++) {
				if (!(names[i] in path))
					continue
				needed = split(needs[names[i]], need, " ")
				# The farthest one comes last.
				for (j = needed; j >= 1; j--)
					show(need[j])
				show(path[names[i]])
			}
		}
		function show(file) {
			if (!shown[file]++)
				print file
		}' "$KERNEL_MODULES/modules.dep"
}

# The modules' dependencies, once.
if [ ! -s "$KERNEL_MODULES/modules.dep" ]; then
	depmod=$(PATH=$PATH:/usr/sbin:/sbin type -P depmod) || { echo "depmod is missing (Debian: kmod)" >&2; exit 3; }
	"$depmod" -b "${KERNEL_MODULES%/lib/modules/*}" "$KERNEL_RELEASE" || exit 3
fi

awk -F '\t' '$2 == "module" { print $6 }' "$RUN/list.full" | awk -v every="$EVERY" 'NR % every == 1 || every == 1' >"$work/names"
[ -s "$work/names" ] || { echo "no module was made: run \"make corpus\" first" >&2; exit 3; }

# Each has the name of the module in it.
modinfo=$(PATH=$PATH:/usr/sbin:/sbin type -P modinfo) || { echo "modinfo is missing (Debian: kmod)" >&2; exit 3; }
while read -r name; do
	file=$("$modinfo" -F name "$RUN/modules/$name.ko") && [ -n "$file" ] &&
		cp "$RUN/modules/$name.ko" "$work/root/patch/$file.ko" && echo "patch/$file.ko" >>"$work/root/patches" || exit 3
	patched_objects "$RUN/modules/$name.ko"
done <"$work/names" | sort -u >"$work/objects"
module_files "$(tr '\n' ' ' <"$work/objects")" >"$work/files" || exit 3
while read -r file; do
	install -D -m 644 "$KERNEL_MODULES/$file" "$work/root/modules/$file" || exit 3
	echo "modules/$file"
done <"$work/files" >"$work/root/order"

# What a driver says without its hardware is not the livepatches': the log is emptied after that.
cat >"$work/steps" <<'END'
cd / || exit 1
while read -r file; do
	message=$(insmod "$file" 2>&1) || guest_say not-loaded "$file: $message"
done <order
dmesg -c >/run/modules.log
while read -r file; do
	guest_load "$file" && guest_unload "$file"
done <patches
guest_say all begin
reverse=
while read -r file; do
	guest_load "$file" || break
	reverse="$file $reverse"
done <patches
for file in $reverse; do
	guest_unload "$file"
done
guest_dmesg_check
END

guest_image "$work/initramfs" "$work/steps" "$work/root" || exit 3
count=$(wc -l <"$work/names")
echo "Loading $count of the modules in the kernel $KERNEL_RELEASE, with $(wc -l <"$work/files") of the kernel's modules"
status=0
guest_boot "$KERNEL_IMAGE" "$work/initramfs" "$work" || status=$?
[ "$status" -ne 3 ] || exit 3
guest_lines not-loaded "$work/report" | sed 's/^/not loaded: /'
guest_lines error "$work/report" | sed 's/^/error: /'
guest_lines dmesg "$work/report" | sed 's/^/kernel messages: /'
loaded=$(guest_lines load "$work/report" | wc -l)
unloaded=$(guest_lines unload "$work/report" | wc -l)
echo "loaded: $loaded of $((2 * count)), unloaded: $unloaded (each alone, then all together)"
[ "$loaded" -eq $((2 * count)) ] && [ "$unloaded" -eq "$loaded" ] || status=1
[ "$(guest_lines dmesg "$work/report")" = clean ] || status=1
echo "What the guest said: $work/report, $work/console"
exit "$status"
