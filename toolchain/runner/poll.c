/* Waiting for several descriptors, and futexes. */
#include <linux/futex.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include "memory.h"
#include "structures.h"

/* An optional time limit and an optional signal mask. */
struct wait { struct timespec limit, *limit_at; u64 mask, *mask_at; };

static int wait_in(struct wait *w, u32 limit, u32 mask, u32 mask_size)
{
	w->limit_at = 0;
	w->mask_at = 0;
	if (limit) {
		TRY(timespec_in(&w->limit, limit));
		w->limit_at = &w->limit;
	}
	if (mask) {
		if (mask_size != 8) return -EINVAL;
		TRY(mask_in(&w->mask, mask));
		w->mask_at = &w->mask;
	}
	return 0;
}

/* Linux writes the time that is left; musl gives a copy to be spoilt. */
static long wait_out(const struct wait *w, u32 limit, long result)
{
	if (w->limit_at && result != -INTERRUPTED) timespec_out(limit, &w->limit);
	return result;
}

/* ppoll(fds, count, limit, mask, mask_size) */
long sys_ppoll_time64(const u32 *a)
{
	struct wait w;
	void *fds;
	RANGE_OR_NULL(fds, a[0], 8ull * a[1]);
	TRY(wait_in(&w, a[2], a[3], a[4]));
	return wait_out(&w, a[2], SLEEPING(SYS_ppoll, fds, a[1], w.limit_at, w.mask_at, 8, 0));
}

/* pselect6(count, read, write, except, limit, {mask, mask_size}) */
long sys_pselect6_time64(const u32 *a)
{
	enum { WORDS = 2048 };          /* 65,536 descriptors */
	u64 sets[3][WORDS / 2];
	u32 argument[2] = { 0, 0 }, words;
	struct wait w;
	if ((i32)a[0] < 0) return -EINVAL;
	words = (a[0] + 31) / 32;
	if (words > WORDS) return -EINVAL;
	if (a[5]) TRY(copy_in(argument, a[5], sizeof argument));
	TRY(wait_in(&w, a[4], argument[0], argument[1]));
	/* the kernel copies whole 64-bit words: more than the guest's sets may have */
	for (int i = 0; i < 3; i++) {
		if (!a[i + 1]) continue;
		if (words % 2) sets[i][words / 2] = 0;
		TRY(copy_in(sets[i], a[i + 1], words * 4));
	}
	struct { u64 *mask; u64 size; } masked = { w.mask_at, 8 };
	long r = SLEEPING(SYS_pselect6, (i32)a[0], a[1] ? sets[0] : 0, a[2] ? sets[1] : 0, a[3] ? sets[2] : 0,
		w.limit_at, &masked);
	for (int i = 0; i < 3 && r >= 0; i++)
		if (a[i + 1]) TRY(copy_out(a[i + 1], sets[i], words * 4));
	return wait_out(&w, a[4], r);
}

/* ---- epoll: the host's event is packed ------------------------------------------------- */

long sys_epoll_ctl(const u32 *a)
{
	struct guest_epoll_event in;
	struct epoll_event event = { 0 };
	bool given = a[1] != EPOLL_CTL_DEL;
	if (given) {
		TRY(copy_in(&in, a[3], sizeof in));
		event.events = in.events;
		event.data.u64 = in.data;
	}
	return RESULT(syscall(SYS_epoll_ctl, (i32)a[0], (i32)a[1], (i32)a[2], given ? &event : 0));
}

static long epoll_wait_for(int number, const u32 *a, long limit, u32 mask, u32 mask_size)
{
	enum { MOST = 1024 };
	struct epoll_event events[MOST];
	struct wait w;
	i32 most = (i32)a[2];
	if (most <= 0 || (u32)most > INT_MAX / sizeof(struct epoll_event)) return -EINVAL;
	if (most > MOST) most = MOST;
	if (!range(a[1], sizeof(struct guest_epoll_event) * (u64)most)) return -EFAULT;
	TRY(wait_in(&w, 0, mask, mask_size));
	long n = SLEEPING(number, (i32)a[0], events, most, limit, w.mask_at, 8);
	for (long i = 0; i < n; i++) {
		struct guest_epoll_event out = { events[i].events, 0, events[i].data.u64 };
		TRY(copy_out(a[1] + (u32)(i * (long)sizeof out), &out, sizeof out));
	}
	return n;
}

long sys_epoll_pwait(const u32 *a) { return epoll_wait_for(SYS_epoll_pwait, a, (i32)a[3], a[4], a[5]); }

long sys_epoll_pwait2(const u32 *a)
{
	struct timespec limit;
	if (a[3]) TRY(timespec_in(&limit, a[3]));
	return epoll_wait_for(441, a, a[3] ? (long)&limit : 0, a[4], a[5]);
}

/* ---- futex ------------------------------------------------------------------------------- */

long sys_futex_time64(const u32 *a)
{
	struct timespec limit;
	void *first = range(a[0], 4), *second;
	long fourth = a[3];
	if (!a[0] || !first) return -EFAULT;
	RANGE_OR_NULL(second, a[4], 4);
	switch (a[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		if (!a[3]) break;
		TRY(timespec_in(&limit, a[3]));
		fourth = (long)&limit;
		break;
	default:
		break;          /* a number */
	}
	return SLEEPING(SYS_futex, first, a[1], a[2], fourth, second, a[5]);
}
