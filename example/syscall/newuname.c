// SPDX-License-Identifier: GPL-2.0-or-later
// Replaces the uname system call of 64-bit programs: the system's name gets a suffix.
//KLPMAKE kernel/sys.c

#include <linux/compat.h>
#include <linux/personality.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>

#include <klpmake.h>

#define SUFFIX " (livepatched)"

#ifdef COMPAT_UTS_MACHINE
#define override_architecture(name) \
	(personality(current->personality) == PER_LINUX32 && \
	 copy_to_user(name->machine, COMPAT_UTS_MACHINE, \
		      sizeof(COMPAT_UTS_MACHINE)))
#else
#define override_architecture(name)	0
#endif

/* The kernel's own, which this patch only calls. */
static int override_release(char __user *release, size_t len);

/*
 * What SYSCALL_DEFINE1(newuname, ...) defines is inlined into one function for each way into the
 * kernel; the one of 64-bit programs gets its arguments in registers.
 */
static asmlinkage long livepatch_newuname(const struct pt_regs *regs)
{
	struct new_utsname __user *name = (struct new_utsname __user *)regs->di;
	struct new_utsname tmp;

	down_read(&uts_sem);
	memcpy(&tmp, utsname(), sizeof(tmp));
	up_read(&uts_sem);
	strlcat(tmp.sysname, SUFFIX, sizeof(tmp.sysname));
	if (copy_to_user(name, &tmp, sizeof(tmp)))
		return -EFAULT;

	if (override_release(name->release, sizeof(name->release)))
		return -EFAULT;
	if (override_architecture(name))
		return -EFAULT;
	return 0;
}

KLPMAKE_REPLACE(__x64_sys_newuname, livepatch_newuname);
