// SPDX-License-Identifier: GPL-2.0-only
/*
 * brk, mmap2, munmap, mremap, madvise and msync over the process's own linear memory. mm/nommu.c's
 * versions hand out kernel addresses, so none of them is in the table. PROT_* is accepted and ignored.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include <asm/ptrace.h>
#include <asm/wasm.h>

#include "map.h"

/* Pages that mmap leaves free above the start of the heap, while it can. */
#define BRK_WINDOW	16UL

static bool misaligned(unsigned long address)
{
	return address & (UPAGE_SIZE - 1);
}

static long find_gap(mm_context_t *context, unsigned long n)
{
	unsigned long lowest[2] = {
		UPAGES(current->mm->start_brk) + BRK_WINDOW, UPAGES(current->mm->brk),
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(lowest); i++) {
		MA_STATE(mas, &context->mt, 0, 0);
		int error;

		if (lowest[i] + n > context->max)
			continue;
		mas_lock(&mas);
		error = mas_empty_area(&mas, lowest[i], context->max - 1, n);
		mas_unlock(&mas);
		if (!error)
			return mas.index;
	}
	return -ENOMEM;
}

long wasm_sys_brk(const struct pt_regs *regs)
{
	struct mm_struct *mm = current->mm;
	unsigned long to = regs->args[0], old, new;
	long result;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	result = mm->brk;
	if (to < mm->start_brk || to - mm->start_brk > rlimit(RLIMIT_DATA))
		goto out;
	old = UPAGES(mm->brk);
	new = UPAGES(to);
	if (new > old && (!wasm_range_free(&mm->context, old, new - old) ||
			  wasm_range_take(mm, old, new - old, MAP_HEAP)))
		goto out;
	if (new < old)
		wasm_range_drop(mm, new, old - new);
	result = mm->brk = to;
out:
	mmap_write_unlock(mm);
	return result;
}

static bool is_dev_zero(struct file *file)
{
	struct inode *inode = file_inode(file);

	return S_ISCHR(inode->i_mode) && inode->i_rdev == MKDEV(1, 5);
}

/* The pages where a map goes: where the caller wants it, or a gap. */
static long place(struct mm_struct *mm, unsigned long address, unsigned long n, unsigned long flags)
{
	unsigned long first = address >> UPAGE_SHIFT;
	int error;

	if (!(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)))
		return find_gap(&mm->context, n);
	if (misaligned(address) || first < mm->start_brk >> UPAGE_SHIFT)
		return -EINVAL;
	if (first + n > mm->context.max)
		return -ENOMEM;
	if (!wasm_range_free(&mm->context, first, n)) {
		if (flags & MAP_FIXED_NOREPLACE)
			return -EEXIST;
		error = wasm_range_drop(mm, first, n);
		if (error)
			return error;
	}
	return first;
}

static int read_in(struct file *file, unsigned long at, unsigned long left, loff_t pos)
{
	while (left) {
		ssize_t n = vfs_read(file, (char __user *)at, left, &pos);

		if (n <= 0)
			return n;
		at += n;
		left -= n;
	}
	return 0;
}

static long map_pages(struct mm_struct *mm, const struct pt_regs *regs, struct file *file,
		      struct wasm_filemap *shared)
{
	unsigned long length = regs->args[1], n = UPAGES(length);
	long first = place(mm, regs->args[0], n, regs->args[3]);
	int error;

	if (first < 0)
		goto put;
	if (shared)
		shared->first = first;
	error = wasm_range_take(mm, first, n, shared ? (void *)shared : MAP_ANON);
	if (error) {
		first = error;
		goto put;
	}
	error = file ? read_in(file, first << UPAGE_SHIFT, length, (loff_t)regs->args[5] << 12) : 0;
	if (error) {
		wasm_range_drop(mm, first, n);
		return error;
	}
	return first << UPAGE_SHIFT;
put:
	if (shared)
		wasm_filemap_put(shared);
	return first;
}

long wasm_sys_mmap2(const struct pt_regs *regs)
{
	unsigned long length = regs->args[1], protection = regs->args[2], flags = regs->args[3];
	unsigned long n = UPAGES(length), type = flags & MAP_TYPE;
	struct mm_struct *mm = current->mm;
	struct wasm_filemap *shared = NULL;
	struct file *file = NULL;
	long result;

	if (!length || (type != MAP_PRIVATE && type != MAP_SHARED && type != MAP_SHARED_VALIDATE))
		return -EINVAL;
	if (!n || n > mm->context.max)
		return -ENOMEM;
	if (!(flags & MAP_ANONYMOUS)) {
		file = fget(regs->args[4]);
		if (!file)
			return -EBADF;
		result = -EACCES;
		if (!(file->f_mode & FMODE_READ))
			goto out;
		if (is_dev_zero(file)) {
			fput(file);
			file = NULL;
		} else if (!S_ISREG(file_inode(file)->i_mode)) {
			result = -ENODEV;
			goto out;
		} else if (type != MAP_PRIVATE && (protection & PROT_WRITE)) {
			if (!(file->f_mode & FMODE_WRITE))
				goto out;
			shared = wasm_filemap_new(file, (loff_t)regs->args[5] << 12);
			result = -ENOMEM;
			if (!shared)
				goto out;
		}
	}
	if (mmap_write_lock_killable(mm)) {
		if (shared)
			wasm_filemap_put(shared);
		result = -EINTR;
		goto out;
	}
	result = map_pages(mm, regs, file, shared);
	mmap_write_unlock(mm);
out:
	if (file)
		fput(file);
	return result;
}

long wasm_sys_munmap(const struct pt_regs *regs)
{
	unsigned long address = regs->args[0], n = UPAGES(regs->args[1]);
	struct mm_struct *mm = current->mm;
	long result;

	if (misaligned(address) || !n || address < mm->start_brk ||
	    (address >> UPAGE_SHIFT) + n > 1UL << (32 - UPAGE_SHIFT))
		return -EINVAL;
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	result = wasm_range_drop(mm, address >> UPAGE_SHIFT, n);
	mmap_write_unlock(mm);
	return result;
}

/* Moves anonymous pages to a gap that holds `to` pages. */
static long move(struct mm_struct *mm, unsigned long first, unsigned long from, unsigned long to)
{
	long gap = find_gap(&mm->context, to);
	int error;

	if (gap < 0)
		return gap;
	error = wasm_range_take(mm, gap, to, MAP_ANON);
	if (error)
		return error;
	wasm_umove(gap << UPAGE_SHIFT, first << UPAGE_SHIFT, from << UPAGE_SHIFT);
	wasm_range_drop(mm, first, from);
	return gap << UPAGE_SHIFT;
}

long wasm_sys_mremap(const struct pt_regs *regs)
{
	unsigned long address = regs->args[0], flags = regs->args[3];
	unsigned long old = UPAGES(regs->args[1]), new = UPAGES(regs->args[2]);
	unsigned long first = address >> UPAGE_SHIFT;
	struct mm_struct *mm = current->mm;
	void *entry;
	long result;

	if (misaligned(address) || !old || !new || (flags & ~MREMAP_MAYMOVE))
		return -EINVAL;
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	entry = mtree_load(&mm->context.mt, first);
	if (!entry || entry == MAP_IMAGE) {
		result = -EFAULT;
	} else if (new < old) {
		result = wasm_range_drop(mm, first + new, old - new) ?: (long)address;
	} else if (new == old) {
		result = address;
	} else if (wasm_range_free(&mm->context, first + old, new - old) &&
		   !wasm_range_take(mm, first + old, new - old, entry)) {
		if (!xa_is_value(entry))
			refcount_inc(&((struct wasm_filemap *)entry)->refs);
		result = address;
	} else if ((flags & MREMAP_MAYMOVE) && xa_is_value(entry)) {
		result = move(mm, first, old, new);
	} else {
		result = -ENOMEM;
	}
	mmap_write_unlock(mm);
	return result;
}

/* MADV_DONTNEED must read as zero afterwards; all other advice changes nothing here. */
long wasm_sys_madvise(const struct pt_regs *regs)
{
	unsigned long address = regs->args[0], page = address >> UPAGE_SHIFT;
	unsigned long first = page, end = page + UPAGES(regs->args[1]);
	struct mm_struct *mm = current->mm;
	void *entry;

	if (misaligned(address))
		return -EINVAL;
	if (regs->args[2] != MADV_DONTNEED || first == end)
		return 0;
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	mt_for_each(&mm->context.mt, entry, page, end - 1) {
		unsigned long from, last;

		if (entry != MAP_ANON)
			continue;
		wasm_range_at(&mm->context, page - 1, &from, &last);
		from = max(from, first);
		wasm_uzero(from << UPAGE_SHIFT, (min(last + 1, end) - from) << UPAGE_SHIFT);
	}
	mmap_read_unlock(mm);
	return 0;
}

long wasm_sys_msync(const struct pt_regs *regs)
{
	unsigned long address = regs->args[0], first = address >> UPAGE_SHIFT;
	unsigned long n = UPAGES(regs->args[1]);
	long result;

	if (misaligned(address) || !n)
		return -EINVAL;
	if (mmap_write_lock_killable(current->mm))
		return -EINTR;
	result = wasm_filemap_sync(current->mm, first, first + n);
	mmap_write_unlock(current->mm);
	return result;
}
