/*
 * qsort_r as introsort, in place of musl's smoothsort, which compares twice as
 * often and jumps about. Quicksort with the median of three or nine; short
 * ranges by insertion; a range that goes too deep by heapsort, so the worst
 * case is n log n. No memory is allocated. A comparison that contradicts
 * itself gives some order but never leaves the array.
 */
#define _BSD_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int (*cmpfun)(const void *, const void *, void *);
typedef uint32_t word4 __attribute__((__may_alias__));
typedef uint64_t word8 __attribute__((__may_alias__, __aligned__(4)));

#define SHORT 12	/* elements: insertion sort */
#define MANY 128	/* elements: pivot from nine */

struct order {
	size_t width;
	cmpfun cmp;
	void *arg;
	int words;	/* width and alignment are multiples of 4 */
};

static void swap(const struct order *o, unsigned char *a, unsigned char *b)
{
	size_t n = o->width;

	if (o->words) {
		for (; n >= 8; n -= 8, a += 8, b += 8) {
			uint64_t t = *(word8 *)a;
			*(word8 *)a = *(word8 *)b;
			*(word8 *)b = t;
		}
		if (n) {
			uint32_t t = *(word4 *)a;
			*(word4 *)a = *(word4 *)b;
			*(word4 *)b = t;
		}
	} else for (; n; n--, a++, b++) {
		unsigned char t = *a;
		*a = *b;
		*b = t;
	}
}

static inline int less(const struct order *o, const void *a, const void *b)
{
	return o->cmp(a, b, o->arg) < 0;
}

static void insertion(const struct order *o, unsigned char *base, size_t n)
{
	size_t w = o->width;
	unsigned char *end = base + n*w;

	if (w <= 64) {
		unsigned char held[64] __attribute__((__aligned__(16)));
		for (unsigned char *p = base + w; p < end; p += w) {
			unsigned char *q = p;
			if (!less(o, p, p-w)) continue;
			memcpy(held, p, w);
			do {
				memcpy(q, q-w, w);
				q -= w;
			} while (q > base && less(o, held, q-w));
			memcpy(q, held, w);
		}
		return;
	}
	for (unsigned char *p = base + w; p < end; p += w)
		for (unsigned char *q = p; q > base && less(o, q, q-w); q -= w)
			swap(o, q, q-w);
}

static void sift(const struct order *o, unsigned char *base, size_t i, size_t n)
{
	size_t w = o->width;

	for (size_t child; (child = 2*i+1) < n; i = child) {
		if (child+1 < n && less(o, base + child*w, base + (child+1)*w)) child++;
		if (!less(o, base + i*w, base + child*w)) return;
		swap(o, base + i*w, base + child*w);
	}
}

static void heap(const struct order *o, unsigned char *base, size_t n)
{
	for (size_t i = n/2; i--; ) sift(o, base, i, n);
	while (--n) {
		swap(o, base, base + n*o->width);
		sift(o, base, 0, n);
	}
}

static unsigned char *median(const struct order *o, unsigned char *a, unsigned char *b, unsigned char *c)
{
	if (less(o, b, a)) {
		unsigned char *t = a;
		a = b;
		b = t;
	}
	/* a <= b */
	if (!less(o, c, b)) return b;
	return less(o, c, a) ? a : c;
}

static unsigned char *pivot(const struct order *o, unsigned char *base, size_t n)
{
	size_t w = o->width;
	unsigned char *low = base, *middle = base + n/2*w, *high = base + (n-1)*w;

	if (n > MANY) {
		size_t step = n/8*w;
		low = median(o, low, low+step, low+2*step);
		middle = median(o, middle-step, middle, middle+step);
		high = median(o, high-2*step, high-step, high);
	}
	return median(o, low, middle, high);
}

static void sort(const struct order *o, unsigned char *base, size_t n, int depth)
{
	size_t w = o->width;

	while (n > SHORT) {
		if (!depth--) {
			heap(o, base, n);
			return;
		}
		swap(o, base, pivot(o, base, n));
		/* [base] pivot, [base+w, i) not above it, (j, end) not below it */
		unsigned char *i = base + w, *j = base + (n-1)*w;
		int swaps = 0;
		for (;;) {
			while (i <= j && less(o, i, base)) i += w;
			while (i <= j && less(o, base, j)) j -= w;
			if (i >= j) break;
			swap(o, i, j);
			swaps = 1;
			i += w;
			j -= w;
		}
		if (i == j) i += w;
		j = i - w;
		swap(o, base, j);
		size_t left = (j-base)/w, right = n-left-1;
		/* nothing moved: perhaps it is sorted already */
		if (!swaps && left > SHORT/2 && right > SHORT/2) {
			unsigned char *p = base + w, *end = base + n*w;
			while (p < end && !less(o, p, p-w)) p += w;
			if (p == end) return;
		}
		if (left < right) {
			sort(o, base, left, depth);
			base = j + w;
			n = right;
		} else {
			sort(o, j + w, right, depth);
			n = left;
		}
	}
	insertion(o, base, n);
}

void __qsort_r(void *base, size_t nel, size_t width, cmpfun cmp, void *arg)
{
	struct order o = { width, cmp, arg, !((width | (uintptr_t)base) & 3) };
	int depth = 4;

	if (nel < 2 || !width) return;
	for (size_t n = nel; n; n >>= 1) depth += 2;
	sort(&o, base, nel, depth);
}

weak_alias(__qsort_r, qsort_r);
