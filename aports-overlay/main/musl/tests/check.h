/*
 * What the C library's test programs share. Each check prints one line, PASS:
 * NAME or FAIL: NAME; a program ends with 1 if a check failed. A program works
 * in its current directory, an empty one. All of them also pass when compiled
 * natively with gcc and glibc, so what they expect is what Linux does.
 */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_failures;

__attribute__((unused)) static void check_report(const char *name, bool good, int line)
{
	int error = errno;

	if (good) {
		printf("PASS: %s\n", name);
	} else {
		printf("FAIL: %s\n", name);
		printf("    line %d, errno %d (%s)\n", line, error, strerror(error));
		check_failures++;
	}
	fflush(stdout);
}

/* The condition is the last argument, so that it may hold commas. */
#define CHECK(name, ...) (errno = 0, check_report((name), (__VA_ARGS__), __LINE__))
#define SKIP(name, why) (printf("SKIP: %s (%s)\n", (name), (why)), fflush(stdout))

static inline int check_status(void)
{
	return check_failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* An expression that the compiler must compute when the program runs. */
#define RUNTIME(type, value) (*(volatile __typeof__(type) *)&(__typeof__(type)){ value })

#endif
