/* brk, mmap2, munmap, mremap, mprotect, madvise, mincore: what lies where in
 * the guest's memory above the program's own data. Host mappings are laid over
 * the wasm memory (MAP_FIXED), so that shared and file maps are real ones.
 *
 * The guest's page is 64 KiB, the host's 4 KiB: a file map covers the host
 * pages that the file has and, up to the end of the guest's page, zeroes (a
 * touch there must not be SIGBUS); whole guest pages beyond the file's end are
 * mapped from the file, as a kernel with large pages does. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "memory.h"

enum kind { FREE, PRIVATE, SHARED };
enum { HOST_PAGE = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t *kinds;          /* one enum kind for each guest page */
static u64 maximum_pages;
static u32 brk_start, brk_now, brk_end;
static u32 first_page;          /* of the part that mmap hands out */
static u32 search_from;         /* no free page lies below */
static u64 pages_used;

void lock_memory(void) { pthread_mutex_lock(&lock); }
void unlock_memory(void) { pthread_mutex_unlock(&lock); }

void start_mappings(u64 initial, u64 maximum)
{
	u64 heap = maximum / 16 < 64 ? maximum / 16 : 64;       /* at most 4 MiB: musl's malloc takes little of it */
	maximum_pages = maximum;
	kinds = calloc(maximum + 1, 1);
	if (!kinds) fail(126, "no memory for the page table");
	brk_start = brk_now = (u32)(initial * GUEST_PAGE);
	if (initial + heap > maximum) heap = maximum - initial;
	first_page = search_from = (u32)(initial + heap);
	brk_end = heap ? (u32)((u64)first_page * GUEST_PAGE - 1) : brk_start;
}

static u32 pages_of(u64 length) { return (u32)((length + GUEST_PAGE - 1) / GUEST_PAGE); }

/* wasm has no way to execute data: PROT_EXEC means nothing, and what is writable is readable. */
static int host_protection(u32 protection)
{
	return protection & PROT_WRITE ? PROT_READ | PROT_WRITE : (int)(protection & PROT_READ);
}

static bool within_limit(u64 more_pages)
{
	const struct limit *l = &settings.limits[LIMIT_AS];
	return !l->is_set || (pages_used + more_pages) * GUEST_PAGE + brk_now <= l->soft;
}

static void mark(u32 page, u32 n, enum kind kind)
{
	for (u32 i = page; i < page + n; i++) {
		if (kinds[i] == FREE && kind != FREE && i >= first_page) pages_used++;
		if (kinds[i] != FREE && kind == FREE && i >= first_page) pages_used--;
		kinds[i] = kind;
	}
	if (kind == FREE && page < search_from && page >= first_page) search_from = page;
}

static int zero_pages(u64 address, u64 length)
{
	void *p = mmap(memory_base + address, length, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
	return p == MAP_FAILED ? -errno : 0;
}

static i64 find_pages(u32 n)
{
	u64 run = 0;
	while (search_from < maximum_pages && kinds[search_from]) search_from++;
	for (u64 i = search_from; i < maximum_pages; i++) {
		run = kinds[i] ? 0 : run + 1;
		if (run == n) return (i64)(i - n + 1);
	}
	return -ENOMEM;
}

long claim_pages(u32 n)
{
	i64 page = within_limit(n) ? find_pages(n) : -ENOMEM;
	if (page < 0 || grow_memory((u64)page + n)) return -ENOMEM;
	mark((u32)page, n, SHARED);
	return (long)page;
}

void release_pages(u32 page, u32 n)
{
	zero_pages((u64)page * GUEST_PAGE, (u64)n * GUEST_PAGE);
	mark(page, n, FREE);
}

static long map_file(u32 address, u64 length, u32 protection, bool shared, int fd, u64 offset)
{
	struct stat st;
	if (fstat(fd, &st)) return -errno;
	int share = shared ? MAP_SHARED : MAP_PRIVATE, access = host_protection(protection);
	u64 has = length;
	if (S_ISREG(st.st_mode)) {
		u64 size = (u64)st.st_size;
		has = size > offset ? (size - offset + HOST_PAGE - 1) / HOST_PAGE * HOST_PAGE : 0;
		if (has > length) has = length;
	}
	u64 tail = (has + GUEST_PAGE - 1) / GUEST_PAGE * GUEST_PAGE;    /* zeroes from has to here */
	if (has && mmap(memory_base + address, has, access, share | MAP_FIXED, fd, (off_t)offset) == MAP_FAILED)
		return -errno;
	if (tail < length && mmap(memory_base + address + tail, length - tail, access, share | MAP_FIXED, fd,
		(off_t)(offset + tail)) == MAP_FAILED) return -errno;
	return 0;
}

static long map_locked(u32 address, u32 length, u32 protection, u32 flags, int fd, u64 offset)
{
	u32 n = pages_of(length);
	bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE), shared = (flags & MAP_TYPE) != MAP_PRIVATE;
	if (fixed && (address % GUEST_PAGE || (u64)address + length > maximum_pages * GUEST_PAGE)) return -EINVAL;
	if (fixed && (flags & MAP_FIXED_NOREPLACE))
		for (u32 i = 0; i < n; i++) if (kinds[address / GUEST_PAGE + i]) return -EEXIST;
	if (!fixed) {
		if (!within_limit(n)) return -ENOMEM;
		i64 page = find_pages(n);
		if (page < 0) return -ENOMEM;
		address = (u32)page * GUEST_PAGE;
	}
	u32 page = address / GUEST_PAGE;
	if (grow_memory((u64)page + n)) return -ENOMEM;
	u64 whole = (u64)n * GUEST_PAGE;
	/* unmapped pages are already zero and writable; others are not */
	if (fixed) TRY(zero_pages(address, whole));
	if (!(flags & MAP_ANONYMOUS)) {
		long r = map_file(address, length, protection, shared, fd, offset);
		if (r < 0) {
			release_pages(page, n);
			return r;
		}
	} else if (shared) {
		if (mmap(memory_base + address, whole, host_protection(protection),
			MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED) return -errno;
	} else if (host_protection(protection) != (PROT_READ | PROT_WRITE)) {
		if (mprotect(memory_base + address, whole, host_protection(protection))) return -errno;
	}
	mark(page, n, shared || !(flags & MAP_ANONYMOUS) ? SHARED : PRIVATE);
	return (i32)address;
}

/* An address above 2 GiB is a negative number, but none that means an error. */
static bool is_error(long r) { return r < 0 && r >= -4095; }

long sys_mmap2(const u32 *a)
{
	if (!a[1] || !(a[3] & MAP_TYPE)) return -EINVAL;
	lock_memory();
	long r = map_locked(a[0], a[1], a[2], a[3], (i32)a[4], (u64)a[5] * 4096);
	unlock_memory();
	return r;
}

static long unmap_locked(u32 address, u32 length)
{
	u64 size = memory_size();
	if (address % GUEST_PAGE || !length || (u64)address + length > 1ull << 32) return -EINVAL;
	u64 end = (u64)address + (u64)pages_of(length) * GUEST_PAGE;
	if (end > size) end = size;
	if (address < brk_start) return -EINVAL;        /* the program's own data and stack */
	if (address >= end) return 0;
	TRY(zero_pages(address, end - address));
	mark(address / GUEST_PAGE, (u32)((end - address) / GUEST_PAGE), FREE);
	return 0;
}

long sys_munmap(const u32 *a)
{
	lock_memory();
	long r = unmap_locked(a[0], a[1]);
	unlock_memory();
	return r;
}

long sys_brk(const u32 *a)
{
	static const char zeroes[GUEST_PAGE];
	u32 want = a[0];
	lock_memory();
	if (want >= brk_start && want <= brk_end && want > brk_now) {
		if (within_limit((want - brk_now) / GUEST_PAGE) && !grow_memory(pages_of(want))) brk_now = want;
	} else if (want >= brk_start && want < brk_now) {
		u32 whole = pages_of(want) * GUEST_PAGE, rest = whole - want;
		if (rest > brk_now - want) rest = brk_now - want;
		if (rest) guarded_copy(memory_base + want, zeroes, rest);
		if (whole < brk_now) zero_pages(whole, (u64)pages_of(brk_now) * GUEST_PAGE - whole);
		brk_now = want;
	}
	long r = (i32)brk_now;
	unlock_memory();
	return r;
}

/* Moves N pages to free ones; the host moves page tables, nothing is copied. */
static long move_pages(u32 from, u32 n, u32 wanted)
{
	bool shared = kinds[from] == SHARED;
	i64 to = within_limit(wanted) ? find_pages(wanted) : -ENOMEM;
	if (to < 0 || grow_memory((u64)to + wanted)) return -ENOMEM;
	u64 length = (u64)n * GUEST_PAGE, longer = shared ? (u64)wanted * GUEST_PAGE : length;
	uint8_t *source = memory_base + (u64)from * GUEST_PAGE, *target = memory_base + (u64)to * GUEST_PAGE;
	if (mremap(source, length, longer, MREMAP_MAYMOVE | MREMAP_FIXED, target) == MAP_FAILED) {
		/* several host mappings in one range: copy, if that means the same */
		if (shared) return -ENOMEM;
		zero_pages((u64)to * GUEST_PAGE, (u64)wanted * GUEST_PAGE);
		if (guarded_copy(target, source, length)) return -EFAULT;
	}
	mark((u32)to, wanted, shared ? SHARED : PRIVATE);
	release_pages(from, n);
	return (i32)((u32)to * GUEST_PAGE);
}

static long remap_locked(u32 old, u32 old_length, u32 new_length, u32 flags)
{
	u32 n = pages_of(old_length), wanted = pages_of(new_length), page = old / GUEST_PAGE;
	if (old % GUEST_PAGE || !wanted || (flags & ~MREMAP_MAYMOVE)) return -EINVAL;
	if (page < first_page || !n || !range(old, (u64)n * GUEST_PAGE) || kinds[page] == FREE) return -EFAULT;
	if (wanted == n) return (i32)old;
	if (wanted < n) {
		release_pages(page + wanted, n - wanted);
		return (i32)old;
	}
	u64 end = page + n;
	while (end < page + (u64)wanted && end < maximum_pages && kinds[end] == FREE) end++;
	if (kinds[page] == PRIVATE && end == page + (u64)wanted && within_limit(wanted - n) && !grow_memory(end)) {
		mark(page + n, wanted - n, PRIVATE);
		return (i32)old;
	}
	return flags & MREMAP_MAYMOVE ? move_pages(page, n, wanted) : -ENOMEM;
}

long sys_mremap(const u32 *a)
{
	lock_memory();
	long r = remap_locked(a[0], a[1], a[2], a[3]);
	unlock_memory();
	return is_error(r) ? r : (i32)r;
}

long sys_mprotect(const u32 *a)
{
	if (a[0] % GUEST_PAGE || (a[2] & ~(u32)(PROT_READ | PROT_WRITE | PROT_EXEC))) return -EINVAL;
	if (!a[1]) return 0;
	u64 length = (u64)pages_of(a[1]) * GUEST_PAGE;
	if (!range(a[0], length)) return -ENOMEM;
	return RESULT(mprotect(memory_base + a[0], length, host_protection(a[2])));
}

long sys_madvise(const u32 *a)
{
	if (a[0] % GUEST_PAGE) return -EINVAL;
	if (!range(a[0], a[1])) return -ENOMEM;
	if (a[2] >= 100) return -EINVAL;        /* poisons pages */
	return a[1] ? RESULT(madvise(memory_base + a[0], a[1], (int)a[2])) : 0;
}

long sys_mincore(const u32 *a)
{
	unsigned char host[GUEST_PAGE / HOST_PAGE], here;
	if (a[0] % GUEST_PAGE) return -EINVAL;
	for (u32 i = 0; i < pages_of(a[1]); i++) {
		u64 page = (u64)a[0] + (u64)i * GUEST_PAGE;
		if (page + GUEST_PAGE > memory_size()) return -ENOMEM;
		if (mincore(memory_base + page, GUEST_PAGE, host)) return -errno;
		here = 0;
		for (size_t k = 0; k < sizeof host; k++) here |= host[k] & 1;
		TRY(copy_out(a[2] + i, &here, 1));
	}
	return 0;
}

/* These would lock the gigabytes that the engine only reserves. */
long sys_mlockall(const u32 *a) { return a[0] && !(a[0] & ~7u) ? 0 : -EINVAL; }
long sys_munlockall(const u32 *a) { (void)a; return 0; }
long sys_mlock2(const u32 *a) { return a[2] & ~1u ? -EINVAL : range(a[0], a[1]) ? 0 : -ENOMEM; }
