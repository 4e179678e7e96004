/* execve and execveat. A wasm file starts the runner again (through
 * /proc/self/exe: its path may not be visible in this mount namespace); #! lines
 * are read here, as their interpreter may be wasm; ELF files go to the kernel. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include "memory.h"

enum { MOST_SCRIPTS = 5, OWN_WORDS = 24, HIGH_DESCRIPTOR = 100 };

bool means_own_program(const char *path)
{
	char own[40];
	if (strncmp(path, "/proc/", 6)) return false;
	if (!strcmp(path, "/proc/self/exe") || !strcmp(path, "/proc/thread-self/exe")) return true;
	snprintf(own, sizeof own, "/proc/%d/exe", getpid());
	return !strcmp(path, own);
}

static size_t count(char *const *strings)
{
	size_t n = 0;
	while (strings[n]) n++;
	return n;
}

static char *text(const char *key, int value)
{
	char *out = 0;
	return asprintf(&out, "%s=%d", key, value) < 0 ? 0 : out;
}

static char *text_of(const char *key, const char *value)
{
	char *out = 0;
	return asprintf(&out, "%s=%s", key, value) < 0 ? 0 : out;
}

/* After chroot neither the runner nor the dynamic loader has a name here: the
 * loader is started by descriptor, in the old root as working folder. */
static long start_outside(char **v, char **environment)
{
	int loader = openat(outside.root, outside.loader, O_RDONLY | O_CLOEXEC);
	if (loader < 0) return -errno;
	fcntl(outside.root, F_SETFD, 0);
	int back = step_outside();
	long r = RESULT(syscall(SYS_execveat, loader, "", v, environment, AT_EMPTY_PATH));
	step_inside(back);
	fcntl(outside.root, F_SETFD, FD_CLOEXEC);
	close(loader);
	return r;
}

static long start_runner(const char *path, int fd, const char *comm, char **arguments, char **environment)
{
	size_t n = count(arguments), k = 0;
	char **v = calloc(n + OWN_WORDS, sizeof *v);
	int program_fd = fcntl(fd, F_DUPFD, HIGH_DESCRIPTOR), folder = -1;
	if (program_fd < 0) program_fd = fcntl(fd, F_DUPFD, 3);
	if (!v || program_fd < 0) return v ? -errno : -ENOMEM;
	v[k++] = n ? arguments[0] : "";
	if (outside.root >= 0) {
		v[k++] = "--library-path";
		v[k++] = outside.libraries;
		v[k++] = outside.runner;
	}
	v[k++] = "--exec";
	v[k++] = text("fd", program_fd);
	v[k++] = text_of("comm", comm);
	if (outside.root >= 0) {
		folder = open(".", O_PATH | O_DIRECTORY);
		v[k++] = text("root", outside.root);
		v[k++] = text("folder", folder);
		v[k++] = text_of("loader", outside.loader);
		v[k++] = text_of("libraries", outside.libraries);
		v[k++] = text_of("runner", outside.runner);
	}
	k += settings_to_pass(environment, v + k, 8);
	v[k++] = "--";
	v[k++] = (char *)path;
	if (!n) v[k++] = "";
	memcpy(v + k, arguments, n * sizeof *v);
	long r = -ENOMEM;
	leave_signals();
	if (outside.root >= 0) {
		r = start_outside(v, environment);
	} else {
		r = RESULT(execve("/proc/self/exe", v, environment));
		const char *started_as = (const char *)getauxval(AT_EXECFN);
		if (r == -ENOENT && started_as && *started_as == '/') r = RESULT(execve(started_as, v, environment));
	}
	reenter_signals();
	close(program_fd);
	if (folder >= 0) close(folder);
	return r;
}

static long start_native(const char *path, char **arguments, char **environment)
{
	restore_limits();
	leave_signals();
	long r = RESULT(execve(path, arguments, environment));
	reenter_signals();
	adopt_limits();
	return r;
}

static char *skip_blanks(char *s)
{
	while (*s == ' ' || *s == '\t') s++;
	return s;
}

/* Splits "#! INTERPRETER ARGUMENT"; the rest of the line is one argument. */
static long read_script_line(char *line, size_t length, bool whole, char **interpreter, char **argument)
{
	char *end = memchr(line, '\n', length);
	if (!end && !whole) return -ENOEXEC;
	if (!end) end = line + length;
	while (end > line && (end[-1] == ' ' || end[-1] == '\t')) end--;
	*end = 0;
	*interpreter = skip_blanks(line + 2);
	*argument = 0;
	if (!**interpreter) return -ENOEXEC;
	char *s = *interpreter + strcspn(*interpreter, " \t");
	if (*s) {
		*s++ = 0;
		*argument = skip_blanks(s);
	}
	return 0;
}

static long execute_file(const char *path, int given, char **arguments, char **environment, int depth,
	const char *comm)
{
	char head[256];
	struct stat st;
	if (depth > MOST_SCRIPTS) return -ELOOP;
	if (means_own_program(path)) path = program.path;
	if (given < 0 && faccessat(AT_FDCWD, path, X_OK, AT_EACCESS)) return -errno;
	int fd = given >= 0 ? given : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno == EACCES ? start_native(path, arguments, environment) : -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !(st.st_mode & 0111)) {
		if (given < 0) close(fd);
		return -EACCES;
	}
	long r = -ENOEXEC;
	ssize_t n = pread(fd, head, sizeof head - 1, 0);
	if (n < 0) n = 0;
	head[n] = 0;
	if (n >= 4 && !memcmp(head, "\0asm", 4)) {
		r = start_runner(path, fd, comm, arguments, environment);
	} else if (n >= 4 && !memcmp(head, "\177ELF", 4)) {
		r = start_native(path, arguments, environment);
	} else if (n >= 2 && !memcmp(head, "#!", 2)) {
		char *interpreter, *argument;
		size_t k = 0, rest = count(arguments);
		char **v = calloc(rest + 4, sizeof *v);
		r = v ? read_script_line(head, (size_t)n, n < (ssize_t)sizeof head - 1, &interpreter, &argument) : -ENOMEM;
		if (!r) {
			v[k++] = interpreter;
			if (argument && *argument) v[k++] = argument;
			v[k++] = (char *)path;
			if (rest > 1) memcpy(v + k, arguments + 1, (rest - 1) * sizeof *v);
			r = execute_file(interpreter, -1, v, environment, depth + 1, comm);
		}
		free(v);
	}
	if (given < 0) close(fd);
	return r;
}

long execute(const char *path, int fd, char **arguments, char **environment)
{
	const char *slash = strrchr(path, '/');
	return execute_file(path, fd, arguments, environment, 0, slash ? slash + 1 : path);
}

/* ---- the calls -------------------------------------------------------------------------- */

static void free_strings(char **strings)
{
	for (char **p = strings; p && *p; p++) free(*p);
	free(strings);
}

/* Copies a vector of strings; the kernel's limits: 128 KiB each, a quarter of the stack together. */
static long strings_in(char ***out, u32 address)
{
	enum { LONGEST = 131072, MOST = 2 << 20 };
	static __thread char buffer[LONGEST];
	size_t n = 0, room = 16, total = 0;
	char **v = calloc(room, sizeof *v);
	long r = v ? 0 : -ENOMEM;
	while (!r && address) {
		u32 string;
		if ((r = copy_in(&string, address + 4 * (u32)n, 4)) || !string) break;
		long length = string_in(buffer, sizeof buffer, string);
		if (length < 0) {
			r = length == -ENAMETOOLONG ? -E2BIG : length;
			break;
		}
		if ((total += (size_t)length + 9) > MOST) r = -E2BIG;
		if (!r && n + 2 > room) {
			char **larger = realloc(v, (room *= 2) * sizeof *v);
			if (larger) v = larger;
			else r = -ENOMEM;
		}
		if (!r && !(v[n] = strdup(buffer))) r = -ENOMEM;
		if (!r) v[++n] = 0;
	}
	*out = v;
	return r;
}

static long execute_at(const char *path, int fd, u32 argument_list, u32 environment_list)
{
	char **arguments = 0, **environment = 0;
	/* what has arrived is handled by the old program */
	if (current->signals.any) return -INTERRUPTED;
	long r = strings_in(&arguments, argument_list);
	if (!r) r = strings_in(&environment, environment_list);
	if (!r) r = execute(path, fd, arguments, environment);
	free_strings(arguments);
	free_strings(environment);
	return r;
}

long sys_execve(const u32 *a)
{
	char path[PATH_MAX];
	TRY(string_in(path, sizeof path, a[0]));
	return *path ? execute_at(path, -1, a[1], a[2]) : -ENOENT;
}

/* execveat(folder, path, argv, envp, flags) */
long sys_execveat(const u32 *a)
{
	char path[PATH_MAX], full[PATH_MAX + 32];
	int folder = (i32)a[0];
	TRY(string_in(path, sizeof path, a[1]));
	if (a[4] & ~(u32)(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) return -EINVAL;
	if (!*path && !(a[4] & AT_EMPTY_PATH)) return -ENOENT;
	if (*path == '/' || (folder == AT_FDCWD && *path)) return execute_at(path, -1, a[2], a[3]);
	snprintf(full, sizeof full, *path ? "/proc/self/fd/%d/%s" : "/proc/self/fd/%d%s", folder, path);
	if (*path) return execute_at(full, -1, a[2], a[3]);
	int fd = fcntl(folder, F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR);
	if (fd < 0) return -errno;
	long r = execute_at(full, fd, a[2], a[3]);
	close(fd);
	return r;
}
