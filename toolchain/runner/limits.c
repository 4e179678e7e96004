/* Limits. The engine reserves gigabytes of address space and needs a large
 * stack, so the limits of address space, data and stack are not the host's:
 * they are kept here, hold for the guest's memory, and are passed through exec.
 * A native program gets them as real ones. */
#include <sys/resource.h>
#include "memory.h"
#include "structures.h"

static const int resources[LIMIT_COUNT] = { RLIMIT_DATA, RLIMIT_STACK, RLIMIT_AS };
enum { STACK_WANTED = 64 << 20 };

void adopt_limits(void)
{
	for (int i = 0; i < LIMIT_COUNT; i++) {
		struct rlimit host;
		struct limit *l = &settings.limits[i];
		rlim_t want = i == LIMIT_STACK ? STACK_WANTED : RLIM_INFINITY;
		if (getrlimit((__rlimit_resource_t)resources[i], &host) || host.rlim_cur >= want) continue;
		if (!l->is_set) *l = (struct limit){ true, host.rlim_cur, host.rlim_max };
		host.rlim_cur = host.rlim_max < want ? host.rlim_max : want;
		setrlimit((__rlimit_resource_t)resources[i], &host);
	}
}

void restore_limits(void)
{
	for (int i = 0; i < LIMIT_COUNT; i++) {
		const struct limit *l = &settings.limits[i];
		struct rlimit host = { l->soft, l->hard };
		if (l->is_set) setrlimit((__rlimit_resource_t)resources[i], &host);
	}
}

static struct limit *kept(u32 resource)
{
	for (int i = 0; i < LIMIT_COUNT; i++) if (resources[i] == (int)resource) return &settings.limits[i];
	return 0;
}

/* prlimit(pid, resource, new, old): 64-bit numbers on every machine */
long sys_prlimit64(const u32 *a)
{
	struct rlimit new, old;
	struct limit *l = !a[0] || (i32)a[0] == getpid() ? kept(a[1]) : 0;
	if (a[2]) TRY(copy_in(&new, a[2], sizeof new));
	if (a[3] && !range(a[3], sizeof old)) return -EFAULT;
	if (!l) {
		TRY(RESULT(syscall(SYS_prlimit64, (i32)a[0], a[1], a[2] ? &new : 0, &old)));
		return a[3] ? copy_out(a[3], &old, sizeof old) : 0;
	}
	TRY(RESULT(syscall(SYS_prlimit64, 0, a[1], 0, &old)));
	if (l->is_set) old = (struct rlimit){ l->soft, l->hard };
	if (a[2]) {
		if (new.rlim_cur > new.rlim_max) return -EINVAL;
		if (new.rlim_max > old.rlim_max && geteuid() != 0) return -EPERM;
		*l = (struct limit){ true, new.rlim_cur, new.rlim_max };
	}
	return a[3] ? copy_out(a[3], &old, sizeof old) : 0;
}
