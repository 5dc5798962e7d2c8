// SPDX-License-Identifier: GPL-2.0-or-later
// The first half of the fix, and the patch's main file. netlink_set_err() may be called with
// interrupts off, so it has to leave them off when it releases the lock of the netlink tables.
//KLPMAKE net/netlink/af_netlink.c

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/version.h>
#include <net/net_namespace.h>

#include "netlink.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
#define report_error(sk)	((sk)->sk_error_report(sk))
#else
#define report_error(sk)	sk_error_report(sk)
#endif

struct netlink_set_err_data {
	struct sock *exclude_sk;
	u32 portid;
	u32 group;
	int code;
};

/* Inlined in the kernel, so there is none to call. */
static int do_one_set_err(struct sock *sk, struct netlink_set_err_data *p)
{
	struct netlink_sock *nlk = nlk_sk(sk);
	int ret = 0;

	if (sk == p->exclude_sk)
		goto out;

	if (!net_eq(sock_net(sk), sock_net(p->exclude_sk)))
		goto out;

	if (nlk->portid == p->portid || p->group - 1 >= nlk->ngroups ||
	    !test_bit(p->group - 1, nlk->groups))
		goto out;

	if (p->code == ENOBUFS && nlk_test_bit(RECV_NO_ENOBUFS, sk)) {
		ret = 1;
		goto out;
	}

	WRITE_ONCE(sk->sk_err, p->code);
	report_error(sk);
out:
	return ret;
}

static int livepatch_netlink_set_err(struct sock *ssk, u32 portid, u32 group, int code)
{
	struct netlink_set_err_data info;
	unsigned long flags;
	struct sock *sk;
	bool irqs_off;
	int ret = 0;

	info.exclude_sk = ssk;
	info.portid = portid;
	info.group = group;
	/* sk->sk_err wants a positive error value */
	info.code = -code;

	read_lock_irqsave(&nl_table_lock, flags);
	irqs_off = irqs_disabled();

	sk_for_each_bound(sk, &nl_table[ssk->sk_protocol].mc_list)
		ret += do_one_set_err(sk, &info);

	read_unlock_irqrestore(&nl_table_lock, flags);

	pr_info("error %d for protocol %d, interrupts %s under the lock\n",
		code, ssk->sk_protocol, irqs_off ? "off" : "on");
	return ret;
}

static struct klp_func vmlinux_functions[] = {
	{
		.old_name = "netlink_set_err",
		.new_func = livepatch_netlink_set_err,
	},
	{ }
};

static struct klp_func diag_functions[] = {
	{
		.old_name = "__netlink_diag_dump",
		.new_func = livepatch_netlink_diag_dump,
	},
	{ }
};

static struct klp_object objects[] = {
	{
		.funcs = vmlinux_functions,
	},
	{
		/* a module, patched whenever it is there */
		.name = "netlink_diag",
		.funcs = diag_functions,
	},
	{ }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init livepatch_netlink_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit livepatch_netlink_exit(void)
{
}

module_init(livepatch_netlink_init);
module_exit(livepatch_netlink_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("klpmake example: netlink");
MODULE_INFO(livepatch, "Y");
