/* Access to the guest's memory: bounds and guarded copies. */
#include "memory.h"

uint8_t *memory_base;
static wasmtime_sharedmemory_t *shared_memory;
/* Only ever grows; a stale small value costs one call into the engine. */
static _Atomic u64 known_size;

u64 memory_size(void)
{
	u64 size = wasmtime_sharedmemory_data_size(shared_memory);
	known_size = size;
	return size;
}

void bind_memory(wasmtime_sharedmemory_t *memory)
{
	shared_memory = memory;
	memory_base = wasmtime_sharedmemory_data(memory);
	memory_size();
}

int grow_memory(u64 pages)
{
	u64 have = memory_size() / GUEST_PAGE, before;
	if (pages <= have) return 0;
	wasmtime_error_t *error = wasmtime_sharedmemory_grow(shared_memory, pages - have, &before);
	if (error) {
		wasmtime_error_delete(error);
		return -ENOMEM;
	}
	memory_size();
	return 0;
}

void *range(u32 address, u64 length)
{
	u64 end = (u64)address + length;
	if (end < length || (end > known_size && end > memory_size())) return 0;
	return memory_base + address;
}

int copy_in(void *to, u32 address, size_t n)
{
	const void *from = range(address, n);
	return !address || !from || guarded_copy(to, from, n) ? -EFAULT : 0;
}

int copy_out(u32 address, const void *from, size_t n)
{
	void *to = range(address, n);
	return !address || !to || guarded_copy(to, from, n) ? -EFAULT : 0;
}

long string_in(char *to, size_t size, u32 address)
{
	u64 end = memory_size();
	size_t done = 0;
	if (!address) return -EFAULT;
	/* in pieces that do not cross a host page: the next may be missing */
	while (done < size) {
		u64 from = (u64)address + done, piece = 4096 - from % 4096;
		if (from >= end) return -EFAULT;
		if (piece > size - done) piece = size - done;
		if (guarded_copy(to + done, memory_base + from, piece)) return -EFAULT;
		const char *zero = memchr(to + done, 0, piece);
		if (zero) return zero - to;
		done += piece;
	}
	return -ENAMETOOLONG;
}
