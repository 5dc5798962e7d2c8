#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sites.sh PROGRAM ARGUMENT...: runs one of the compiler's programs (-wrapper). What the assembler is given gets a table
# of the calls of _mcount, as the kernel's recordmcount makes it of objects.
case $1 in
*as)
	for file; do :; done
	sed -i 's/^\tbl _mcount$/77:&\n\t.pushsection __mcount_loc, "a"\n\t.quad 77b\n\t.popsection/' "$file" || exit
	;;
esac
exec "$@"
