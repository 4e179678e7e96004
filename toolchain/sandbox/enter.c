/*
 * Starts bubblewrap inside control groups.
 *
 *   sandbox-enter [--group FILE]... -- COMMAND...
 *
 * Writes itself into each FILE, a group's cgroup.procs, and becomes COMMAND: all
 * that comes of it is counted and limited from its first moment on. A group
 * that cannot be joined ends it with 125, so that nothing runs unlimited.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SETUP_FAILED = 125 };

static int join(const char *file)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	/* 0 stands for the writer. */
	if (fd < 0 || write(fd, "0\n", 2) != 2) {
		fprintf(stderr, "sandbox-enter: %s: %s\n", file, strerror(errno));
		return -1;
	}
	close(fd);
	return 0;
}

int main(int count, char **arguments)
{
	char **a = arguments + 1;

	(void)count;
	for (; *a && strcmp(*a, "--") != 0; a += 2) {
		if (strcmp(*a, "--group") != 0 || !a[1]) {
			fprintf(stderr, "usage: sandbox-enter [--group FILE]... -- COMMAND...\n");
			return SETUP_FAILED;
		}
		if (join(a[1]) < 0)
			return SETUP_FAILED;
	}
	if (!*a || !a[1]) {
		fprintf(stderr, "sandbox-enter: no command\n");
		return SETUP_FAILED;
	}
	execv(a[1], a + 1);
	fprintf(stderr, "sandbox-enter: %s: %s\n", a[1], strerror(errno));
	return SETUP_FAILED;
}
