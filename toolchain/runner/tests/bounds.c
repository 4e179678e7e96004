/* Calls every system call with hostile addresses and numbers, in children. All
 * that must hold: the runner never dies of a fault of its own, and the parent
 * lives. Natively there is nothing to test.
 *
 * Such calls do what they say: as root, fchmod of a descriptor of /dev/null
 * changes the machine's /dev/null. So the program first gives up its user for
 * one that owns nothing, takes an IPC namespace of its own, has no descriptor
 * of a file with a name, and refuses to go on if it could not. It is to be
 * started with a process namespace of its own and a read-only file system. */
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include "check.h"

#ifndef ROUNDS
#define ROUNDS 200
#endif
enum { CALLS = 475, PER_CHILD = 25 };
static uint64_t state = 88172645463325252ull;

static uint32_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

static uint32_t hostile(char *guarded, char *plain)
{
	switch (next() % 14) {
	case 0: return 0;
	case 1: return 0xffffffff;
	case 2: return 0xfffffff0 + next() % 16;
	case 3: return next();
	case 4: return 0x80000000 + next() % 65536;
	case 5: return (uint32_t)(uintptr_t)guarded - next() % 64;
	case 6: return (uint32_t)(uintptr_t)guarded + next() % 64;
	case 7: return 0x3ffffff8 + next() % 16;
	case 8: return next() % 64;
	case 9: return next() % 8;
	case 10: return 1u << next() % 32;
	case 11: return (uint32_t)-100;
	default: return (uint32_t)(uintptr_t)plain + next() % 4096;
	}
}

/* Calls that would end, stop or outlive the child, or change the machine. */
static bool is_left_out(long number)
{
	static const short out[] = {
		SYS_exit, SYS_exit_group, SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
		SYS_pidfd_send_signal, SYS_clone, SYS_setsid, SYS_vhangup, SYS_sync, SYS_syncfs, SYS_sethostname,
		SYS_setdomainname, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare,
		SYS_prlimit64, SYS_syslog, SYS_unlinkat, SYS_renameat2, SYS_linkat, SYS_mknodat, SYS_symlinkat,
		SYS_mkdirat, SYS_fchmodat, SYS_fchmodat2, SYS_fchownat, SYS_sched_setscheduler, SYS_sched_setattr,
		SYS_sched_setparam, SYS_sched_setaffinity, SYS_setpriority, SYS_ioprio_set, SYS_pidfd_getfd,
		SYS_setxattr, SYS_lsetxattr, SYS_removexattr, SYS_lremovexattr,
#ifdef SYS_clock_settime64
		SYS_clock_settime64, SYS_clock_adjtime64, SYS_truncate64, SYS_fallocate, SYS_utimensat_time64,
#endif
	};
	for (size_t i = 0; i < sizeof out / sizeof *out; i++) if (out[i] == number) return true;
	return false;
}

/* The guest's own faults, say after getrandom wrote over its stack, come here;
 * a fault of the runner does not. */
static void own_fault(int s) { (void)s; syscall(SYS_exit_group, 77); }

static void child(int round, char *guarded, char *plain, volatile int *at)
{
	state += (uint64_t)round * 0x9E3779B97F4A7C15ull;
	for (int i = 0; i < 8; i++) next();
	/* files without a name, and no others */
	int file = memfd_create("target", 0);
	for (int fd = 0; fd < 3; fd++) dup2(file, fd);
	for (int fd = 3; fd < 256; fd++) if (fd != file) close(fd);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGSEGV, own_fault);
	signal(SIGBUS, own_fault);
	signal(SIGILL, own_fault);
	signal(SIGFPE, own_fault);
	for (int i = 0; i < PER_CHILD; i++) {
		long number = (round * PER_CHILD + i) % CALLS;
		if (is_left_out(number)) continue;
		uint32_t a[6];
		for (int k = 0; k < 6; k++) a[k] = hostile(guarded, plain);
		/* descriptors that exist, now and then */
		if (next() % 2) a[0] = (uint32_t)file;
		*at = (int)number;
		syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	}
	_exit(0);
}

#ifdef __wasm__
static bool give_up_power(void)
{
	enum { NOBODY = 65534 };
	if (getpid() > 10) return false;        /* not in a process namespace of its own */
	if (geteuid() == 0) {
		if (unshare(CLONE_NEWIPC) || setgroups(0, 0)) return false;
		if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY)) return false;
	} else if (unshare(CLONE_NEWIPC) && unshare(CLONE_NEWUSER | CLONE_NEWIPC)) {
		return false;
	}
	/* what is left: no power over the machine's files */
	struct statvfs root;
	return geteuid() != 0 && !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !statvfs("/", &root) &&
		(root.f_flag & ST_RDONLY);
}

static void run(int rounds)
{
	if (!give_up_power()) {
		fprintf(stderr, "refused: start it as root in user, process and IPC namespaces, see Tests/Shell/runner\n");
		exit(2);
	}
	char *area = mmap(0, 3 * 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile int *at = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	mprotect(area + 65536, 65536, PROT_NONE);
	for (int i = 0; i < 65536; i++) area[i] = (char)next();
	int died[65] = { 0 };
	for (int round = 0; round < rounds; round++) {
		pid_t pid = fork();
		int status = 0, waited = 0;
		if (!pid) child(round, area + 65536, area, at);
		/* a call may well sleep for ever */
		for (; waited < 200 && !waitpid(pid, &status, WNOHANG); waited++) usleep(waited < 20 ? 200 : 5000);
		if (waited == 200) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			continue;
		}
		if (WIFSIGNALED(status)) {
			died[WTERMSIG(status)]++;
			fprintf(stderr, "round %d: call %d: signal %d\n", round, *at, WTERMSIG(status));
		}
	}
	check("no child died of a fault of the runner",
		!died[SIGABRT] && !died[SIGILL] && !died[SIGBUS] && !died[SIGFPE] && !died[SIGSEGV]);
}
#else
static void run(int rounds)
{
	(void)rounds, (void)child;
	check("no child died of a fault of the runner", true);
}
#endif

int main(int argc, char **argv)
{
	run(argc > 1 ? atoi(argv[1]) : ROUNDS);
	return failures != 0;
}
