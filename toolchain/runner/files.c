/* Calls on files: 64-bit offsets that come as two words, vectors, statfs,
 * fcntl, and the names and descriptors that mean something to the runner. */
#include <fcntl.h>
#include <limits.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include "memory.h"
#include "structures.h"

long sys_openat(const u32 *a)
{
	char name[64];
	const char *path = range(a[1], 1);
	if (!a[1] || !path) return -EFAULT;
	/* a longer name cannot be that of the program under /proc */
	if (string_in(name, sizeof name, a[1]) > 0 && means_own_program(name)) path = program.path;
	return SLEEPING(SYS_openat, (i32)a[0], path, (i32)a[2], a[3], 0, 0);
}

long sys_readlinkat(const u32 *a)
{
	char name[64];
	const char *path = range(a[1], 1);
	void *out = range(a[2], a[3]);
	if (!a[1] || !path || !out) return -EFAULT;
	if (string_in(name, sizeof name, a[1]) <= 0 || !means_own_program(name))
		return RESULT(syscall(SYS_readlinkat, (i32)a[0], path, out, (i32)a[3]));
	size_t length = strlen(program.path);
	if ((i32)a[3] <= 0) return -EINVAL;
	if (length > a[3]) length = a[3];
	TRY(copy_out(a[2], program.path, length));
	return (long)length;
}

long sys_close(const u32 *a) { return is_reserved((i32)a[0]) ? -EBADF : RESULT(syscall(SYS_close, (i32)a[0])); }

long sys_dup3(const u32 *a)
{
	if (is_reserved((i32)a[1])) return -EBUSY;
	return RESULT(syscall(SYS_dup3, (i32)a[0], (i32)a[1], (i32)a[2]));
}

long sys_close_range(const u32 *a)
{
	u32 kept = (u32)outside.root;
	if (outside.root < 0 || a[0] > kept || a[1] < kept || a[0] > a[1])
		return RESULT(syscall(SYS_close_range, a[0], a[1], a[2]));
	if (a[0] < kept) TRY(RESULT(syscall(SYS_close_range, a[0], kept - 1, a[2])));
	return a[1] > kept ? RESULT(syscall(SYS_close_range, kept + 1, a[1], a[2])) : 0;
}

long sys__llseek(const u32 *a)
{
	i64 at = RESULT(lseek((i32)a[0], WIDE(a[2], a[1]), (i32)a[4]));
	return at < 0 ? (long)at : copy_out(a[3], &at, 8);
}

/* ---- vectors ------------------------------------------------------------------------- */

long vectors_in(struct iovec *to, u32 address, u32 count)
{
	struct guest_iovec from[64];
	if (count > IOV_MAX) return -EINVAL;
	for (u32 i = 0; i < count; i += 64) {
		u32 n = count - i < 64 ? count - i : 64;
		TRY(copy_in(from, address + i * (u32)sizeof *from, n * sizeof *from));
		for (u32 k = 0; k < n; k++) {
			if ((i32)from[k].length < 0) return -EINVAL;
			void *base = range(from[k].base, from[k].length);
			if (!base) return -EFAULT;
			to[i + k] = (struct iovec){ base, from[k].length };
		}
	}
	return 0;
}

static long vectored(int number, const u32 *a, i64 offset, u32 flags)
{
	struct iovec v[IOV_MAX];
	TRY(vectors_in(v, a[1], a[2]));
	/* the kernel takes the offset in two words also here; the low one holds all of it */
	return SLEEPING(number, (i32)a[0], v, a[2], offset, 0, flags);
}

long sys_readv(const u32 *a) { return vectored(SYS_readv, a, 0, 0); }
long sys_writev(const u32 *a) { return vectored(SYS_writev, a, 0, 0); }
long sys_preadv(const u32 *a) { return vectored(SYS_preadv, a, WIDE(a[3], a[4]), 0); }
long sys_pwritev(const u32 *a) { return vectored(SYS_pwritev, a, WIDE(a[3], a[4]), 0); }
long sys_preadv2(const u32 *a) { return vectored(SYS_preadv2, a, WIDE(a[3], a[4]), a[5]); }
long sys_pwritev2(const u32 *a) { return vectored(SYS_pwritev2, a, WIDE(a[3], a[4]), a[5]); }

long sys_vmsplice(const u32 *a)
{
	struct iovec v[IOV_MAX];
	TRY(vectors_in(v, a[1], a[2]));
	return SLEEPING(SYS_vmsplice, (i32)a[0], v, a[2], a[3], 0, 0);
}

/* ---- offsets --------------------------------------------------------------------------- */

static long at_offset(int number, const u32 *a)
{
	void *buffer = range(a[1], a[2]);
	if (!buffer || (!a[1] && a[2])) return -EFAULT;
	return SLEEPING(number, (i32)a[0], buffer, a[2], WIDE(a[3], a[4]), 0, 0);
}

long sys_pread64(const u32 *a) { return at_offset(SYS_pread64, a); }
long sys_pwrite64(const u32 *a) { return at_offset(SYS_pwrite64, a); }

long sys_truncate64(const u32 *a)
{
	const char *path = range(a[0], 1);
	return !a[0] || !path ? -EFAULT : RESULT(syscall(SYS_truncate, path, WIDE(a[1], a[2])));
}

long sys_ftruncate64(const u32 *a) { return RESULT(syscall(SYS_ftruncate, (i32)a[0], WIDE(a[1], a[2]))); }

long sys_fallocate(const u32 *a)
{
	return SLEEPING(SYS_fallocate, (i32)a[0], (i32)a[1], WIDE(a[2], a[3]), WIDE(a[4], a[5]), 0, 0);
}

/* (fd, offset low, high, length low, high, advice) */
long sys_fadvise64_64(const u32 *a)
{
	return RESULT(syscall(SYS_fadvise64, (i32)a[0], WIDE(a[1], a[2]), WIDE(a[3], a[4]), (i32)a[5]));
}

long sys_readahead(const u32 *a) { return RESULT(syscall(SYS_readahead, (i32)a[0], WIDE(a[1], a[2]), a[3])); }

/* (fd, offset low, high, bytes low, high, flags) */
long sys_sync_file_range(const u32 *a)
{
	return SLEEPING(SYS_sync_file_range, (i32)a[0], WIDE(a[1], a[2]), WIDE(a[3], a[4]), a[5], 0, 0);
}

/* ---- statfs ------------------------------------------------------------------------------ */

static long statfs_out(u32 address, u32 size, const struct statfs *s)
{
	struct guest_statfs out = {
		.type = (i32)s->f_type, .block_size = (i32)s->f_bsize, .blocks = s->f_blocks, .free = s->f_bfree,
		.available = s->f_bavail, .files = s->f_files, .free_files = s->f_ffree,
		.name_length = (i32)s->f_namelen, .fragment_size = (i32)s->f_frsize, .flags = (i32)s->f_flags,
	};
	memcpy(out.id, &s->f_fsid, sizeof out.id);
	return size < sizeof out ? -EINVAL : copy_out(address, &out, sizeof out);
}

long sys_statfs64(const u32 *a)
{
	struct statfs s;
	const char *path = range(a[0], 1);
	if (!a[0] || !path) return -EFAULT;
	TRY(RESULT(syscall(SYS_statfs, path, &s)));
	return statfs_out(a[2], a[1], &s);
}

long sys_fstatfs64(const u32 *a)
{
	struct statfs s;
	TRY(RESULT(syscall(SYS_fstatfs, (i32)a[0], &s)));
	return statfs_out(a[2], a[1], &s);
}

/* ---- fcntl -------------------------------------------------------------------------------- */

long sys_fcntl64(const u32 *a)
{
	/* the numbers of a 32-bit machine: 5 to 7 are locks with 32-bit offsets, 12 to 14 those with 64 */
	enum { GETLK64 = 12, SETLKW64 = 14, SET_RW_HINT_FIRST = 1035, RW_HINT_LAST = 1038 };
	int command = (i32)a[1];
	size_t size;
	if (command >= F_GETLK && command <= F_SETLKW) return -EINVAL;
	if (command >= GETLK64 && command <= SETLKW64) {
		command = command - GETLK64 + F_GETLK;
		size = sizeof(struct guest_flock);      /* laid out like the host's */
	} else if (command >= F_OFD_GETLK && command <= F_OFD_SETLKW) {
		size = sizeof(struct guest_flock);
	} else if (command == F_SETOWN_EX || command == F_GETOWN_EX ||
		(command >= SET_RW_HINT_FIRST && command <= RW_HINT_LAST)) {
		size = 8;
	} else if (command == 17) {             /* F_GETOWNER_UIDS */
		size = 8;
	} else {
		return SLEEPING(SYS_fcntl, (i32)a[0], command, (i32)a[2], 0, 0, 0);
	}
	void *argument = range(a[2], size);
	return !a[2] || !argument ? -EFAULT : SLEEPING(SYS_fcntl, (i32)a[0], command, argument, 0, 0, 0);
}
