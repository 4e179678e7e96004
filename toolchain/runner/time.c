/* Clocks and timers: struct timespec has 32 bits of nanoseconds and padding. */
#include <sys/time.h>
#include <sys/timex.h>
#include "memory.h"
#include "structures.h"

int timespec_in(struct timespec *to, u32 address)
{
	struct guest_timespec from;
	TRY(copy_in(&from, address, sizeof from));
	*to = (struct timespec){ from.seconds, from.nanoseconds };
	return 0;
}

int timespec_out(u32 address, const struct timespec *from)
{
	struct guest_timespec to = { from->tv_sec, (i32)from->tv_nsec, 0 };
	return copy_out(address, &to, sizeof to);
}

long sys_clock_settime64(const u32 *a)
{
	struct timespec t;
	TRY(timespec_in(&t, a[1]));
	return RESULT(syscall(SYS_clock_settime, (i32)a[0], &t));
}

long sys_clock_nanosleep_time64(const u32 *a)
{
	struct timespec want, left;
	TRY(timespec_in(&want, a[2]));
	long r = SLEEPING(SYS_clock_nanosleep, (i32)a[0], (i32)a[1], &want, &left, 0, 0);
	if (r == -INTERRUPTED) left = want;     /* it has not begun */
	if ((r == -EINTR || r == -INTERRUPTED) && a[3] && !(a[1] & TIMER_ABSTIME)) TRY(timespec_out(a[3], &left));
	return r;
}

long sys_utimensat_time64(const u32 *a)
{
	struct timespec t[2];
	const char *path;
	RANGE_OR_NULL(path, a[1], 1);
	if (a[2]) {
		TRY(timespec_in(&t[0], a[2]));
		TRY(timespec_in(&t[1], a[2] + sizeof(struct guest_timespec)));
	}
	return RESULT(syscall(SYS_utimensat, (i32)a[0], path, a[2] ? t : 0, (i32)a[3]));
}

/* ---- timers --------------------------------------------------------------------------- */

static void timeval_from(struct timeval *to, struct guest_timeval from)
{
	*to = (struct timeval){ from.seconds, from.microseconds };
}

static int itimer_out(u32 address, const struct itimerval *from)
{
	struct guest_itimerval to = {
		{ (i32)from->it_interval.tv_sec, (i32)from->it_interval.tv_usec },
		{ (i32)from->it_value.tv_sec, (i32)from->it_value.tv_usec },
	};
	return copy_out(address, &to, sizeof to);
}

long sys_getitimer(const u32 *a)
{
	struct itimerval now;
	TRY(RESULT(syscall(SYS_getitimer, (i32)a[0], &now)));
	return itimer_out(a[1], &now);
}

long sys_setitimer(const u32 *a)
{
	struct guest_itimerval in = { 0 };
	struct itimerval new, old;
	if (a[1]) TRY(copy_in(&in, a[1], sizeof in));
	if (a[2] && !range(a[2], sizeof in)) return -EFAULT;
	timeval_from(&new.it_interval, in.interval);
	timeval_from(&new.it_value, in.value);
	TRY(RESULT(syscall(SYS_setitimer, (i32)a[0], &new, &old)));
	return a[2] ? itimer_out(a[2], &old) : 0;
}

/* The kernel's own sigevent: thread ids are numbers, not pointers. */
struct host_sigevent { void *value; int signal, notify, thread, room[11]; };

long sys_timer_create(const u32 *a)
{
	struct guest_sigevent in;
	struct host_sigevent event = { 0 };
	int id;
	if (a[1]) {
		TRY(copy_in(&in, a[1], sizeof in));
		event.value = (void *)(uintptr_t)in.value;
		event.signal = in.signal;
		event.notify = in.notify;
		event.thread = in.thread;
	}
	if (!a[2] || !range(a[2], 4)) return -EFAULT;
	TRY(RESULT(syscall(SYS_timer_create, (i32)a[0], a[1] ? &event : 0, &id)));
	return copy_out(a[2], &id, 4);
}

static long set_timer(int number, const u32 *a)
{
	struct guest_itimerspec in, out;
	struct itimerspec new, old = { 0 };
	TRY(copy_in(&in, a[2], sizeof in));
	if (a[3] && !range(a[3], sizeof out)) return -EFAULT;
	new.it_interval = (struct timespec){ in.interval.seconds, in.interval.nanoseconds };
	new.it_value = (struct timespec){ in.value.seconds, in.value.nanoseconds };
	TRY(RESULT(syscall(number, (i32)a[0], (i32)a[1], &new, a[3] ? &old : 0)));
	if (!a[3]) return 0;
	TRY(timespec_out(a[3], &old.it_interval));
	return timespec_out(a[3] + sizeof(struct guest_timespec), &old.it_value);
}

long sys_timer_settime64(const u32 *a) { return set_timer(SYS_timer_settime, a); }
long sys_timerfd_settime64(const u32 *a) { return set_timer(SYS_timerfd_settime, a); }

/* struct __kernel_timex is the same everywhere: 64-bit words */
long sys_clock_adjtime64(const u32 *a)
{
	struct timex t;
	TRY(copy_in(&t, a[1], sizeof t));
	long r = RESULT(syscall(SYS_clock_adjtime, (i32)a[0], &t));
	if (r >= 0) TRY(copy_out(a[1], &t, sizeof t));
	return r;
}
