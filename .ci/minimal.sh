#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs a command of a copy of this checkout in a minimal Debian, so that no package that happens to be on
# a machine hides that something is not installed. As root.
set -eu -o pipefail

usage() {
	cat <<'END'
usage: minimal.sh FOLDER COMMAND [ARGUMENT...]

Makes a minimal Debian, of the running one's release and archive, in FOLDER, unless it is there already;
copies the checkout to /klpmake of it and runs COMMAND there. Downloads are kept in KLPMAKE_CACHE.

Exit status: COMMAND's; 2 wrong usage, 3 the minimal Debian could not be made.
END
}

[ $# -ge 2 ] || { usage >&2; exit 2; }
top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=testsuite/lib/debian.sh
. "$top/testsuite/lib/debian.sh"
# shellcheck source=testsuite/lib/build.sh
. "$top/testsuite/lib/build.sh"
# shellcheck source=testsuite/lib/chroot.sh
. "$top/testsuite/lib/chroot.sh"

chroot_make "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$1" || exit 3
root=$1
shift
chroot_run "$root" "$top" "$@"
