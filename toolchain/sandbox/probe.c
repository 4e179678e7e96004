/*
 * Says from inside a sandbox which of its protections hold: one line each,
 * NAME=on or NAME=off: WHAT HAPPENED. It tries what each forbids; nothing that it
 * tries would harm if it worked. `apkfarm doctor` runs it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

enum { NR_CLONE3 = 435, NR_IO_URING_SETUP = 425, VSOCK = 40 };

static void on(const char *name)
{
	printf("%s=on\n", name);
}

static void off(const char *name, const char *what)
{
	printf("%s=off: %s\n", name, what);
}

static void say(const char *name, int holds, const char *what)
{
	if (holds)
		on(name);
	else
		off(name, what);
}

/* A call that must fail with an error. */
static int refused(const char *name, const char *what, long result, int wanted)
{
	if (result < 0 && errno == wanted)
		return 1;
	printf("%s=off: %s %s, instead of '%s'\n", name, what,
	       result < 0 ? strerror(errno) : "was allowed", strerror(wanted));
	return 0;
}

static int opened(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd;
}

static void filter(void)
{
	const char *name = "system call filter";

	/* The kernel's own answers to these would be others. */
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2)
		off(name, "there is none");
	else if (refused(name, "clone3", syscall(NR_CLONE3, NULL, 0), ENOSYS) &&
		 refused(name, "io_uring", syscall(NR_IO_URING_SETUP, 0, NULL), ENOSYS) &&
		 refused(name, "a vsock", socket(VSOCK, SOCK_STREAM, 0), EAFNOSUPPORT) &&
		 refused(name, "mount", syscall(SYS_mount, 0, 0, 0, 0, 0), EPERM) &&
		 refused(name, "unshare", syscall(SYS_unshare, 0x10000000), EPERM))
		on(name);
}

static void capabilities(unsigned long long kept)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct sets[2] = { { 0 }, { 0 } };
	unsigned long long have;

	if (syscall(SYS_capget, &header, sets) < 0) {
		off("capabilities", strerror(errno));
		return;
	}
	have = sets[0].permitted | (unsigned long long)sets[1].permitted << 32;
	if (have & ~kept)
		printf("capabilities=off: %llx are left over\n", have & ~kept);
	else
		on("capabilities");
}

static void processes(void)
{
	const char *name = "own processes";

	if (getppid() != 1)
		off(name, "the process namespace is not the build's own");
	else if (refused(name, "memory of the first process", opened("/proc/1/mem", O_RDONLY), EACCES))
		on(name);
}

static void network(void)
{
	const char *name = "no network";
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* TEST-NET-1, RFC 5737: nobody is there. A datagram socket sends nothing by connecting. */
	inet_pton(AF_INET, "192.0.2.1", &to.sin_addr);
	if (fd < 0) {
		on(name);
		return;
	}
	if (refused(name, "a way out", connect(fd, (struct sockaddr *)&to, sizeof to), ENETUNREACH))
		on(name);
	close(fd);
}

static void files(void)
{
	struct statfs is;
	char host[64] = "";

	if (refused("read-only system", "writing /usr", opened("/usr/.apkfarm-probe", O_WRONLY | O_CREAT | O_EXCL),
		    EROFS) &&
	    refused("read-only system", "writing /", opened("/.apkfarm-probe", O_WRONLY | O_CREAT | O_EXCL), EROFS))
		on("read-only system");
	say("no home, no other part of the host", access("/home", F_OK) < 0 && access("/sys/class", F_OK) < 0,
	    "/home or /sys is visible");
	if (refused("kernel settings", "writing /proc/sys", opened("/proc/sys/kernel/hostname", O_WRONLY), EROFS))
		on("kernel settings");
	if (refused("devices", "changing /dev/null", chmod("/dev/null", 0666), EROFS))
		on("devices");
	say("own temporary folder", statfs("/tmp", &is) == 0 && is.f_type == TMPFS_MAGIC, "/tmp is not a memory file system");
	say("own name", gethostname(host, sizeof host) == 0 && !strcmp(host, "build"), "the machine's name shows");
}

int probe(unsigned long long kept)
{
	struct rlimit size, core;

	say("no new privileges", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "programs may gain privileges");
	filter();
	capabilities(kept);
	processes();
	network();
	files();
	say("limits of files", getrlimit(RLIMIT_FSIZE, &size) == 0 && size.rlim_cur != RLIM_INFINITY &&
		    getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0,
	    "a file's size is not limited");
	return 0;
}
