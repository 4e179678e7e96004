/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The map of a process's linear memory: a maple tree in units of 64 KiB pages.
 *
 * A linear memory only grows. Pages given back are kept for later requests and
 * are zeroed when they are handed out again; pages at and above context.top
 * have never been handed out and are zero. Nothing is protected.
 */
#ifndef _ARCH_WASM_MM_MAP_H
#define _ARCH_WASM_MM_MAP_H

#include <linux/mm_types.h>
#include <linux/refcount.h>
#include <linux/xarray.h>

#define UPAGE_SHIFT	16
#define UPAGE_SIZE	(1UL << UPAGE_SHIFT)
#define UPAGES(bytes)	(((bytes) >> UPAGE_SHIFT) + !!((bytes) & (UPAGE_SIZE - 1)))

/* Entries of the tree: one of these, or a struct wasm_filemap. */
#define MAP_IMAGE	xa_mk_value(1)
#define MAP_HEAP	xa_mk_value(2)
#define MAP_ANON	xa_mk_value(3)

/* A shared, writable map of a file. It is written back at msync, munmap, exec and exit. */
struct wasm_filemap {
	refcount_t refs;	/* pieces of trees that name it */
	struct file *file;
	loff_t offset;		/* in the file, of page `first` */
	unsigned long first;
};

struct wasm_filemap *wasm_filemap_new(struct file *file, loff_t offset);
void wasm_filemap_put(struct wasm_filemap *map);
int wasm_filemap_write(struct wasm_filemap *map, unsigned long first, unsigned long end);
int wasm_filemap_sync(struct mm_struct *mm, unsigned long first, unsigned long end);

bool wasm_range_free(mm_context_t *context, unsigned long first, unsigned long n);
int wasm_range_take(struct mm_struct *mm, unsigned long first, unsigned long n, void *entry);
int wasm_range_drop(struct mm_struct *mm, unsigned long first, unsigned long n);
void wasm_range_at(mm_context_t *context, unsigned long page, unsigned long *first,
		   unsigned long *last);

#endif /* _ARCH_WASM_MM_MAP_H */
