/* What the machine and the process are: uname, sysinfo, times, prctl, ... */
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include "memory.h"
#include "structures.h"

long sys_uname(const u32 *a)
{
	struct utsname u;
	TRY(RESULT(uname(&u)));
	memset(u.machine, 0, sizeof u.machine);
	strcpy(u.machine, "wasm32");
	return copy_out(a[0], &u, sizeof u);
}

long sys_sysinfo(const u32 *a)
{
	struct sysinfo s;
	enum { UNIT = 4096 };
	TRY(RESULT(sysinfo(&s)));
	u64 unit = s.mem_unit;
	struct guest_sysinfo out = {
		.uptime = (i32)s.uptime, .loads = { (u32)s.loads[0], (u32)s.loads[1], (u32)s.loads[2] },
		.total = (u32)(s.totalram * unit / UNIT), .free = (u32)(s.freeram * unit / UNIT),
		.shared = (u32)(s.sharedram * unit / UNIT), .buffer = (u32)(s.bufferram * unit / UNIT),
		.total_swap = (u32)(s.totalswap * unit / UNIT), .free_swap = (u32)(s.freeswap * unit / UNIT),
		.processes = s.procs, .unit = UNIT,
	};
	return copy_out(a[0], &out, sizeof out);
}

long sys_times(const u32 *a)
{
	struct tms t;
	long now = syscall(SYS_times, &t);
	i32 out[4] = { (i32)t.tms_utime, (i32)t.tms_stime, (i32)t.tms_cutime, (i32)t.tms_cstime };
	if (a[0]) TRY(copy_out(a[0], out, sizeof out));
	return now & 0x7fffffff;
}

int rusage_out(u32 address, const struct rusage *from)
{
	const long counts[14] = {
		from->ru_maxrss, from->ru_ixrss, from->ru_idrss, from->ru_isrss, from->ru_minflt, from->ru_majflt,
		from->ru_nswap, from->ru_inblock, from->ru_oublock, from->ru_msgsnd, from->ru_msgrcv, from->ru_nsignals,
		from->ru_nvcsw, from->ru_nivcsw,
	};
	struct guest_rusage to = {
		{ (i32)from->ru_utime.tv_sec, (i32)from->ru_utime.tv_usec },
		{ (i32)from->ru_stime.tv_sec, (i32)from->ru_stime.tv_usec }, { 0 },
	};
	for (int i = 0; i < 14; i++) to.counts[i] = (i32)counts[i];
	return copy_out(address, &to, sizeof to);
}

long sys_getrusage(const u32 *a)
{
	struct rusage usage;
	TRY(RESULT(syscall(SYS_getrusage, (i32)a[0], &usage)));
	return rusage_out(a[1], &usage);
}

/* A 64-bit kernel answers in words of 8 bytes, one of 32 bits in words of 4:
 * a program that prints the mask word by word relies on it. */
long sys_sched_getaffinity(const u32 *a)
{
	u32 mask[256] = { 0 };
	u32 size = a[1] < sizeof mask ? a[1] : (u32)sizeof mask;
	if (a[1] % 4) return -EINVAL;
	long r = RESULT(syscall(SYS_sched_getaffinity, (i32)a[0], sizeof mask, mask));
	if (r < 0) return r;
	u32 used = (u32)r;
	while (used > 4 && !mask[used / 4 - 1]) used -= 4;
	if (size < used) return -EINVAL;
	TRY(copy_out(a[2], mask, used));
	return used;
}

/* (option, four numbers) */
long sys_prctl(const u32 *a)
{
	char name[16];
	int word;
	switch ((i32)a[0]) {
	case PR_SET_NAME:
		if (string_in(name, sizeof name, a[1]) == -EFAULT) return -EFAULT;
		name[sizeof name - 1] = 0;
		return RESULT(prctl(PR_SET_NAME, name));
	case PR_GET_NAME:
		TRY(RESULT(prctl(PR_GET_NAME, name)));
		return copy_out(a[1], name, sizeof name);
	case PR_GET_PDEATHSIG:
	case PR_GET_CHILD_SUBREAPER:
		TRY(RESULT(prctl((int)a[0], &word)));
		return copy_out(a[1], &word, sizeof word);
	case PR_SET_PDEATHSIG: case PR_GET_DUMPABLE: case PR_SET_DUMPABLE: case PR_GET_KEEPCAPS: case PR_SET_KEEPCAPS:
	case PR_GET_TIMING: case PR_SET_TIMING: case PR_CAPBSET_READ: case PR_CAPBSET_DROP: case PR_GET_SECUREBITS:
	case PR_SET_SECUREBITS: case PR_SET_TIMERSLACK: case PR_GET_TIMERSLACK: case PR_SET_CHILD_SUBREAPER:
	case PR_SET_NO_NEW_PRIVS: case PR_GET_NO_NEW_PRIVS: case PR_CAP_AMBIENT:
		return RESULT(prctl((int)a[0], (unsigned long)a[1], (unsigned long)a[2], (unsigned long)a[3],
			(unsigned long)a[4]));
	default:        /* an argument may be a pointer, or the call would stop the runner's own */
		return -EINVAL;
	}
}
