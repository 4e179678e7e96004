/*
 * String functions and qsort against plain references: random contents, all
 * alignments, and buffers that end where a page ends (natively before a page
 * without rights; for wasm also at the very end of the memory).
 */
#define _GNU_SOURCE
#include "check.h"
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROUNDS 60000
#define LONGEST 150
#define ROOM 512

static uint32_t random_state = 2463534242;

static uint32_t next_random(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % below;
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

/* Two areas of ROOM bytes, each followed by the end of a page. */
static unsigned char *left_end, *right_end;

static unsigned char *area_before_nothing(size_t page)
{
	unsigned char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || mprotect(map + page, page, PROT_NONE))
		exit(2);
	return map + page;
}

static void make_areas(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	left_end = area_before_nothing(page);
	right_end = area_before_nothing(page);
#ifdef __wasm__
	/* the last page that the memory has, and loads beyond it trap */
	for (int i = 0; i < 20000; i++) {
		unsigned char *map = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (map == MAP_FAILED)
			break;
		if ((uintptr_t)map + page == __builtin_wasm_memory_size(0) * 65536) {
			right_end = map + page;
			break;
		}
	}
	CHECK("strings: (the memory's end was found)", (uintptr_t)right_end == __builtin_wasm_memory_size(0) * 65536);
#endif
}

static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile move)(void *, const void *, size_t) = memmove;
static void *(*volatile fill)(void *, int, size_t) = memset;
static int (*volatile compare_bytes)(const void *, const void *, size_t) = memcmp;
static int (*volatile compare)(const char *, const char *) = strcmp;
static int (*volatile compare_some)(const char *, const char *, size_t) = strncmp;
static void *(*volatile find_byte)(const void *, int, size_t) = (void *(*)(const void *, int, size_t))memchr;
static size_t (*volatile length)(const char *) = strlen;
static size_t (*volatile length_within)(const char *, size_t) = strnlen;
static char *(*volatile copy_string)(char *, const char *) = strcpy;
static char *(*volatile copy_to_end)(char *, const char *) = stpcpy;

static bool good_length, good_find, good_find_last, good_find_bytes, good_compare, good_compare_some, good_compare_bytes, good_string_copy;

/* One string of n bytes other than zero at p, terminated; few different bytes, so that there is much to find. */
static void write_string(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(next_random(8) ? (unsigned char)"ab\x80\xff"[next_random(4)] : 1 + next_random(255));
	p[n] = 0;
}

static void find(const char *p, size_t n)
{
	int wanted = next_random(20) ? "ab\x80\xff"[next_random(4)] : (int)next_random(256);
	const char *first = NULL, *last = NULL, *first_byte = NULL, *last_byte = NULL;
	size_t limit = next_random((uint32_t)n + 2);

	for (size_t i = 0; i <= n; i++) {
		if (p[i] != (char)wanted)
			continue;
		first = first ? first : p + i;
		last = p + i;
		if (i < limit) {
			first_byte = first_byte ? first_byte : p + i;
			last_byte = p + i;
		}
	}
	good_find &= strchr(p, wanted) == first && strchrnul(p, wanted) == (first ? first : p + n);
	good_find_last &= strrchr(p, wanted) == last;
	good_find_bytes &= memchr(p, wanted, limit) == first_byte && memrchr(p, wanted, limit) == last_byte &&
		(!first || find_byte(p, wanted, SIZE_MAX) == first);
}

static void two(const unsigned char *a, size_t n, unsigned char *b)
{
	size_t m = next_random((uint32_t)n + 1), same = 0, limit = next_random((uint32_t)n + 20);

	/* the same beginning, then another byte or an end */
	memmove(b, a, m);
	b[m] = next_random(3) ? (unsigned char)next_random(256) : a[m];
	if (m < n)
		b[m + 1] = 0;
	else
		b[m] = 0;
	while (a[same] && a[same] == b[same])
		same++;
	good_compare &= sign(compare((const char *)a, (const char *)b)) == sign(a[same] - b[same]) &&
		sign(compare((const char *)b, (const char *)a)) == sign(b[same] - a[same]);
	good_compare_some &= sign(compare_some((const char *)a, (const char *)b, limit)) == (same < limit ? sign(a[same] - b[same]) : 0) &&
		compare_some((const char *)a, (const char *)b, same) == 0;
	limit = next_random((uint32_t)m + 2);
	for (same = 0; same < limit && a[same] == b[same]; same++)
		;
	good_compare_bytes &= sign(compare_bytes(a, b, limit)) == (same < limit ? sign(a[same] - b[same]) : 0);
}

static void strings(void)
{
	unsigned char target[ROOM];

	good_length = good_find = good_find_last = good_find_bytes = good_compare = good_compare_some = good_compare_bytes = good_string_copy = true;
	for (int round = 0; round < ROUNDS; round++) {
		size_t n = next_random(next_random(3) ? 40 : LONGEST), gap = next_random(2) ? 0 : next_random(40), at = next_random(20);
		unsigned char *a = left_end - n - 1 - gap, *b;

		write_string(a, n);
		good_length &= length((char *)a) == n && length_within((char *)a, n / 2) == n / 2 && length_within((char *)a, SIZE_MAX) == n;
		find((char *)a, n);
		/* the other string has n + 2 bytes at most */
		b = right_end - n - 2 - (next_random(2) ? 0 : next_random(40));
		two(a, n, b);
		memset(target, 0x55, sizeof target);
		good_string_copy &= copy_to_end((char *)target + at, (char *)a) == (char *)target + at + n && !memcmp(target + at, a, n + 1) &&
			target[at + n + 1] == 0x55 && (at == 0 || target[at - 1] == 0x55);
		good_string_copy &= copy_string((char *)right_end - n - 1, (char *)a) == (char *)right_end - n - 1 && right_end[-1] == 0 &&
			!memcmp(right_end - n - 1, a, n + 1);
	}
	CHECK("strings: strlen and strnlen", good_length);
	CHECK("strings: strchr and strchrnul", good_find);
	CHECK("strings: strrchr", good_find_last);
	CHECK("strings: memchr and memrchr", good_find_bytes);
	CHECK("strings: strcmp", good_compare);
	CHECK("strings: strncmp", good_compare_some);
	CHECK("strings: memcmp", good_compare_bytes);
	CHECK("strings: strcpy and stpcpy", good_string_copy);
}

static void blocks(void)
{
	static unsigned char room[ROOM], expected[ROOM], source[ROOM];
	bool good_copy = true, good_move = true, good_fill = true;

	for (int round = 0; round < ROUNDS; round++) {
		size_t n = next_random(next_random(3) ? 40 : LONGEST), to = next_random(200), from = next_random(200);
		int byte = (int)next_random(100000) - 50000;

		for (int i = 0; i < ROOM; i += 4) {
			uint32_t word = next_random(UINT32_MAX);
			memcpy(room + i, &word, 4);
			memcpy(expected + i, &word, 4);
			source[i] = (unsigned char)i;
		}
		for (size_t i = 0; i < n; i++)
			expected[to + i] = source[from + i];
		good_copy &= copy(room + to, source + from, n) == room + to && !memcmp(room, expected, ROOM);
		for (size_t i = 0; i < n; i++)
			source[i] = room[from + i];
		for (size_t i = 0; i < n; i++)
			expected[to + i] = source[i];
		good_move &= move(room + to, room + from, n) == room + to && !memcmp(room, expected, ROOM);
		for (size_t i = 0; i < n; i++)
			expected[from + i] = (unsigned char)byte;
		good_fill &= fill(room + from, byte, n) == room + from && !memcmp(room, expected, ROOM);
		/* up to the page's end */
		good_copy &= copy(right_end - n, left_end - n, n) && !memcmp(right_end - n, left_end - n, n);
		good_fill &= fill(right_end - n, byte, n) && (n == 0 || (right_end[-1] == (unsigned char)byte && right_end[-(long)n] == (unsigned char)byte));
	}
	CHECK("strings: memcpy", good_copy);
	CHECK("strings: memmove", good_move);
	CHECK("strings: memset", good_fill);
}

static void plain(void)
{
	char text[60] = "one,two;;three", *rest = text;

	CHECK("strings: strtok_r and strsep", !strcmp(strtok_r(text, ",;", &rest), "one") && !strcmp(strtok_r(NULL, ",;", &rest), "two") &&
		!strcmp(strtok_r(NULL, ",;", &rest), "three") && !strtok_r(NULL, ",;", &rest) && strcpy(text, "a,,b") && (rest = text) &&
		!strcmp(strsep(&rest, ","), "a") && !*strsep(&rest, ",") && !strcmp(strsep(&rest, ","), "b") && !rest);
	CHECK("strings: strspn, strcspn, strpbrk", strspn("aabbc", "ab") == 4 && strcspn("hello", "lo") == 2 && !strcmp(strpbrk("hello", "ol"), "llo"));
	CHECK("strings: strstr, strcasestr, memmem", !strcmp(strstr("abcabcd", "abcd"), "abcd") && !strstr("abc", "abd") && strstr("x", "") &&
		!strcmp(strcasestr("xABc", "abC"), "ABc") && memmem("a\0b\0c", 5, "b\0c", 3));
	CHECK("strings: strcasecmp and strncasecmp", !strcasecmp("HeLLo", "hEllO") && strcasecmp("a", "B") < 0 && !strncasecmp("abX", "ABy", 2));
	CHECK("strings: strcat, strncat, strncpy, stpncpy", !strcmp(strcat(strcpy(text, "ab"), "cd"), "abcd") && !strcmp(strncat(text, "efgh", RUNTIME(size_t, 2)), "abcdef") &&
		strncpy(text, "xy", 6) && !memcmp(text, "xy\0\0\0\0", 6) && stpncpy(text, "abc", RUNTIME(size_t, 2)) == text + 2);
	CHECK("strings: strdup, strndup", !strcmp(rest = strdup("copy"), "copy") && !strcmp(strndup(rest, 2), "co"));
	CHECK("strings: strerror and strverscmp", !strstr(strerror(ENOENT), "Unknown") && strverscmp("a9", "a10") < 0 && strverscmp("a009", "a01") < 0);
	CHECK("strings: memccpy, mempcpy, swab", memccpy(text, "ab:cd", ':', 5) == text + 3 && mempcpy(text, "xyz", 3) == text + 3 &&
		(swab("badc", text, 4), !memcmp(text, "abcd", 4)));
}

static size_t width;
static long compares;

static int by_key(const void *a, const void *b)
{
	uint32_t x = 0, y = 0;

	compares++;
	memcpy(&x, a, width < 4 ? width : 4);
	memcpy(&y, b, width < 4 ? width : 4);
	return (x > y) - (x < y);
}

static int by_key_and_argument(const void *a, const void *b, void *argument)
{
	return by_key(a, b) * *(int *)argument;
}

static int contradictory(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return (int)next_random(3) - 1;
}

/* The kinds of order that sorting programs meet. */
static uint32_t key(int kind, size_t i, size_t n)
{
	switch (kind) {
	case 0:
		return next_random(UINT32_MAX);
	case 1:
		return (uint32_t)i;
	case 2:
		return (uint32_t)(n - i);
	case 3:
		return 7;
	case 4:
		return next_random(4);
	case 5:
		return (uint32_t)(i < n / 2 ? i : n - i);
	default:
		return (uint32_t)(i % 17);
	}
}

static bool sorts(size_t n, int kind, bool with_argument)
{
	unsigned char *room = malloc((n + 2) * width), *base = room + width;
	uint64_t before = 0, after = 0;
	int up = 1;
	bool good = true;

	memset(room, 0x5a, (n + 2) * width);
	for (size_t i = 0; i < n; i++) {
		uint32_t one = key(kind, i, n);
		memset(base + i * width, (int)(one * 31), width);
		memcpy(base + i * width, &one, width < 4 ? width : 4);
	}
	for (size_t i = 0; i < n * width; i++)
		before += base[i] * 2654435761U;
	if (with_argument)
		qsort_r(base, n, width, by_key_and_argument, &up);
	else
		qsort(base, n, width, by_key);
	for (size_t i = 0; i < n * width; i++)
		after += base[i] * 2654435761U;
	for (size_t i = 1; i < n; i++)
		good &= by_key(base + (i - 1) * width, base + i * width) <= 0;
	/* the rest of each element came along, and nothing outside changed */
	for (size_t i = 0; i < n; i++) {
		uint32_t one = 0;
		memcpy(&one, base + i * width, width < 4 ? width : 4);
		if (width > 4)
			good &= base[(i + 1) * width - 1] == (unsigned char)(one * 31);
	}
	good &= before == after && room[0] == 0x5a && room[width - 1] == 0x5a && base[n * width] == 0x5a && base[(n + 1) * width - 1] == 0x5a;
	free(room);
	return good;
}

static void sorting(void)
{
	static const size_t widths[] = { 1, 2, 3, 4, 5, 8, 12, 16, 20, 24, 60, 64, 65, 68, 100, 200 };
	static int values[1002];
	bool good = true, few = true, inside = true;

	for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
		width = widths[w];
		for (int kind = 0; kind < 7; kind++) {
			for (size_t n = 0; n < 40; n++)
				good &= sorts(n, kind, n % 2);
			good &= sorts(300, kind, false) && sorts(1000, kind, true);
		}
	}
	CHECK("strings: qsort and qsort_r of all widths and orders", good);
	width = 4;
	for (int kind = 0; kind < 7; kind++) {
		compares = 0;
		good &= sorts(30000, kind, false);
		/* n log2 n is 446,000; checking takes 30,000 */
		few &= compares < 1200000;
	}
	CHECK("strings: qsort of many never compares too often", good && few);
	values[0] = values[1001] = -1;
	for (int round = 0; round < 200; round++) {
		for (int i = 1; i <= 1000; i++)
			values[i] = i;
		qsort(values + 1, 1000, sizeof *values, contradictory);
		long sum = 0;
		for (int i = 1; i <= 1000; i++)
			sum += values[i];
		inside &= sum == 500500 && values[0] == -1 && values[1001] == -1;
	}
	CHECK("strings: qsort with a contradictory comparison stays inside", inside);
	qsort(values + 1, 1000, sizeof *values, by_key);
	CHECK("strings: bsearch", bsearch(&(uint32_t){ 500 }, values + 1, 1000, 4, by_key) == values + 500 &&
		!bsearch(&(uint32_t){ 5000 }, values + 1, 1000, 4, by_key));
}

int main(void)
{
	make_areas();
	strings();
	blocks();
	plain();
	sorting();
	return check_status();
}
