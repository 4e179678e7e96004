/*
 * The first process of a build sandbox.
 *
 *   sandbox-init [--binfmt RUNNER] [--report FILE] [--hide FOLDER]
 *                [--processes NUMBER] [--limit NAME=NUMBER]... -- COMMAND...
 *   sandbox-init --probe
 *
 * It starts with all capabilities of a user namespace of its own, registers
 * RUNNER for wasm modules with that namespace's binfmt_misc, gives up what a
 * build must not have, starts COMMAND, reaps what is orphaned, and when
 * COMMAND ends kills all that is left. Its exit status is COMMAND's, or 128 + n
 * for signal n; 125 if the sandbox could not be made, 126 or 127 if COMMAND
 * could not be started, as with a shell.
 *
 * FILE gets lines: binfmt=yes or binfmt=no: REASON, started=yes; at the end
 * exited=STATUS or signalled=NUMBER, and user_us=, system_us=, peak_kb= of all
 * descendants. --hide unmounts FOLDER, where FILE lies, once FILE is open: a
 * build neither sees nor forges it. --probe, as a sandbox's command, says which
 * protections hold.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter.h"
#include "probe.h"

enum { SETUP_FAILED = 125, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

#define BINFMT_FOLDER "/proc/sys/fs/binfmt_misc"

/* The powers over files and processes that building as root takes; all of
 * them count inside the namespace only. */
static const int kept[] = {
	CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID,
	CAP_KILL,  CAP_SETGID,	     CAP_SETUID, CAP_SYS_CHROOT,
};

struct limit {
	const char *name;
	int resource;
	rlim_t value;
	int given;
};

static struct limit limits[] = {
	{ "core", RLIMIT_CORE, 0, 1 },
	{ "fsize", RLIMIT_FSIZE, 0, 0 },
	{ "nofile", RLIMIT_NOFILE, 0, 0 },
	{ "memlock", RLIMIT_MEMLOCK, 0, 0 },
	{ NULL, 0, 0, 0 },
};

struct options {
	const char *runner;
	const char *report;
	const char *hidden;
	const char *processes;
	char **command;
};

static volatile sig_atomic_t child;

static void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

static void fail(const char *format, ...)
{
	va_list arguments;

	fputs("sandbox-init: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(SETUP_FAILED);
}

static void set_limit(const char *text)
{
	const char *equals = strchr(text, '=');

	for (struct limit *l = limits; equals && l->name; l++) {
		char *end;

		if (strlen(l->name) != (size_t)(equals - text) ||
		    strncmp(l->name, text, (size_t)(equals - text)) != 0)
			continue;
		errno = 0;
		l->value = strtoull(equals + 1, &end, 10);
		if (errno || *end || end == equals + 1)
			break;
		l->given = 1;
		return;
	}
	fail("--limit wants core, fsize, nofile or memlock =NUMBER, not '%s'", text);
}

static struct options parse(char **arguments)
{
	struct options o = { 0 };
	char **a = arguments + 1;

	for (; *a && strcmp(*a, "--") != 0; a += 2) {
		if (!a[1])
			fail("%s wants a value", a[0]);
		if (!strcmp(*a, "--binfmt"))
			o.runner = a[1];
		else if (!strcmp(*a, "--report"))
			o.report = a[1];
		else if (!strcmp(*a, "--hide"))
			o.hidden = a[1];
		else if (!strcmp(*a, "--processes"))
			o.processes = a[1];
		else if (!strcmp(*a, "--limit"))
			set_limit(a[1]);
		else
			fail("unknown option '%s'", a[0]);
	}
	if (!*a || !a[1])
		fail("usage: sandbox-init [--binfmt RUNNER] [--report FILE] [--hide FOLDER] "
		     "[--processes NUMBER] [--limit NAME=NUMBER]... -- COMMAND...");
	o.command = a + 1;
	return o;
}

/* Returns NULL, or what did not work, with errno set. */
static const char *register_runner(const char *runner)
{
	char line[PATH_MAX + 64];
	int length, fd;
	ssize_t written;

	if (access(runner, X_OK) < 0)
		return "the runner is not executable";
	if (mount("binfmt_misc", BINFMT_FOLDER, "binfmt_misc", 0, NULL) < 0)
		return "cannot mount binfmt_misc in a user namespace (Linux 6.7 can)";
	length = snprintf(line, sizeof line, ":wasm:M::\\x00asm\\x01\\x00\\x00\\x00::%s:PF", runner);
	if (length < 0 || (size_t)length >= sizeof line) {
		errno = ENAMETOOLONG;
		return "the runner's path is too long";
	}
	fd = open(BINFMT_FOLDER "/register", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return "cannot open binfmt_misc's register";
	written = write(fd, line, (size_t)length);
	close(fd);
	if (written != length)
		return "the kernel refused the registration";
	/* The build is root in here: it could unregister the runner. */
	if (mount(NULL, BINFMT_FOLDER, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) < 0)
		return "cannot make binfmt_misc read-only";
	return NULL;
}

/* Since Linux 6.14 each namespace has a largest process number of its own;
 * before, this would be the machine's. Numbers under 300 are given out once
 * only, so there are never many more processes than asked for. */
static void limit_processes(const char *number)
{
	char text[32];
	struct utsname kernel;
	int major, minor;
	int length = snprintf(text, sizeof text, "%llu\n", 300 + strtoull(number, NULL, 10));
	int fd;

	if (uname(&kernel) < 0 || sscanf(kernel.release, "%d.%d", &major, &minor) != 2 ||
	    major * 100 + minor < 614)
		return;
	fd = open("/proc/sys/kernel/pid_max", O_WRONLY | O_CLOEXEC);
	/* The farm counts besides, so that a refusal here is no failure. */
	if (fd < 0 || write(fd, text, (size_t)length) < 0)
		fprintf(stderr, "sandbox-init: cannot limit processes: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* If the farm is root, so is the build in the eyes of files like
 * /proc/sys/kernel/core_pattern and /proc/sysrq-trigger: the namespace's user 0
 * is the host's. bubblewrap covers some of /proc only. */
static void protect_proc(void)
{
	unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (mount(NULL, "/proc", NULL, flags, NULL) < 0)
		fail("cannot make /proc read-only: %s", strerror(errno));
}

/* The devices are the host's own inodes: root here is the owner of what root
 * made there, and could change their modes for everybody. A read-only mount
 * forbids that and still lets the device itself be written. */
static void protect_devices(void)
{
	static const char *const devices[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/random",
					       "/dev/urandom", "/dev/tty" };

	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		struct statvfs is;

		if (statvfs(devices[i], &is) < 0)
			continue;
		if (mount(NULL, devices[i], NULL,
			  MS_REMOUNT | MS_BIND | MS_RDONLY | (is.f_flag & (ST_NOSUID | ST_NOEXEC | ST_NOATIME | ST_RELATIME)),
			  NULL) < 0)
			fail("cannot protect %s: %s", devices[i], strerror(errno));
	}
}

static unsigned long long kept_mask(void)
{
	unsigned long long mask = 0;

	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
		mask |= 1ULL << kept[i];
	return mask;
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct sets[2] = { { 0 }, { 0 } };

	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		sets[kept[i] / 32].permitted |= 1U << (kept[i] % 32);
		sets[kept[i] / 32].effective |= 1U << (kept[i] % 32);
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		fail("cannot clear ambient capabilities: %s", strerror(errno));
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if (cap / 32 < 2 && (sets[cap / 32].permitted & (1U << (cap % 32))))
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			fail("cannot drop capability %d: %s", cap, strerror(errno));
	}
	if (syscall(SYS_capset, &header, sets) < 0)
		fail("cannot drop capabilities: %s", strerror(errno));
}

/* bubblewrap dies with the farm, and this process with bubblewrap, but for the
 * time before each of them has asked for that. Who died in that time shows: it
 * held the other end of the output. */
static int is_abandoned(void)
{
	struct pollfd output = { .fd = STDOUT_FILENO };

	return poll(&output, 1, 0) > 0 && (output.revents & POLLERR);
}

/* From here on this process is as weak as the build. It stays undumpable, so
 * that the build cannot reach its descriptors through /proc. */
static void confine(void)
{
	drop_capabilities();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		fail("cannot set no_new_privs: %s", strerror(errno));
	if (install_filter() < 0)
		fail("cannot install the system call filter: %s", strerror(errno));
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		fail("cannot become undumpable: %s", strerror(errno));
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (is_abandoned())
		fail("the farm is gone");
}

static void apply_limits(void)
{
	for (struct limit *l = limits; l->name; l++) {
		struct rlimit r = { l->value, l->value };

		if (l->given && setrlimit(l->resource, &r) < 0)
			fail("cannot set limit %s: %s", l->name, strerror(errno));
	}
}

static void pass_on(int signal)
{
	if (child > 0)
		kill(child, signal);
}

/* Starts the command; the caller goes on as its init. */
static void start(char **command)
{
	struct sigaction action = { .sa_handler = pass_on };
	pid_t pid = fork();

	if (pid < 0)
		fail("cannot fork: %s", strerror(errno));
	if (pid == 0) {
		apply_limits();
		execvp(command[0], command);
		fprintf(stderr, "sandbox-init: %s: %s\n", command[0], strerror(errno));
		_exit(errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
	}
	child = pid;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

/* Reaps until the command has ended, kills the rest, reaps that. */
static int reap(void)
{
	int status = 0, last = 0;

	for (;;) {
		pid_t pid = wait(&status);

		if (pid == child) {
			last = status;
			child = 0;
			kill(-1, SIGKILL);
		} else if (pid < 0 && errno != EINTR) {
			return last;
		}
	}
}

static long long microseconds(struct timeval t)
{
	return t.tv_sec * 1000000LL + t.tv_usec;
}

int main(int count, char **arguments)
{
	struct options o;
	struct rusage use = { 0 };
	int report = -1, status;

	if (count == 2 && !strcmp(arguments[1], "--probe"))
		return probe(kept_mask());
	o = parse(arguments);
	/* What the farm's process left open is not for builds. */
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		fail("cannot close inherited descriptors: %s", strerror(errno));
	if (o.report) {
		report = open(o.report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (report < 0)
			fail("cannot write %s: %s", o.report, strerror(errno));
	}
	if (o.hidden && umount2(o.hidden, MNT_DETACH) < 0)
		fail("cannot unmount %s: %s", o.hidden, strerror(errno));
	if (o.runner) {
		const char *reason = register_runner(o.runner);

		if (report >= 0 && reason)
			dprintf(report, "binfmt=no: %s: %s\n", reason, strerror(errno));
		else if (report >= 0)
			dprintf(report, "binfmt=yes\n");
	}
	if (o.processes)
		limit_processes(o.processes);
	protect_proc();
	protect_devices();
	confine();
	if (report >= 0)
		dprintf(report, "started=yes\n");
	start(o.command);
	status = reap();
	getrusage(RUSAGE_CHILDREN, &use);
	if (report >= 0)
		dprintf(report, "%s=%d\nuser_us=%lld\nsystem_us=%lld\npeak_kb=%ld\n",
			WIFSIGNALED(status) ? "signalled" : "exited",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
			microseconds(use.ru_utime), microseconds(use.ru_stime), use.ru_maxrss);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
