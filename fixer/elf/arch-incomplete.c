/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines that no livepatches can be made for yet. Their files are named in messages.
 */
#include "elf/arch-table.h"

const struct arch arch_i386 = { .machine = EM_386, .name = "i386" };

const struct arch arch_arm = { .machine = EM_ARM, .name = "ARM" };
