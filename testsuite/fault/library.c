// SPDX-License-Identifier: GPL-2.0-or-later
// Lets one call of a program fail. It is loaded before the C library (LD_PRELOAD) together with server.c, for faults.pl,
// which tells it by
//
//	FAULT=list:FILE			write the calls to FILE, a line "NUMBER NAME FLAGS" each, in their order
//	FAULT=NUMBER:NAME:ERROR		let that call fail with the errno ERROR; 0: of what it reads or writes, do half
//	FAULT=NUMBER+:NAME:ERROR	likewise, and all later ones of that NAME
//
// Calls are those of the system, whoever makes them, also the C library for streams and for memory, and those of malloc(),
// calloc() and realloc(), which are all called "memory". The kernel hands system calls to a signal handler here (seccomp(2)),
// but for those that are made at one place of this file. What the program has run would inherit that, and end: the library
// is for programs that run no others. FLAGS has "c" for an open() that may create the file, "n" where a read or write of
// half makes no sense. What is written to standard error does not count, nor does what a program that was built with
// --coverage does at its end.
//
// A NUMBER that is no call of that NAME, as the program has taken another way than it did for the list, ends the program
// with status 97; 98: the library cannot do its work here.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include <unistd.h>

#ifndef __x86_64__
#error "system calls of other machines are not known here"
#endif

#define OTHER_WAY 97
#define UNABLE	  98

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

static const struct {
	long number;
	const char *name;
} known[] = {
	{ SYS_open, "open" },
	{ SYS_openat, "open" },
	{ SYS_creat, "open" },
	{ SYS_read, "read" },
	{ SYS_readv, "read" },
	{ SYS_pread64, "read" },
	{ SYS_write, "write" },
	{ SYS_writev, "write" },
	{ SYS_pwrite64, "write" },
	{ SYS_mmap, "mmap" },
	{ SYS_mremap, "mmap" },
	{ SYS_memfd_create, "memfd" },
	{ SYS_fsync, "fsync" },
	{ SYS_fdatasync, "fsync" },
	{ SYS_rename, "rename" },
	{ SYS_renameat, "rename" },
	{ SYS_renameat2, "rename" },
	{ SYS_link, "link" },
	{ SYS_linkat, "link" },
	{ SYS_close, "close" },
	{ SYS_stat, "stat" },
	{ SYS_lstat, "stat" },
	{ SYS_fstat, "fstat" },
	{ SYS_newfstatat, "stat" },
	{ SYS_statx, "stat" },
	{ SYS_access, "access" },
	{ SYS_faccessat, "access" },
	{ SYS_faccessat2, "access" },
	{ SYS_readlink, "readlink" },
	{ SYS_readlinkat, "readlink" },
	{ SYS_getdents64, "getdents" },
	{ SYS_unlink, "unlink" },
	{ SYS_unlinkat, "unlink" },
	{ SYS_mkdir, "mkdir" },
	{ SYS_mkdirat, "mkdir" },
	{ SYS_rmdir, "unlink" },
	{ SYS_ftruncate, "truncate" },
	{ SYS_fallocate, "truncate" },
	{ SYS_fchmod, "chmod" },
	{ SYS_dup, "dup" },
	{ SYS_statfs, "stat" },
	{ SYS_fstatfs, "fstat" },
};

static struct {
	const char *list; /* a file; NULL: a call fails */
	long number;
	int on; /* all from NUMBER on */
	int ended; /* it has failed */
	char name[16];
	int error;
} fault;

static long count;
static int active, ended;

/* The list, in memory until the end: writing it is no call of the program's. */
static char *text;
static size_t length, room;

/*
 * The place that may call the system. It returns -ERROR, as the kernel does.
 */
long fault_call(long number, long a, long b, long c, long d, long e, long f);
extern const char fault_called[];
__asm__(".text\n"
	".globl fault_call, fault_called\n"
	".type fault_call, @function\n"
	"fault_call:\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	"	mov %rdx, %rsi\n"
	"	mov %rcx, %rdx\n"
	"	mov %r8, %r10\n"
	"	mov %r9, %r8\n"
	"	mov 8(%rsp), %r9\n"
	"	syscall\n"
	"fault_called:\n"
	"	ret\n"
	".size fault_call, . - fault_call\n");

static void __attribute__((noreturn)) end(int status)
{
	for (;;)
		fault_call(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

/* Messages: where these cannot be written, nothing can be told. */
static int is_message(long number, const long *words)
{
	return (number == SYS_write || number == SYS_writev) && words[0] == STDERR_FILENO;
}

static void add_to_list(const char *name, const char *flags)
{
	if (room - length < 64) {
		long more = fault_call(SYS_mmap, 0, (long)(2 * room + 65536), 3, 0x22, -1, 0);

		if (more <= 0)
			end(UNABLE);
		memcpy((char *)more, text, length);
		room = 2 * room + 65536;
		text = (char *)more;
	}
	length += (size_t)sprintf(text + length, "%ld %s %s\n", count, name, flags);
}

/* For debuggers: here, a call fails. */
void fault_now(void);
void __attribute__((noinline)) fault_now(void)
{
	__asm__ volatile("");
}

/* Counts one more call, of NAME. Does it fail? */
static int fails(const char *name, const char *flags)
{
	if (ended)
		return 0;
	count++;
	if (fault.list) {
		add_to_list(name, flags);
		return 0;
	}
	if (count == fault.number) {
		if (strcmp(name, fault.name))
			end(OTHER_WAY);
		fault.ended = !fault.on;
		fault_now();
		return 1;
	}
	return count > fault.number && !fault.ended && !strcmp(name, fault.name);
}

static const char *flags_of(long number, const long *words)
{
	switch (number) {
	case SYS_creat:
		return "c";
	case SYS_open:
		return words[1] & O_CREAT ? "c" : "-";
	case SYS_openat:
		return words[2] & O_CREAT ? "c" : "-";
	case SYS_readv:
	case SYS_writev:
		return "n";
	case SYS_read:
	case SYS_pread64:
	case SYS_write:
	case SYS_pwrite64:
		return words[2] < 2 ? "n" : "-";
	}
	return "-";
}

/* What the kernel does with a file descriptor that close() could not close well: it is closed. */
static long fail(long number, long *words)
{
	if (!fault.error)
		return fault_call(number, words[0], words[1], words[2] / 2, words[3], words[4], words[5]);
	if (number == SYS_close)
		fault_call(number, words[0], 0, 0, 0, 0, 0);
	return -fault.error;
}

static void on_system_call(int signal_number, siginfo_t *info, void *context)
{
	greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
	long words[] = { registers[REG_RDI], registers[REG_RSI], registers[REG_RDX],
			 registers[REG_R10], registers[REG_R8],	 registers[REG_R9] };
	long number = info->si_syscall;
	const char *name = "";

	(void)signal_number;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].number == number)
			name = known[i].name;
	registers[REG_RAX] = !is_message(number, words) && fails(name, flags_of(number, words)) ?
		fail(number, words) :
		fault_call(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

/* The program may hold back all signals for a while; not this one. */
int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	unsigned long long mask = 0;

	if (set) {
		memcpy(&mask, set, sizeof(mask));
		if (how != SIG_UNBLOCK)
			mask &= ~(1ull << (SIGSYS - 1));
	}
	how = (int)fault_call(SYS_rt_sigprocmask, how, set ? (long)&mask : 0, (long)old, 8, 0, 0);
	if (!how)
		return 0;
	errno = -how;
	return -1;
}

static void add(struct sock_filter *filter, unsigned short *size, struct sock_filter instruction)
{
	filter[(*size)++] = instruction;
}

/* System calls that are known go to the handler, unless fault_call() makes them. */
static int install_filter(void)
{
	static struct sock_filter filter[2 * ARRAY_SIZE(known) + 16];
	struct sock_fprog program = { .len = 0, .filter = filter };
	unsigned long place = (unsigned long)fault_called;

#define LOAD(field) (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(value, number) (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, number)
#define END(what) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, what)
	add(filter, &program.len, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							       offsetof(struct seccomp_data, instruction_pointer)));
	add(filter, &program.len, SKIP_UNLESS((unsigned int)place, 3));
	add(filter, &program.len, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							       offsetof(struct seccomp_data, instruction_pointer) + 4));
	add(filter, &program.len, SKIP_UNLESS((unsigned int)(place >> 32), 1));
	add(filter, &program.len, END(SECCOMP_RET_ALLOW));
	add(filter, &program.len, LOAD(arch));
	add(filter, &program.len, SKIP_UNLESS(AUDIT_ARCH_X86_64, 2 * ARRAY_SIZE(known) + 1));
	add(filter, &program.len, LOAD(nr));
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		add(filter, &program.len, SKIP_UNLESS((unsigned int)known[i].number, 1));
		add(filter, &program.len, END(SECCOMP_RET_TRAP));
	}
	add(filter, &program.len, END(SECCOMP_RET_ALLOW));
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

void fault_start(void);
void fault_start(void)
{
	const char *wanted = getenv("FAULT");
	struct sigaction action = { .sa_sigaction = on_system_call, .sa_flags = SA_SIGINFO | SA_NODEFER };
	char plus = ':', byte;

	fault.list = wanted && !strncmp(wanted, "list:", 5) ? wanted + 5 : NULL;
	if (!fault.list) {
		if (!wanted || sscanf(wanted, "%ld%c", &fault.number, &plus) != 2)
			return;
		fault.on = plus == '+';
		if (sscanf(strchr(wanted, ':'), ":%15[a-z]:%d", fault.name, &fault.error) != 2)
			end(UNABLE);
	}
	/* Since glibc 2.41, the first of these holds back all signals and asks for memory meanwhile. */
	if (getrandom(&byte, sizeof(byte), 0) < 0)
		end(UNABLE);
	if (sigaction(SIGSYS, &action, NULL) || install_filter())
		end(UNABLE);
	active = 1;
}

static void __attribute__((destructor)) write_list(void)
{
	long fd;

	if (!active || !fault.list)
		return;
	fd = fault_call(SYS_openat, AT_FDCWD, (long)fault.list, O_WRONLY | O_CREAT | O_TRUNC, 0600, 0, 0);
	if (fd < 0 || fault_call(SYS_write, fd, (long)text, (long)length, 0, 0, 0) != (long)length)
		end(UNABLE);
	active = 0;
}

/* Where gcov begins to write what of the program was run, this is its first call. */
char *getenv(const char *name)
{
	size_t size = strlen(name);

	if (!strncmp(name, "GCOV_", 5))
		ended = 1;
	for (char **entry = environ; entry && *entry; entry++)
		if (!strncmp(*entry, name, size) && (*entry)[size] == '=')
			return *entry + size + 1;
	return NULL;
}

static int memory_fails(void)
{
	if (!active || !fails("memory", "-"))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return memory_fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
	return memory_fails() ? NULL : __libc_calloc(number, size);
}

void *realloc(void *old, size_t size)
{
	return memory_fails() ? NULL : __libc_realloc(old, size);
}
