// SPDX-License-Identifier: GPL-2.0-or-later
// Replaces the function behind /proc/meminfo: one field in capitals, one line more.
//KLPMAKE fs/proc/meminfo.c

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cma.h>
#include <linux/hugetlb.h>
#include <linux/livepatch.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/swap.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#include <linux/zswap.h>
#endif

static atomic_t reads = ATOMIC_INIT(0);

/* The kernel has no function of that name to call: the compiler put it into its caller. */
static void show_val_kb(struct seq_file *m, const char *s, unsigned long num)
{
	seq_put_decimal_ull_width(m, s, num << (PAGE_SHIFT - 10), 8);
	seq_write(m, " kB\n", 4);
}

/* Kernels count some things in other ways than 6.1, which most of this is from. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 12, 0)
#define huge_pages(item) (global_node_page_state(item) * HPAGE_PMD_NR)
#else
#define huge_pages(item) global_node_page_state(item)
#endif

static void show_zswap(struct seq_file *m)
{
#if defined(CONFIG_ZSWAP) && LINUX_VERSION_CODE >= KERNEL_VERSION(5, 19, 0)
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	unsigned long pool = zswap_total_pages() << (PAGE_SHIFT - 10);
#else
	unsigned long pool = zswap_pool_total_size >> 10;
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	unsigned long stored = atomic_long_read(&zswap_stored_pages);
#else
	unsigned long stored = atomic_read(&zswap_stored_pages);
#endif

	seq_printf(m,  "Zswap:          %8lu kB\n", pool);
	seq_printf(m,  "Zswapped:       %8lu kB\n", stored << (PAGE_SHIFT - 10));
#endif
}

static void show_page_tables(struct seq_file *m)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
	show_val_kb(m, "PageTables:     ",
		    global_zone_page_state(NR_PAGETABLE));
#else
	show_val_kb(m, "PageTables:     ",
		    global_node_page_state(NR_PAGETABLE));
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
	show_val_kb(m, "SecPageTables:  ",
		    global_node_page_state(NR_SECONDARY_PAGETABLE));
#endif
}

static void show_bounce(struct seq_file *m)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
	show_val_kb(m, "Bounce:         ",
		    global_zone_page_state(NR_BOUNCE));
	show_val_kb(m, "WritebackTmp:   ",
		    global_node_page_state(NR_WRITEBACK_TEMP));
#else
	show_val_kb(m, "Bounce:         ", 0);
	show_val_kb(m, "WritebackTmp:   ", 0);
#endif
}

static unsigned long vmalloc_used(void)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
	return vmalloc_nr_pages();
#else
	return global_node_page_state(NR_VMALLOC);
#endif
}

/* What newer kernels have behind the rest. */
static void show_more(struct seq_file *m)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0) && defined(CONFIG_UNACCEPTED_MEMORY)
	show_val_kb(m, "Unaccepted:     ",
		    global_zone_page_state(NR_UNACCEPTED));
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
	show_val_kb(m, "Balloon:        ",
		    global_node_page_state(NR_BALLOON_PAGES));
	show_val_kb(m, "GPUActive:      ",
		    global_node_page_state(NR_GPU_ACTIVE));
	show_val_kb(m, "GPUReclaim:     ",
		    global_node_page_state(NR_GPU_RECLAIM));
#endif
}

static int livepatch_meminfo_proc_show(struct seq_file *m, void *v)
{
	struct sysinfo i;
	unsigned long committed;
	long cached;
	long available;
	unsigned long pages[NR_LRU_LISTS];
	unsigned long sreclaimable, sunreclaim;
	int lru;
	int read = atomic_inc_return(&reads);

	if (read == 1)
		pr_info("first read since the patch is in place\n");

	si_meminfo(&i);
	si_swapinfo(&i);
	committed = vm_memory_committed();

	cached = global_node_page_state(NR_FILE_PAGES) -
			total_swapcache_pages() - i.bufferram;
	if (cached < 0)
		cached = 0;

	for (lru = LRU_BASE; lru < NR_LRU_LISTS; lru++)
		pages[lru] = global_node_page_state(NR_LRU_BASE + lru);

	available = si_mem_available();
	sreclaimable = global_node_page_state_pages(NR_SLAB_RECLAIMABLE_B);
	sunreclaim = global_node_page_state_pages(NR_SLAB_UNRECLAIMABLE_B);

	show_val_kb(m, "MEMTOTAL:       ", i.totalram);
	show_val_kb(m, "MemFree:        ", i.freeram);
	show_val_kb(m, "MemAvailable:   ", available);
	show_val_kb(m, "Buffers:        ", i.bufferram);
	show_val_kb(m, "Cached:         ", cached);
	show_val_kb(m, "SwapCached:     ", total_swapcache_pages());
	show_val_kb(m, "Active:         ", pages[LRU_ACTIVE_ANON] +
					   pages[LRU_ACTIVE_FILE]);
	show_val_kb(m, "Inactive:       ", pages[LRU_INACTIVE_ANON] +
					   pages[LRU_INACTIVE_FILE]);
	show_val_kb(m, "Active(anon):   ", pages[LRU_ACTIVE_ANON]);
	show_val_kb(m, "Inactive(anon): ", pages[LRU_INACTIVE_ANON]);
	show_val_kb(m, "Active(file):   ", pages[LRU_ACTIVE_FILE]);
	show_val_kb(m, "Inactive(file): ", pages[LRU_INACTIVE_FILE]);
	show_val_kb(m, "Unevictable:    ", pages[LRU_UNEVICTABLE]);
	show_val_kb(m, "Mlocked:        ", global_zone_page_state(NR_MLOCK));

#ifdef CONFIG_HIGHMEM
	show_val_kb(m, "HighTotal:      ", i.totalhigh);
	show_val_kb(m, "HighFree:       ", i.freehigh);
	show_val_kb(m, "LowTotal:       ", i.totalram - i.totalhigh);
	show_val_kb(m, "LowFree:        ", i.freeram - i.freehigh);
#endif

#ifndef CONFIG_MMU
	show_val_kb(m, "MmapCopy:       ",
		    (unsigned long)atomic_long_read(&mmap_pages_allocated));
#endif

	show_val_kb(m, "SwapTotal:      ", i.totalswap);
	show_val_kb(m, "SwapFree:       ", i.freeswap);
	show_zswap(m);
	show_val_kb(m, "Dirty:          ",
		    global_node_page_state(NR_FILE_DIRTY));
	show_val_kb(m, "Writeback:      ",
		    global_node_page_state(NR_WRITEBACK));
	show_val_kb(m, "AnonPages:      ",
		    global_node_page_state(NR_ANON_MAPPED));
	show_val_kb(m, "Mapped:         ",
		    global_node_page_state(NR_FILE_MAPPED));
	show_val_kb(m, "Shmem:          ", i.sharedram);
	show_val_kb(m, "KReclaimable:   ", sreclaimable +
		    global_node_page_state(NR_KERNEL_MISC_RECLAIMABLE));
	show_val_kb(m, "Slab:           ", sreclaimable + sunreclaim);
	show_val_kb(m, "SReclaimable:   ", sreclaimable);
	show_val_kb(m, "SUnreclaim:     ", sunreclaim);
	seq_printf(m, "KernelStack:    %8lu kB\n",
		   global_node_page_state(NR_KERNEL_STACK_KB));
#ifdef CONFIG_SHADOW_CALL_STACK
	seq_printf(m, "ShadowCallStack:%8lu kB\n",
		   global_node_page_state(NR_KERNEL_SCS_KB));
#endif
	show_page_tables(m);

	show_val_kb(m, "NFS_Unstable:   ", 0);
	show_bounce(m);
	show_val_kb(m, "CommitLimit:    ", vm_commit_limit());
	show_val_kb(m, "Committed_AS:   ", committed);
	seq_printf(m, "VmallocTotal:   %8lu kB\n",
		   (unsigned long)VMALLOC_TOTAL >> 10);
	show_val_kb(m, "VmallocUsed:    ", vmalloc_used());
	show_val_kb(m, "VmallocChunk:   ", 0ul);
	show_val_kb(m, "Percpu:         ", pcpu_nr_pages());

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	memtest_report_meminfo(m);
#endif

#ifdef CONFIG_MEMORY_FAILURE
	seq_printf(m, "HardwareCorrupted: %5lu kB\n",
		   atomic_long_read(&num_poisoned_pages) << (PAGE_SHIFT - 10));
#endif

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	show_val_kb(m, "AnonHugePages:  ",
		    huge_pages(NR_ANON_THPS));
	show_val_kb(m, "ShmemHugePages: ",
		    huge_pages(NR_SHMEM_THPS));
	show_val_kb(m, "ShmemPmdMapped: ",
		    huge_pages(NR_SHMEM_PMDMAPPED));
	show_val_kb(m, "FileHugePages:  ",
		    huge_pages(NR_FILE_THPS));
	show_val_kb(m, "FilePmdMapped:  ",
		    huge_pages(NR_FILE_PMDMAPPED));
#endif

#ifdef CONFIG_CMA
	show_val_kb(m, "CmaTotal:       ", totalcma_pages);
	show_val_kb(m, "CmaFree:        ",
		    global_zone_page_state(NR_FREE_CMA_PAGES));
#endif

	show_more(m);

	hugetlb_report_meminfo(m);

	arch_report_meminfo(m);

	seq_printf(m, "PatchedReads:   %8d\n", read);

	return 0;
}

static struct klp_func functions[] = {
	{
		.old_name = "meminfo_proc_show",
		.new_func = livepatch_meminfo_proc_show,
	},
	{ }
};

static struct klp_object objects[] = {
	{
		/* no name: vmlinux */
		.funcs = functions,
	},
	{ }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init livepatch_meminfo_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit livepatch_meminfo_exit(void)
{
}

module_init(livepatch_meminfo_init);
module_exit(livepatch_meminfo_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("klpmake example: /proc/meminfo");
MODULE_INFO(livepatch, "Y");
