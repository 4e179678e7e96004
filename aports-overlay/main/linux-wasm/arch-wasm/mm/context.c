// SPDX-License-Identifier: GPL-2.0-only
/* The map of a process's memory through exec, fork and exit; see map.h. */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <asm/mmu_context.h>
#include <asm/wasm.h>
#include <asm/wasm_imports.h>

#include "map.h"

/* The range that page `page` belongs to. */
void wasm_range_at(mm_context_t *context, unsigned long page, unsigned long *first,
		   unsigned long *last)
{
	MA_STATE(mas, &context->mt, page, page);

	rcu_read_lock();
	mas_walk(&mas);
	rcu_read_unlock();
	*first = mas.index;
	*last = mas.last;
}

bool wasm_range_free(mm_context_t *context, unsigned long first, unsigned long n)
{
	unsigned long page = first;

	return !mt_find(&context->mt, &page, first + n - 1);
}

static int account(struct mm_struct *mm, long pages)
{
	mm_context_t *context = &mm->context;

	if (pages > 0 && ((u64)(context->npages + pages) << UPAGE_SHIFT) > rlimit(RLIMIT_AS))
		return -ENOMEM;
	context->npages += pages;
	mm->total_vm = context->npages << (UPAGE_SHIFT - PAGE_SHIFT);
	return 0;
}

/* Growing costs a call to every worker that has the memory: take some more than is asked for. */
static bool back(mm_context_t *context, unsigned long end)
{
	unsigned long have = wasm_usize(), want;

	if (end <= have)
		return true;
	want = min(context->max, end + min(end / 8, 64UL));
	return wasm_ugrow(want - have) >= 0 || wasm_ugrow(end - have) >= 0;
}

/* Pages first.. become backed, read as zero and belong to `entry`. */
int wasm_range_take(struct mm_struct *mm, unsigned long first, unsigned long n, void *entry)
{
	mm_context_t *context = &mm->context;
	unsigned long end = first + n;
	int error;

	if (end > context->max || end < first)
		return -ENOMEM;
	error = account(mm, n);
	if (error)
		return error;
	if (!back(context, end) ||
	    mtree_store_range(&context->mt, first, end - 1, entry, GFP_KERNEL)) {
		account(mm, -n);
		return -ENOMEM;
	}
	if (first < context->top)
		wasm_uzero(first << UPAGE_SHIFT, (min(end, context->top) - first) << UPAGE_SHIFT);
	context->top = max(context->top, end);
	return 0;
}

/* Writes back and forgets what is mapped in a range. Its pages stay in the memory, free. */
int wasm_range_drop(struct mm_struct *mm, unsigned long first, unsigned long n)
{
	mm_context_t *context = &mm->context;
	unsigned long page = first, end = first + n, used = 0;
	void *entry;
	int error;

	mt_for_each(&context->mt, entry, page, end - 1) {
		unsigned long from, last;
		bool left, right;

		wasm_range_at(context, page - 1, &from, &last);
		left = from < first;
		right = last >= end;
		used += min(last + 1, end) - max(from, first);
		if (xa_is_value(entry))
			continue;
		wasm_filemap_write(entry, max(from, first), min(last + 1, end));
		if (left && right)	/* two pieces now */
			refcount_inc(&((struct wasm_filemap *)entry)->refs);
		else if (!left && !right)
			wasm_filemap_put(entry);
	}
	error = mtree_store_range(&context->mt, first, end - 1, NULL, GFP_KERNEL);
	if (!error)
		account(mm, -(long)used);
	return error;
}

/*
 * For exec, mm_alloc() has zeroed the context and wasm_mm_exec() fills it. For fork, `mm` is a
 * bytewise copy of current->mm, so the tree must be made anew before anything follows its pointers.
 */
int init_new_context(struct task_struct *task, struct mm_struct *mm)
{
	mm_context_t *context = &mm->context, *old;
	unsigned long page = 0;
	void *entry;
	int error = 0;

	mt_init_flags(&context->mt, MT_FLAGS_ALLOC_RANGE);
	context->args = NULL;
	if (!context->max)
		return 0;
	old = &current->mm->context;
	mmap_read_lock(current->mm);
	mt_for_each(&old->mt, entry, page, ULONG_MAX) {
		unsigned long first, last;

		wasm_range_at(old, page - 1, &first, &last);
		error = mtree_store_range(&context->mt, first, last, entry, GFP_KERNEL);
		if (error)
			break;
		if (!xa_is_value(entry))
			refcount_inc(&((struct wasm_filemap *)entry)->refs);
	}
	if (old->args)	/* without memory for it, /proc shows no command line */
		context->args = kmemdup(old->args, old->args_len, GFP_KERNEL);
	mmap_read_unlock(current->mm);
	if (error)
		destroy_context(mm);
	return error;
}

void destroy_context(struct mm_struct *mm)
{
	unsigned long page = 0;
	void *entry;

	mt_for_each(&mm->context.mt, entry, page, ULONG_MAX)
		if (!xa_is_value(entry))
			wasm_filemap_put(entry);
	mtree_destroy(&mm->context.mt);
	kfree(mm->context.args);
}

/* exec: a fresh memory of `initial` pages, of `max` at most. */
int wasm_mm_exec(struct mm_struct *mm, unsigned long initial, unsigned long max)
{
	mm_context_t *context = &mm->context;

	context->max = max;
	context->top = context->npages = initial;
	mm->start_brk = mm->brk = initial << UPAGE_SHIFT;
	mm->total_vm = context->npages << (UPAGE_SHIFT - PAGE_SHIFT);
	if (!initial)
		return 0;
	return mtree_store_range(&context->mt, 0, initial - 1, MAP_IMAGE, GFP_KERNEL);
}

/* fork: the host copies what is in use. */
int wasm_mm_copy(struct mm_struct *mm)
{
	unsigned long page = 0;
	void *entry;

	mt_for_each(&mm->context.mt, entry, page, ULONG_MAX) {
		unsigned long first, last;
		int error;

		wasm_range_at(&mm->context, page - 1, &first, &last);
		error = wasm_user_copy(first << UPAGE_SHIFT, (last + 1) << UPAGE_SHIFT);
		if (error)
			return error;
	}
	return 0;
}
