/* The guest's memory. Addresses are checked against its size; what the runner
 * itself reads or writes goes through guarded_copy, as a page may be missing
 * (PROT_NONE, a file that was cut) or another thread may change it meanwhile. */
#ifndef RUNNER_MEMORY_H
#define RUNNER_MEMORY_H
#include "runner.h"

enum { GUEST_PAGE = 65536 };
extern uint8_t *memory_base;

/* memory.c */
void bind_memory(wasmtime_sharedmemory_t *memory);
/* Makes the memory at least so many pages large: 0 or -ENOMEM. */
int grow_memory(u64 pages);
/* mappings.c: what lies where above the program's own data */
void start_mappings(u64 initial_pages, u64 maximum_pages);
void lock_memory(void);
void unlock_memory(void);
u64 memory_size(void);
/* Host address of a range for the kernel's use, or 0 if outside. */
void *range(u32 address, u64 length);
int guarded_copy(void *to, const void *from, size_t n);
/* 0 or -EFAULT */
int copy_in(void *to, u32 address, size_t n);
int copy_out(u32 address, const void *from, size_t n);
/* Copies a string of less than SIZE bytes: its length, -EFAULT or -ENAMETOOLONG. */
long string_in(char *to, size_t size, u32 address);
/* Free guest pages for something of the host's (shmat): the first one's number, or
 * -ENOMEM. Both are called with the memory locked. */
long claim_pages(u32 pages);
void release_pages(u32 page, u32 pages);

#define TRY(expression) do { long try_ = (expression); if (try_ < 0) return try_; } while (0)
/* NULL stays NULL: for optional arguments that the kernel reads. */
#define RANGE_OR_NULL(pointer, address, length) \
	do { (pointer) = 0; if ((address) && !((pointer) = range(address, length))) return -EFAULT; } while (0)
#endif
