// SPDX-License-Identifier: GPL-2.0-only
/* Shared maps of files: read in when mapped, written back by the calls below; the last writer wins. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <asm/wasm.h>

#include "map.h"

struct wasm_filemap *wasm_filemap_new(struct file *file, loff_t offset)
{
	struct wasm_filemap *map = kmalloc(sizeof(*map), GFP_KERNEL);

	if (map)
		*map = (struct wasm_filemap){
			.refs = REFCOUNT_INIT(1), .file = get_file(file), .offset = offset,
		};
	return map;
}

void wasm_filemap_put(struct wasm_filemap *map)
{
	if (refcount_dec_and_test(&map->refs)) {
		fput(map->file);
		kfree(map);
	}
}

/* Writes pages first..end of the process's memory to the file, as far as the file reaches. */
int wasm_filemap_write(struct wasm_filemap *map, unsigned long first, unsigned long end)
{
	loff_t pos = map->offset + ((loff_t)(first - map->first) << UPAGE_SHIFT);
	loff_t size = i_size_read(file_inode(map->file));
	unsigned long at = first << UPAGE_SHIFT, left = (end - first) << UPAGE_SHIFT;

	while (left && pos < size) {
		ssize_t n = vfs_write(map->file, (const char __user *)at,
				      min_t(loff_t, left, size - pos), &pos);

		if (n <= 0)
			return n ?: -EIO;
		at += n;
		left -= n;
	}
	return 0;
}

/* Writes back what is mapped of files between two pages; the first error counts. */
int wasm_filemap_sync(struct mm_struct *mm, unsigned long first, unsigned long end)
{
	unsigned long page = first;
	void *entry;
	int result = 0;

	mt_for_each(&mm->context.mt, entry, page, end - 1) {
		unsigned long from, last;
		int error;

		if (xa_is_value(entry))
			continue;
		wasm_range_at(&mm->context, page - 1, &from, &last);
		error = wasm_filemap_write(entry, max(from, first), min(last + 1, end));
		result = result ?: error;
	}
	return result;
}

/* Before the memory goes away: at exec and exit_group. */
void wasm_mm_sync(void)
{
	if (current->mm && current->mm->context.max)
		wasm_filemap_sync(current->mm, 0, current->mm->context.max);
}
