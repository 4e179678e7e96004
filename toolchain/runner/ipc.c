/* POSIX message queues and System V IPC. */
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include "memory.h"
#include "structures.h"

/* ---- POSIX message queues ---------------------------------------------------------------- */

struct host_mq_attr { long flags, messages, size, current, reserved[4]; };

static int attributes_in(struct host_mq_attr *to, u32 address)
{
	struct guest_mq_attr from;
	TRY(copy_in(&from, address, sizeof from));
	*to = (struct host_mq_attr){ from.flags, from.messages, from.size, from.current, { 0 } };
	return 0;
}

/* (name, flags, mode, attributes) */
long sys_mq_open(const u32 *a)
{
	struct host_mq_attr attributes;
	const char *name = range(a[0], 1);
	if (!a[0] || !name) return -EFAULT;
	if (a[3]) TRY(attributes_in(&attributes, a[3]));
	return RESULT(syscall(SYS_mq_open, name, (i32)a[1], a[2], a[3] ? &attributes : 0));
}

/* (queue, new, old) */
long sys_mq_getsetattr(const u32 *a)
{
	struct host_mq_attr new, old;
	if (a[1]) TRY(attributes_in(&new, a[1]));
	TRY(RESULT(syscall(SYS_mq_getsetattr, (i32)a[0], a[1] ? &new : 0, &old)));
	struct guest_mq_attr out = { (i32)old.flags, (i32)old.messages, (i32)old.size, (i32)old.current, { 0 } };
	return a[2] ? copy_out(a[2], &out, sizeof out) : 0;
}

/* (queue, event); SIGEV_THREAD hands 32 bytes to be sent over a socket */
long sys_mq_notify(const u32 *a)
{
	struct guest_sigevent in;
	struct { void *value; int signal, notify, room[12]; } event = { 0 };
	if (!a[1]) return RESULT(syscall(SYS_mq_notify, (i32)a[0], 0));
	TRY(copy_in(&in, a[1], sizeof in));
	event.signal = in.signal;
	event.notify = in.notify;
	event.value = in.notify == SIGEV_THREAD ? range(in.value, 32) : (void *)(uintptr_t)in.value;
	if (in.notify == SIGEV_THREAD && !event.value) return -EFAULT;
	return RESULT(syscall(SYS_mq_notify, (i32)a[0], &event));
}

/* (queue, message, length, priority, limit) */
long sys_mq_timedsend_time64(const u32 *a)
{
	struct timespec limit;
	void *message = range(a[1], a[2]);
	if (!message) return -EFAULT;
	if (a[4]) TRY(timespec_in(&limit, a[4]));
	return SLEEPING(SYS_mq_timedsend, (i32)a[0], message, a[2], a[3], a[4] ? &limit : 0, 0);
}

long sys_mq_timedreceive_time64(const u32 *a)
{
	struct timespec limit;
	void *message = range(a[1], a[2]), *priority;
	if (!message) return -EFAULT;
	RANGE_OR_NULL(priority, a[3], 4);
	if (a[4]) TRY(timespec_in(&limit, a[4]));
	return SLEEPING(SYS_mq_timedreceive, (i32)a[0], message, a[2], priority, a[4] ? &limit : 0, 0);
}

/* ---- System V: common ------------------------------------------------------------------------ */

enum { NEW_LAYOUT = 0x100 };    /* IPC_64, which the guest's libc adds */

static struct guest_ipc_perm permissions_out(const struct ipc_perm *p)
{
	return (struct guest_ipc_perm){
		.key = p->__key, .uid = p->uid, .gid = p->gid, .creator_uid = p->cuid, .creator_gid = p->cgid,
		.mode = p->mode, .sequence = p->__seq,
	};
}

static void permissions_in(struct ipc_perm *to, const struct guest_ipc_perm *from)
{
	to->uid = from->uid;
	to->gid = from->gid;
	to->mode = (unsigned short)from->mode;
}

static void split(u32 to[2], i64 from) { to[0] = (u32)from; to[1] = (u32)(from >> 32); }

/* ---- messages ----------------------------------------------------------------------------------- */

enum { LONGEST_MESSAGE = 1 << 20 };
struct host_message { long type; char text[]; };

/* (queue, message, size, flags) */
long sys_msgsnd(const u32 *a)
{
	i32 type;
	TRY(copy_in(&type, a[1], 4));
	if (a[2] > LONGEST_MESSAGE) return -EINVAL;
	struct host_message *m = malloc(sizeof *m + a[2]);
	if (!m) return -ENOMEM;
	m->type = type;
	long r = a[2] ? copy_in(m->text, a[1] + 4, a[2]) : 0;
	if (!r) r = SLEEPING(SYS_msgsnd, (i32)a[0], m, a[2], (i32)a[3], 0, 0);
	free(m);
	return r;
}

/* (queue, message, size, type, flags) */
long sys_msgrcv(const u32 *a)
{
	u32 size = a[2] < LONGEST_MESSAGE ? a[2] : LONGEST_MESSAGE;
	if ((i32)a[2] < 0) return -EINVAL;
	if (!a[1] || !range(a[1], 4ull + size)) return -EFAULT;
	struct host_message *m = malloc(sizeof *m + size);
	if (!m) return -ENOMEM;
	long r = SLEEPING(SYS_msgrcv, (i32)a[0], m, size, (i32)a[3], (i32)a[4], 0);
	if (r >= 0) {
		i32 type = (i32)m->type;
		long e = copy_out(a[1], &type, 4);
		if (!e && r) e = copy_out(a[1] + 4, m->text, (size_t)r);
		if (e) r = e;
	}
	free(m);
	return r;
}

/* (queue, command, buffer) */
long sys_msgctl(const u32 *a)
{
	int command = (i32)(a[1] & ~(u32)NEW_LAYOUT);
	struct msqid_ds host = { 0 };
	struct guest_msqid guest = { 0 };
	if (command == IPC_INFO || command == MSG_INFO) {
		void *info = range(a[2], sizeof(struct msginfo));       /* ints only */
		return !a[2] || !info ? -EFAULT : RESULT(syscall(SYS_msgctl, (i32)a[0], command, info));
	}
	if (command == IPC_SET) {
		TRY(copy_in(&guest, a[2], sizeof guest));
		permissions_in(&host.msg_perm, &guest.permissions);
		host.msg_qbytes = guest.most_bytes;
	}
	long r = RESULT(syscall(SYS_msgctl, (i32)a[0], command, &host));
	if (r < 0 || (command != IPC_STAT && command != MSG_STAT && command != MSG_STAT_ANY)) return r;
	guest = (struct guest_msqid){
		.permissions = permissions_out(&host.msg_perm), .bytes = (u32)host.__msg_cbytes,
		.count = (u32)host.msg_qnum, .most_bytes = (u32)host.msg_qbytes,
		.last_sender = host.msg_lspid, .last_receiver = host.msg_lrpid,
	};
	split(guest.sent, host.msg_stime);
	split(guest.received, host.msg_rtime);
	split(guest.changed, host.msg_ctime);
	TRY(copy_out(a[2], &guest, sizeof guest));
	return r;
}

/* ---- semaphores ------------------------------------------------------------------------------------ */

enum { MOST_OPERATIONS = 500, MOST_SEMAPHORES = 32000 };

/* (set, operations, count[, limit]) */
long sys_semtimedop_time64(const u32 *a)
{
	struct timespec limit;
	struct sembuf operations[MOST_OPERATIONS];
	if (a[2] > MOST_OPERATIONS) return -E2BIG;
	TRY(copy_in(operations, a[1], a[2] * sizeof *operations));
	if (a[3]) TRY(timespec_in(&limit, a[3]));
	return SLEEPING(SYS_semtimedop, (i32)a[0], operations, a[2], a[3] ? &limit : 0, 0, 0);
}

long sys_semop(const u32 *a)
{
	const u32 without_limit[6] = { a[0], a[1], a[2] };
	return sys_semtimedop_time64(without_limit);
}

static long semaphore_count(int set)
{
	struct semid_ds host;
	TRY(RESULT(syscall(SYS_semctl, set, 0, IPC_STAT, &host)));
	return (long)host.sem_nsems;
}

/* (set, number, command, argument): the argument is a number or an address */
long sys_semctl(const u32 *a)
{
	int command = (i32)(a[2] & ~(u32)NEW_LAYOUT);
	struct semid_ds host = { 0 };
	struct guest_semid guest = { 0 };
	void *argument = &host;
	long n;
	switch (command) {
	case SETVAL: return RESULT(syscall(SYS_semctl, (i32)a[0], (i32)a[1], command, (long)(i32)a[3]));
	case GETALL: case SETALL:
		n = semaphore_count((i32)a[0]);
		if (n < 0) return n;
		argument = range(a[3], 2 * (u64)n);
		if (!a[3] || !argument) return -EFAULT;
		break;
	case IPC_INFO: case SEM_INFO:
		argument = range(a[3], sizeof(struct seminfo));
		if (!a[3] || !argument) return -EFAULT;
		break;
	case IPC_SET:
		TRY(copy_in(&guest, a[3], sizeof guest));
		permissions_in(&host.sem_perm, &guest.permissions);
		break;
	}
	long r = RESULT(syscall(SYS_semctl, (i32)a[0], (i32)a[1], command, argument));
	if (r < 0 || (command != IPC_STAT && command != SEM_STAT && command != SEM_STAT_ANY)) return r;
	guest.permissions = permissions_out(&host.sem_perm);
	guest.count = (u32)host.sem_nsems;
	split(guest.operated, host.sem_otime);
	split(guest.changed, host.sem_ctime);
	TRY(copy_out(a[3], &guest, sizeof guest));
	return r;
}

/* ---- shared memory ------------------------------------------------------------------------------------ */

/* What is attached, to know the size at shmdt. */
enum { MOST_SEGMENTS = 64 };
static struct { u32 page, pages; } segments[MOST_SEGMENTS];

static long attach_locked(int id, u32 address, int flags, u32 pages)
{
	int slot = 0;
	while (slot < MOST_SEGMENTS && segments[slot].pages) slot++;
	if (slot == MOST_SEGMENTS) return -EMFILE;
	if (address) return -EINVAL;    /* the runner chooses */
	long page = claim_pages(pages);
	if (page < 0) return page;
	void *at = memory_base + (u64)page * GUEST_PAGE;
	if (shmat(id, at, (flags & ~SHM_RND & ~SHM_EXEC) | SHM_REMAP) == (void *)-1) {
		long error = -errno;
		release_pages((u32)page, pages);
		return error;
	}
	segments[slot].page = (u32)page;
	segments[slot].pages = pages;
	return (i32)((u32)page * GUEST_PAGE);
}

/* (id, address, flags) */
long sys_shmat(const u32 *a)
{
	struct shmid_ds host;
	TRY(RESULT(syscall(SYS_shmctl, (i32)a[0], IPC_STAT, &host)));
	if (host.shm_segsz > 1u << 30) return -ENOMEM;
	lock_memory();
	long r = attach_locked((i32)a[0], a[1], (i32)a[2], (u32)((host.shm_segsz + GUEST_PAGE - 1) / GUEST_PAGE));
	unlock_memory();
	return r;
}

long sys_shmdt(const u32 *a)
{
	long r = -EINVAL;
	lock_memory();
	for (int i = 0; i < MOST_SEGMENTS; i++) {
		if (!segments[i].pages || segments[i].page * (u64)GUEST_PAGE != a[0]) continue;
		shmdt(memory_base + a[0]);
		release_pages(segments[i].page, segments[i].pages);
		segments[i].pages = 0;
		r = 0;
	}
	unlock_memory();
	return r;
}

static long shared_memory_info(int id, int command, u32 address)
{
	struct shminfo limits;
	struct shm_info use;
	long r = RESULT(syscall(SYS_shmctl, id, command, command == IPC_INFO ? (void *)&limits : (void *)&use));
	if (r < 0) return r;
	u32 out[9] = { 0 };
	const u64 values[] = { limits.shmmax, limits.shmmin, limits.shmmni, limits.shmseg, limits.shmall };
	if (command == IPC_INFO) {
		for (int i = 0; i < 5; i++) out[i] = values[i] > UINT32_MAX >> 1 ? UINT32_MAX >> 1 : (u32)values[i];
		TRY(copy_out(address, out, sizeof out));
	} else {
		out[0] = (u32)use.used_ids;
		out[1] = (u32)use.shm_tot;
		out[2] = (u32)use.shm_rss;
		out[3] = (u32)use.shm_swp;
		TRY(copy_out(address, out, 6 * sizeof *out));
	}
	return r;
}

/* (id, command, buffer) */
long sys_shmctl(const u32 *a)
{
	int command = (i32)(a[1] & ~(u32)NEW_LAYOUT);
	struct shmid_ds host = { 0 };
	struct guest_shmid guest = { 0 };
	if (command == IPC_INFO || command == SHM_INFO) return shared_memory_info((i32)a[0], command, a[2]);
	if (command == IPC_SET) {
		TRY(copy_in(&guest, a[2], sizeof guest));
		permissions_in(&host.shm_perm, &guest.permissions);
	}
	long r = RESULT(syscall(SYS_shmctl, (i32)a[0], command, &host));
	if (r < 0 || (command != IPC_STAT && command != SHM_STAT && command != SHM_STAT_ANY)) return r;
	guest.permissions = permissions_out(&host.shm_perm);
	guest.size = (u32)host.shm_segsz;
	guest.creator = host.shm_cpid;
	guest.last = host.shm_lpid;
	guest.attachments = (u32)host.shm_nattch;
	split(guest.attached, host.shm_atime);
	split(guest.detached, host.shm_dtime);
	split(guest.changed, host.shm_ctime);
	TRY(copy_out(a[2], &guest, sizeof guest));
	return r;
}
