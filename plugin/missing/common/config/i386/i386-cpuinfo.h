/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for a header that Debian 11's package gcc-10-plugin-dev has forgotten, for config/i386/i386.h, which
 * includes it. Searched last: where the real one is there, this is not used. A plugin of ours knows no processors; all that
 * has to be there is the type of a member.
 */
#ifndef KLPMAKE_I386_CPUINFO_H
#define KLPMAKE_I386_CPUINFO_H

enum feature_priority { KLPMAKE_NO_PRIORITY };

#endif
