// SPDX-License-Identifier: GPL-2.0-or-later
// Replaces the uname system call of 64-bit programs: the system's name gets a suffix.
//KLPMAKE kernel/sys.c

#include <linux/compat.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/personality.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <linux/version.h>
#include <asm/unistd.h>

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

#if defined(__ARCH_WANT_SYS_OLD_UNAME) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)

/* The kernel's own, which this patch only calls. */
static int override_release(char __user *release, size_t len);

#else

/* Where no other system call needs the kernel's own, or GCC 10 made a clone of it: this one stands in for it. */
static int override_release(char __user *release, size_t len)
{
	char text[65];
	int count;

	if (!(current->personality & UNAME26))
		return 0;
	count = scnprintf(text, min(len, sizeof(text)), "2.6.%u", (LINUX_VERSION_CODE >> 8 & 255) + 60);
	return copy_to_user(release, text, count + 1);
}

#endif

/* Where an architecture has the first argument of a system call. */
#if defined(CONFIG_X86_64)
#define FIRST_ARGUMENT(regs)	((regs)->di)
#elif defined(CONFIG_ARM64)
#define FIRST_ARGUMENT(regs)	((regs)->regs[0])
#elif defined(CONFIG_RISCV)
#define FIRST_ARGUMENT(regs)	((regs)->orig_a0)
#elif defined(CONFIG_S390)
#define FIRST_ARGUMENT(regs)	((regs)->orig_gpr2)
#elif defined(CONFIG_PPC64)
#define FIRST_ARGUMENT(regs)	((regs)->gpr[3])
#endif

/*
 * What SYSCALL_DEFINE1(newuname, ...) defines is inlined into one function for each way into the
 * kernel; the one of 64-bit programs gets its arguments in registers.
 */
static asmlinkage long livepatch_newuname(const struct pt_regs *regs)
{
	struct new_utsname __user *name = (struct new_utsname __user *)FIRST_ARGUMENT(regs);
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

#if defined(CONFIG_X86_64)
KLPMAKE_REPLACE(__x64_sys_newuname, livepatch_newuname);
#elif defined(CONFIG_ARM64)
KLPMAKE_REPLACE(__arm64_sys_newuname, livepatch_newuname);
#elif defined(CONFIG_RISCV)
KLPMAKE_REPLACE(__riscv_sys_newuname, livepatch_newuname);
#elif defined(CONFIG_S390)
KLPMAKE_REPLACE(__s390x_sys_newuname, livepatch_newuname);
#elif defined(CONFIG_PPC64)
KLPMAKE_REPLACE(sys_newuname, livepatch_newuname);
#endif
