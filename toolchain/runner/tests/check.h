/* Each test program runs natively and as wasm; the outputs must be the same.
 * So it prints nothing that may differ from run to run. */
#ifndef CHECK_H
#define CHECK_H
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;

static inline void check(const char *name, bool good)
{
	printf("%s: %s\n", good ? "PASS" : "FAIL", name);
	fflush(stdout);
	failures += !good;
}

/* errno after a call that must fail */
#define CHECK_ERRNO(name, call, error) \
	do { errno = 0; long r_ = (long)(call); check(name, r_ == -1 && errno == (error)); } while (0)

/* Runs statements in a child: its wait status. */
#define IN_CHILD(...) ({ \
	int status_ = -1; \
	fflush(stdout); \
	pid_t pid_ = fork(); \
	if (!pid_) { __VA_ARGS__; _exit(0); } \
	waitpid(pid_, &status_, 0); \
	status_; })

static inline bool EXITED(int status, int code) { return WIFEXITED(status) && WEXITSTATUS(status) == code; }
static inline bool KILLED(int status, int signal) { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }
#endif
