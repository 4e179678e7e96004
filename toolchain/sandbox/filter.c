/*
 * A deny list: what a build of packages has no use for and what widens the
 * surface towards the kernel. The namespaces confine; this keeps a build from
 * changing them and from the calls in which kernels had most of their holes.
 * Refused calls say EPERM; those that programs try and do without say ENOSYS.
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

/* Numbers that are the same on every architecture, for headers older than
 * they are. */
enum {
	NR_OPEN_TREE = 428,
	NR_MOVE_MOUNT,
	NR_FSOPEN,
	NR_FSCONFIG,
	NR_FSMOUNT,
	NR_FSPICK,
	NR_CLONE3 = 435,
	NR_IO_URING_SETUP = 425,
	NR_IO_URING_ENTER,
	NR_IO_URING_REGISTER,
	NR_MOUNT_SETATTR = 442,
	NR_QUOTACTL_FD = 443,
	NR_OPEN_TREE_ATTR = 467,
};

static const uint32_t refused[] = {
	/* the tree of mounts */
	SYS_mount, SYS_umount2, SYS_pivot_root, NR_OPEN_TREE, NR_MOVE_MOUNT,
	NR_FSOPEN, NR_FSCONFIG, NR_FSMOUNT, NR_FSPICK, NR_MOUNT_SETATTR,
	NR_OPEN_TREE_ATTR, SYS_open_by_handle_at,
	/* namespaces (clone is looked at below) */
	SYS_unshare, SYS_setns,
	/* the kernel itself */
	SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module,
	SYS_reboot, SYS_syslog, SYS_bpf, SYS_perf_event_open,
	SYS_fanotify_init, SYS_acct, SYS_swapon, SYS_swapoff, SYS_quotactl,
	NR_QUOTACTL_FD,
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
#ifdef SYS_iopl
	SYS_iopl, SYS_ioperm,
#endif
#ifdef SYS_lookup_dcookie
	SYS_lookup_dcookie,
#endif
	/* keys are not in any namespace */
	SYS_keyctl, SYS_add_key, SYS_request_key,
	/* names and clocks of the machine */
	SYS_sethostname, SYS_setdomainname, SYS_settimeofday,
	SYS_clock_settime, SYS_vhangup,
};

static const uint32_t missing[] = {
	/* clone3's flags lie in memory, where a filter cannot look; the C
	 * libraries fall back to clone. */
	NR_CLONE3, NR_IO_URING_SETUP, NR_IO_URING_ENTER, NR_IO_URING_REGISTER,
	SYS_userfaultfd,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LOW_WORD(n) (offsetof(struct seccomp_data, args[n]))
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define MISSING (SECCOMP_RET_ERRNO | ENOSYS)

struct program {
	struct sock_filter code[32 + 2 * (COUNT(refused) + COUNT(missing))];
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

static void answer_each(struct program *p, const uint32_t *numbers, size_t count,
			uint32_t action)
{
	for (size_t i = 0; i < count; i++) {
		put(p, BPF_JMP | BPF_JEQ | BPF_K, numbers[i], 0, 1);
		answer(p, action);
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
	answer_each(&p, refused, COUNT(refused), REFUSE);
	answer_each(&p, missing, COUNT(missing), MISSING);
	refuse_clone(&p);
	refuse_typing(&p);
	answer(&p, SECCOMP_RET_ALLOW);

	struct sock_fprog filter = { p.length, p.code };
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}
