/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two patch files share: the parts of the kernel's net/netlink/af_netlink.h that they
 * need (kernel headers for modules do not have it), and the function that one lends the other.
 * klp-fixer compares the structures with the kernel's: those of another version are refused.
 */
#ifndef EXAMPLE_NETLINK_H
#define EXAMPLE_NETLINK_H

#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/version.h>
#include <net/sock.h>

/* flags */
enum {
	NETLINK_F_KERNEL_SOCKET,
	NETLINK_F_RECV_PKTINFO,
	NETLINK_F_BROADCAST_SEND_ERROR,
	NETLINK_F_RECV_NO_ENOBUFS,
	NETLINK_F_LISTEN_ALL_NSID,
	NETLINK_F_CAP_ACK,
	NETLINK_F_EXT_ACK,
	NETLINK_F_STRICT_CHK,
};

#define NLGRPSZ(x)	(ALIGN(x, sizeof(unsigned long) * 8) / 8)
#define NLGRPLONGS(x)	(NLGRPSZ(x)/sizeof(unsigned long))

struct netlink_sock {
	/* struct sock has to be the first member of netlink_sock */
	struct sock		sk;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
	unsigned long		flags;
#endif
	u32			portid;
	u32			dst_portid;
	u32			dst_group;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
	u32			flags;
#endif
	u32			subscriptions;
	u32			ngroups;
	unsigned long		*groups;
	unsigned long		state;
	size_t			max_recvmsg_len;
	wait_queue_head_t	wait;
	bool			bound;
	bool			cb_running;
	int			dump_done_errno;
	struct netlink_callback	cb;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
	struct mutex		nl_cb_mutex;
#else
	struct mutex		*cb_mutex;
	struct mutex		cb_def_mutex;
#endif
	void			(*netlink_rcv)(struct sk_buff *skb);
	int			(*netlink_bind)(struct net *net, int group);
	void			(*netlink_unbind)(struct net *net, int group);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	void			(*netlink_release)(struct sock *sk, unsigned long *groups);
#endif
	struct module		*module;

	struct rhash_head	node;
	struct rcu_head		rcu;
};

static inline struct netlink_sock *nlk_sk(struct sock *sk)
{
	return container_of(sk, struct netlink_sock, sk);
}

#define nlk_test_bit(nr, sk) (nlk_sk(sk)->flags >> NETLINK_F_##nr & 1)

struct netlink_table {
	struct rhashtable	hash;
	struct hlist_head	mc_list;
	struct listeners __rcu	*listeners;
	unsigned int		flags;
	unsigned int		groups;
	struct mutex		*cb_mutex;
	struct module		*module;
	int			(*bind)(struct net *net, int group);
	void			(*unbind)(struct net *net, int group);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	void			(*release)(struct sock *sk, unsigned long *groups);
#else
	bool			(*compare)(struct net *net, struct sock *sock);
#endif
	int			registered;
};

extern struct netlink_table *nl_table;
extern rwlock_t nl_table_lock;

/* diag.c's replacement, entered into the patch by set-err.c */
int livepatch_netlink_diag_dump(struct sk_buff *skb, struct netlink_callback *cb,
				int protocol, int s_num);

#endif
