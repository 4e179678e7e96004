/*
 * A deny list: what a build of packages has no use for and what widens the
 * surface towards the kernel. The namespaces confine; this keeps a build from
 * changing them and from the calls in which kernels had most of their holes.
 * Which calls, and why each: refused.tsv. Those that depend on arguments are
 * here.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "filter.h"

#if defined(__x86_64__)
#define OWN_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCH AUDIT_ARCH_AARCH64
#else
#error "sandbox-init knows x86_64 and aarch64"
#endif

/* Without CLONE_NEWTIME: that bit is part of clone's signal number; it works
 * with unshare and clone3 only. */
#define NEW_NAMESPACE                                                         \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |        \
	 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

static const struct {
	uint32_t number;
	uint32_t answer;
} refused[] = {
#include "refused.inc"
};

/* Kinds of socket that a build may have: its own loopback, and what asks the
 * kernel about it. The others have had holes, and some are in no namespace: a
 * vsock reaches the machine that this one runs on. */
static const uint32_t families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LOW_WORD(n) (offsetof(struct seccomp_data, args[n]))
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define MISSING (SECCOMP_RET_ERRNO | ENOSYS)

struct program {
	struct sock_filter code[48 + 2 * COUNT(refused)];
	unsigned short length;
};

static void put(struct program *p, uint16_t code, uint32_t k, uint8_t yes,
		uint8_t no)
{
	p->code[p->length++] = (struct sock_filter){ code, yes, no, k };
}

static void load(struct program *p, uint32_t offset)
{
	put(p, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void answer(struct program *p, uint32_t action)
{
	put(p, BPF_RET | BPF_K, action, 0, 0);
}

static void answer_refused(struct program *p)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		put(p, BPF_JMP | BPF_JEQ | BPF_K, refused[i].number, 0, 1);
		answer(p, SECCOMP_RET_ERRNO | refused[i].answer);
	}
}

/* clone with any flag that makes a namespace. */
static void refuse_clone(struct program *p)
{
	put(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
	load(p, LOW_WORD(0));
	put(p, BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACE, 0, 1);
	answer(p, REFUSE);
	load(p, offsetof(struct seccomp_data, nr));
}

/* ioctl that types into a terminal. */
static void refuse_typing(struct program *p)
{
	put(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 5);
	load(p, LOW_WORD(1));
	put(p, BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0);
	put(p, BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1);
	answer(p, REFUSE);
	load(p, offsetof(struct seccomp_data, nr));
}

/* socket and socketpair of another family. */
static void refuse_sockets(struct program *p)
{
	const uint8_t count = COUNT(families);

	put(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 1, 0);
	put(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_socketpair, 0, count + 3);
	load(p, LOW_WORD(0));
	for (uint8_t i = 0; i < count; i++)
		put(p, BPF_JMP | BPF_JEQ | BPF_K, families[i], count - i, 0);
	answer(p, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	load(p, offsetof(struct seccomp_data, nr));
}

int install_filter(void)
{
	struct program p = { .length = 0 };

	load(&p, offsetof(struct seccomp_data, arch));
	put(&p, BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0);
	answer(&p, MISSING);
	load(&p, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
	/* x32's numbers would pass by the comparisons below. */
	put(&p, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
	answer(&p, MISSING);
#endif
	answer_refused(&p);
	refuse_clone(&p);
	refuse_typing(&p);
	refuse_sockets(&p);
	answer(&p, SECCOMP_RET_ALLOW);

	struct sock_fprog filter = { p.length, p.code };
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}
