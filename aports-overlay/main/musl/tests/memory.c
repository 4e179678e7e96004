/* Memory: the allocator and mappings. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define SLOTS 500

static uint32_t random_state = 12345;

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static bool is_filled(const unsigned char *block, unsigned char with, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (block[i] != with)
			return false;
	return true;
}

/* Blocks of all sizes come, grow and go; each keeps what was written to it. */
static bool random_blocks(void)
{
	unsigned char *blocks[SLOTS] = { 0 };
	size_t sizes[SLOTS] = { 0 };
	bool good = true;

	for (int round = 0; round < 30000 && good; round++) {
		unsigned slot = next_random() % SLOTS, kind = next_random() % 4;
		size_t size = 1 + next_random() % (kind == 3 ? 300000 : kind == 2 ? 5000 : 200), kept;
		unsigned char mark = (unsigned char)slot;

		good = is_filled(blocks[slot], mark, sizes[slot] > 64 ? 64 : sizes[slot]);
		if (blocks[slot] && round % 3 == 0) {
			kept = size < sizes[slot] ? size : sizes[slot];
			blocks[slot] = realloc(blocks[slot], size);
			good = good && blocks[slot] && is_filled(blocks[slot], mark, kept);
		} else {
			free(blocks[slot]);
			blocks[slot] = malloc(size);
			good = good && blocks[slot] && (uintptr_t)blocks[slot] % _Alignof(max_align_t) == 0;
		}
		if (good)
			memset(blocks[slot], mark, size);
		sizes[slot] = size;
	}
	for (int i = 0; i < SLOTS; i++)
		free(blocks[i]);
	return good;
}

/* By pointers, as compilers know what malloc does: errno was not read again. */
static void *(*volatile get)(size_t) = malloc;
static void *(*volatile get_zeroed)(size_t, size_t) = calloc;
static void *(*volatile get_array)(void *, size_t, size_t) = reallocarray;

static void allocator(void)
{
	unsigned char *block;
	void *aligned = NULL;
	bool good = true;

	CHECK("memory: 30,000 random blocks", random_blocks());
	block = calloc(1000, 1000);
	CHECK("memory: calloc is zero", block && is_filled(block, 0, 1000000));
	memset(block, 1, 1000000);
	free(block);
	block = calloc(1000, 1000);
	CHECK("memory: calloc is zero again", block && is_filled(block, 0, 1000000));
	free(block);
	block = malloc(100 << 20);
	CHECK("memory: 100 MiB", block && memset(block, 1, 100 << 20) && block[(100 << 20) - 1] == 1);
	block = realloc(block, 200 << 20);
	CHECK("memory: grown to 200 MiB", block && block[0] == 1 && block[(100 << 20) - 1] == 1);
	free(block);
	for (int i = 0; i < 50; i++) {
		block = malloc(50 << 20);
		good = good && block;
		if (block)
			block[i << 20] = 1;
		free(block);
	}
	CHECK("memory: 50 times 50 MiB, one after the other", good);
	CHECK("memory: more than half of the address space fails", !get(SIZE_MAX / 2 + 1) && errno == ENOMEM);
	CHECK("memory: calloc's product overflows", !get_zeroed(SIZE_MAX / 2, 4) && errno == ENOMEM);
	for (size_t alignment = 16; alignment <= 65536; alignment *= 2) {
		block = aligned_alloc(alignment, alignment * 2);
		good = good && block && (uintptr_t)block % alignment == 0 && memset(block, 1, alignment * 2);
		free(block);
	}
	CHECK("memory: aligned_alloc", good);
	CHECK("memory: posix_memalign", !posix_memalign(&aligned, 4096, 100) && (uintptr_t)aligned % 4096 == 0 &&
		posix_memalign(&aligned, 3, 100) == EINVAL);
	free(aligned);
	block = malloc(100);
	CHECK("memory: malloc_usable_size", malloc_usable_size(block) >= 100);
	free(block);
	block = malloc(0);
	CHECK("memory: malloc(0) is a block", block);
	free(block);
	CHECK("memory: reallocarray's product overflows", !get_array(NULL, SIZE_MAX / 2, 4) && errno == ENOMEM);
}

static void *churn(void *argument)
{
	void **blocks = argument;

	for (int i = 0; i < 20000; i++) {
		free(blocks[i % 100]);
		blocks[i % 100] = malloc((size_t)i % 1000 + 1);
		if (!blocks[i % 100])
			return NULL;
	}
	return argument;
}

static void threads(void)
{
	static void *blocks[4][100];
	pthread_t threads[4];
	void *result;
	int good = 0;

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, churn, blocks[i]);
	for (int i = 0; i < 4; i++)
		good += !pthread_join(threads[i], &result) && result == blocks[i];
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 100; j++)
			free(blocks[i][j]);
	CHECK("memory: four threads allocate, a fifth frees", good == 4);
}

static void mappings(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int file = open("mapped", O_RDWR | O_CREAT, 0600);
	unsigned char *map, *second;
	char text[8] = "";

	CHECK("memory: page size", page >= 4096 && (page & (page - 1)) == 0 && (size_t)getpagesize() == page);
	map = mmap(NULL, 200000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK("memory: an anonymous mapping is zero", map != MAP_FAILED && (uintptr_t)map % page == 0 && is_filled(map, 0, 200000));
	memset(map, 7, 200000);
	map = mremap(map, 200000, 2000000, MREMAP_MAYMOVE);
	CHECK("memory: mremap", map != MAP_FAILED && map[199999] == 7 && map[1999999] == 0);
	CHECK("memory: munmap", !munmap(map, 2000000));
	map = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(map, 9, 4 * page);
	second = mmap(map + page, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	CHECK("memory: MAP_FIXED replaces", second == map + page && map[0] == 9 && is_filled(second, 0, page) && map[2 * page] == 9);
	CHECK("memory: a hole", !munmap(map + 2 * page, page) && map[3 * page] == 9 && !munmap(map, 2 * page) && !munmap(map + 3 * page, page));

	if (ftruncate(file, (off_t)page + 100) || pwrite(file, "text", 4, 0) != 4 || pwrite(file, "tail", 4, (off_t)page) != 4)
		return;
	map = mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE, file, 0);
	CHECK("memory: a private mapping of a file", map != MAP_FAILED && !memcmp(map, "text", 4) && !memcmp(map + page, "tail", 4) && map[page + 200] == 0);
	munmap(map, 2 * page);
	map = mmap(NULL, page, PROT_READ, MAP_PRIVATE, file, (off_t)page);
	CHECK("memory: with an offset", map != MAP_FAILED && !memcmp(map, "tail", 4));
	munmap(map, page);
	map = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	memcpy(map, "more", 4);
	CHECK("memory: a shared mapping writes the file", !msync(map, page, MS_SYNC) && pread(file, text, 4, 0) == 4 && !strcmp(text, "more"));
	munmap(map, page);
	CHECK("memory: a mapping of nothing", mmap(NULL, 0, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED && errno == EINVAL);
	CHECK("memory: madvise and mprotect are accepted", (map = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) &&
		!madvise(map, page, MADV_NORMAL) && !mprotect(map, page, PROT_READ) && !mprotect(map, page, PROT_READ | PROT_WRITE) && (map[0] = 1));
	munmap(map, page);
	close(file);
}

int main(void)
{
	allocator();
	threads();
	mappings();
	return check_status();
}
