/* Linux's structures as a 32-bit asm-generic machine with 64-bit time has them. */
#ifndef RUNNER_STRUCTURES_H
#define RUNNER_STRUCTURES_H
#include "runner.h"

struct guest_timespec { i64 seconds; i32 nanoseconds, padding; };
struct guest_itimerspec { struct guest_timespec interval, value; };
struct guest_timeval { i32 seconds, microseconds; };
struct guest_itimerval { struct guest_timeval interval, value; };
struct guest_iovec { u32 base, length; };
struct guest_msghdr { u32 name, name_length, vectors, vector_count, control, control_length, flags; };
struct guest_mmsghdr { struct guest_msghdr header; u32 length; };
struct guest_cmsghdr { u32 length; i32 level, type; };
struct guest_epoll_event { u32 events, padding; u64 data; };
struct guest_sigaction { u32 handler, flags, mask[2]; };
struct guest_stack { u32 base; i32 flags; u32 size; };
struct guest_sigevent { u32 value; i32 signal, notify; i32 thread; u32 room[12]; };
struct guest_mq_attr { i32 flags, messages, size, current, reserved[4]; };
struct guest_rusage { struct guest_timeval user, system; i32 counts[14]; };
struct guest_flock { i16 type, whence; i32 padding; i64 start, length; i32 pid, padding2; };
struct guest_statfs {
	i32 type, block_size;
	u64 blocks, free, available, files, free_files;
	i32 id[2], name_length, fragment_size, flags, spare[4];
};
struct guest_sysinfo {
	i32 uptime;
	u32 loads[3], total, free, shared, buffer, total_swap, free_swap;
	u16 processes, padding;
	u32 total_high, free_high, unit;
	char room[8];
};
/* si_signo, si_errno and si_code, then a union that starts at offset 12 */
struct guest_siginfo { i32 number, error, code; u32 fields[29]; };
struct guest_ipc_perm {
	i32 key;
	u32 uid, gid, creator_uid, creator_gid, mode;
	u16 sequence, padding;
	u32 unused[2];
};
struct guest_msqid {
	struct guest_ipc_perm permissions;
	u32 sent[2], received[2], changed[2], bytes, count, most_bytes;
	i32 last_sender, last_receiver;
	u32 unused[2];
};
struct guest_semid {
	struct guest_ipc_perm permissions;
	u32 operated[2], changed[2], count, unused[2];
};
struct guest_shmid {
	struct guest_ipc_perm permissions;
	u32 size, attached[2], detached[2], changed[2];
	i32 creator, last;
	u32 attachments, unused[3];
};

#define SIZE(type, bytes) _Static_assert(sizeof(struct guest_##type) == (bytes), #type)
SIZE(timespec, 16); SIZE(itimerspec, 32); SIZE(itimerval, 16); SIZE(iovec, 8); SIZE(msghdr, 28);
SIZE(mmsghdr, 32); SIZE(cmsghdr, 12); SIZE(epoll_event, 16); SIZE(sigaction, 16); SIZE(stack, 12);
SIZE(sigevent, 64); SIZE(mq_attr, 32); SIZE(rusage, 72); SIZE(flock, 32); SIZE(statfs, 88);
SIZE(sysinfo, 64); SIZE(siginfo, 128); SIZE(ipc_perm, 36); SIZE(msqid, 88); SIZE(semid, 64); SIZE(shmid, 88);
#undef SIZE

/* signals.c */
void siginfo_to_guest(struct guest_siginfo *to, const siginfo_t *from);
void siginfo_to_host(siginfo_t *to, const struct guest_siginfo *from);
/* time.c: 0 or -EFAULT; only 32 bits of the nanoseconds count, the rest is padding */
int timespec_in(struct timespec *to, u32 address);
int timespec_out(u32 address, const struct timespec *from);
/* signal_calls.c: a signal mask of 8 bytes, as the host may have it */
int mask_in(u64 *to, u32 address);
/* files.c: vectors, all checked */
struct iovec;
long vectors_in(struct iovec *to, u32 address, u32 count);
/* system.c */
struct rusage;
int rusage_out(u32 address, const struct rusage *from);
#endif
