// SPDX-License-Identifier: GPL-2.0-or-later
// Not part of the livepatch: a module whose file /proc/netlink-trigger calls netlink_set_err() with
// interrupts off, as few things in the kernel do.
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/proc_fs.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#define PROTOCOL	31	/* used by nothing else */
#define GROUP		1

static struct sock *kernel_socket;

static ssize_t trigger_write(struct file *file, const char __user *data, size_t size, loff_t *at)
{
	unsigned long flags;

	local_irq_save(flags);
	netlink_set_err(kernel_socket, 0, GROUP, -ENOBUFS);
	local_irq_restore(flags);
	return size;
}

static const struct proc_ops trigger_ops = {
	.proc_write = trigger_write,
};

static int __init trigger_init(void)
{
	struct netlink_kernel_cfg config = { .groups = GROUP };

	kernel_socket = netlink_kernel_create(&init_net, PROTOCOL, &config);
	if (!kernel_socket)
		return -ENOMEM;
	if (!proc_create("netlink-trigger", 0200, NULL, &trigger_ops)) {
		netlink_kernel_release(kernel_socket);
		return -ENOMEM;
	}
	return 0;
}

static void __exit trigger_exit(void)
{
	remove_proc_entry("netlink-trigger", NULL);
	netlink_kernel_release(kernel_socket);
}

module_init(trigger_init);
module_exit(trigger_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("klpmake example: calls netlink_set_err()");
