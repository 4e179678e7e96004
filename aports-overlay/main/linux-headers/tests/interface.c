/*
 * Compiled, not run: the interface that these headers describe is the one of a
 * 32-bit asm-generic architecture with 64-bit time only, like riscv32's.
 */
#include <linux/types.h>
#include <linux/time_types.h>
#include <linux/aio_abi.h>
#include <linux/bpf_perf_event.h>
#include <linux/eventpoll.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/signal.h>
#include <linux/stat.h>
#include <linux/termios.h>
#include <asm/auxvec.h>
#include <asm/byteorder.h>
#include <asm/fcntl.h>
#include <asm/ioctls.h>
#include <asm/ipcbuf.h>
#include <asm/mman.h>
#include <asm/msgbuf.h>
#include <asm/param.h>
#include <asm/poll.h>
#include <asm/ptrace.h>
#include <asm/resource.h>
#include <asm/sembuf.h>
#include <asm/setup.h>
#include <asm/shmbuf.h>
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/socket.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#include <asm/unistd.h>

#define SAME(what, value) _Static_assert((what) == (value), #what)

SAME(__BITS_PER_LONG, 32);
SAME(__BYTE_ORDER__, __ORDER_LITTLE_ENDIAN__);
_Static_assert(_Generic((__kernel_size_t)0, __SIZE_TYPE__: 1, default: 0), "size_t");

SAME(sizeof(struct __kernel_timespec), 16);
SAME(sizeof(struct stat64), 104);
SAME(sizeof(struct statx), 256);
SAME(sizeof(struct statfs64), 88);
SAME(sizeof(struct epoll_event), 16);
SAME(sizeof(struct flock64), 32);
SAME(sizeof(siginfo_t), 128);
SAME(sizeof(stack_t), 12);
SAME(sizeof(struct termios), 36);
/* No restorer: the mask follows the flags. */
SAME(__builtin_offsetof(struct sigaction, sa_mask), 8);
SAME(sizeof(struct sigaction), 16);

SAME(__NR_clone, 220);
SAME(__NR_execve, 221);
SAME(__NR_mmap2, 222);
SAME(__NR_clock_gettime64, 403);
SAME(__NR_futex_time64, 422);
SAME(__NR_statx, 291);
SAME(__NR_memfd_secret, 447);

#if defined(__NR_clock_gettime) || defined(__NR_futex) || defined(__NR_gettimeofday) || \
	defined(__NR_settimeofday) || defined(__NR_nanosleep) || defined(__NR_ppoll)
#error "a call with 32-bit time"
#endif
#if defined(__NR_fstat64) || defined(__NR_fstatat64) || defined(__NR_getrlimit) || \
	defined(__NR_renameat) || defined(__NR_fork) || defined(__NR_open)
#error "a call that statx, prlimit64, renameat2, clone or openat has replaced"
#endif
#if defined(__NR_riscv_hwprobe) || defined(__NR_arch_specific_syscall)
#error "a call of another architecture"
#endif
