/* runner: runs a wasm32 Alpine program as a Linux process, on wasmtime.
 *
 *   runner PROGRAM ARGUMENT...
 *   runner --argv0 NAME PROGRAM ARGUMENT...
 *   runner --root FOLDER PROGRAM ARGUMENT...     after chroot(FOLDER)
 *   runner --compile FILE...                     fill the cache
 *   as a binfmt_misc interpreter with flag P: PROGRAM NAME ARGUMENT...
 *   runner --exec KEY=VALUE... -- PROGRAM NAME ARGUMENT...      used by exec.c */
#include <fcntl.h>
#include <linux/prctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include "memory.h"

enum { AT_FLAGS_PRESERVE_ARGV0 = 1 };
struct program program;

/* What the command line says besides settings. */
static struct {
	const char *path, *comm;
	int fd;                         /* the program, already open, or -1 */
	int first;                      /* index of the program's argv[0] */
	const char *name;               /* instead of that, or 0 */
	bool by_kernel;                 /* binfmt_misc: the kernel has named the process */
} command = { .fd = -1 };

void say(const char *format, ...)
{
	char text[4500] = "runner: ";
	va_list arguments;
	va_start(arguments, format);
	int n = vsnprintf(text + 8, sizeof text - 9, format, arguments);
	va_end(arguments);
	size_t length = n < 0 ? 8 : 8 + ((size_t)n < sizeof text - 10 ? (size_t)n : sizeof text - 10);
	text[length++] = '\n';
	if (write(2, text, length) < 0) return;
}

_Noreturn void fail(int status, const char *format, ...)
{
	char text[4096];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	say("%s", text);
	_exit(status);
}

static bool take_internal(const char *text)
{
	if (!strncmp(text, "comm=", 5)) command.comm = text + 5;
	else if (!strncmp(text, "fd=", 3)) command.fd = atoi(text + 3);
	else if (!strncmp(text, "root=", 5)) outside.root = atoi(text + 5);
	else if (!strncmp(text, "folder=", 7)) outside.folder = atoi(text + 7);
	else if (!strncmp(text, "loader=", 7)) outside.loader = (char *)text + 7;
	else if (!strncmp(text, "libraries=", 10)) outside.libraries = (char *)text + 10;
	else if (!strncmp(text, "runner=", 7)) outside.runner = (char *)text + 7;
	else return take_setting(text);
	return true;
}

static void read_command_line(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--exec")) {
		int i = 2;
		while (i < argc && strcmp(argv[i], "--")) if (!take_internal(strdup(argv[i++]))) fail(2, "bad --exec");
		if (i + 2 >= argc) fail(2, "bad --exec");
		command.path = argv[i + 1];
		command.first = i + 2;
	} else if (argc > 2 && (getauxval(AT_FLAGS) & AT_FLAGS_PRESERVE_ARGV0)) {
		command.path = argv[1];
		command.first = 2;
		command.by_kernel = true;
	} else if (argc > 3 && !strcmp(argv[1], "--argv0")) {
		command.name = argv[2];
		command.path = argv[3];
		command.first = 3;
	} else if (argc > 3 && !strcmp(argv[1], "--root")) {
		long r = enter_root(argv[2]);
		if (r) fail(126, "--root %s: %s", argv[2], strerror((int)-r));
		command.path = argv[3];
		command.first = 3;
	} else if (argc > 1 && argv[1][0] != '-') {
		command.path = argv[1];
		command.first = 1;
	} else {
		say("usage: runner [--argv0 NAME | --root FOLDER] PROGRAM [ARGUMENT...] | runner --compile FILE...");
		_exit(2);
	}
}

/* Fields 26 to 51 of /proc/self/stat say where the kernel takes cmdline from. */
static void set_argument_area(char *start, char *end)
{
	char text[1024];
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	if (fd >= 0) close(fd);
	if (n <= 0) return;
	text[n] = 0;
	unsigned long field[52] = { 0 };
	char *p = strrchr(text, ')');
	for (int i = 3; p && i < 52 && (p = strchr(p, ' ')); i++) field[i] = strtoul(++p, 0, 10);
	struct prctl_mm_map map = {
		.start_code = field[26], .end_code = field[27], .start_stack = field[28], .start_data = field[45],
		.end_data = field[46], .start_brk = field[47], .brk = (u64)(uintptr_t)sbrk(0),
		.arg_start = (u64)(uintptr_t)start, .arg_end = (u64)(uintptr_t)end,
		.env_start = field[50], .env_end = field[51], .exe_fd = (u32)-1,
	};
	/* without it the zeroes behind the last argument show: no harm */
	prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0);
}

/* ps and /proc/PID/cmdline show the program's own arguments: moves them to the
 * start of the argument area. */
static void take_arguments(int argc, char **argv)
{
	int n = argc - command.first;
	char **own = calloc((size_t)n + 1, sizeof *own);
	char *to = argv[0], *end = argv[argc - 1] + strlen(argv[argc - 1]) + 1;
	if (!own) fail(126, "no memory for the arguments");
	for (int i = 0; i < n; i++) own[i] = strdup(i == 0 && command.name ? command.name : argv[command.first + i]);
	command.path = strdup(command.path);
	for (int i = 0; i < n && (size_t)(end - to) > strlen(own[i]); i++) to = stpcpy(to, own[i]) + 1;
	if (to < end) memset(to, 0, (size_t)(end - to));
	set_argument_area(argv[0], to);
	program.arguments = own;
	const char *slash = strrchr(command.path, '/');
	if (!command.by_kernel)
		prctl(PR_SET_NAME, command.comm ? command.comm : slash ? slash + 1 : command.path);
}

/* Opens the program, or leaves the process to what a script or an ELF file needs. */
static int open_program(void)
{
	struct stat st;
	char magic[4];
	int fd = command.fd >= 0 ? command.fd : open(command.path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) fail(errno == ENOENT || errno == ENOTDIR ? 127 : 126, "%s: %m", command.path);
	if (fstat(fd, &st)) fail(126, "%s: %m", command.path);
	if (S_ISDIR(st.st_mode)) fail(126, "%s: is a folder", command.path);
	if (!S_ISREG(st.st_mode)) fail(126, "%s: is not a regular file", command.path);
	if (command.fd < 0 && faccessat(AT_FDCWD, command.path, X_OK, AT_EACCESS))
		fail(126, "%s: %m", command.path);
	if (pread(fd, magic, 4, 0) != 4 || memcmp(magic, "\0asm", 4)) {
		long r = execute(command.path, -1, program.arguments, program.environment);
		fail(126, "%s: %s", command.path, strerror((int)-r));
	}
	char link[40];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, program.path, sizeof program.path - 1);
	if (n > 0) program.path[n] = 0;
	else snprintf(program.path, sizeof program.path, "%s", command.path);
	return fd;
}

static void run(void)
{
	wasmtime_instance_t instance;
	wasmtime_extern_t start;
	wasm_trap_t *trap = instantiate(current, &instance);
	if (!trap) {
		if (!wasmtime_instance_export_get(current->context, &instance, "_start", 6, &start) ||
			start.kind != EXTERN_FUNC) fail(126, "%s: does not export _start", program.path);
		wasmtime_error_t *error = wasmtime_func_call(current->context, &start.of.func, 0, 0, 0, 0, &trap);
		if (error && !current->exiting) die_of_error(error);
	}
	if (current->exiting) _exit(current->exit_code);        /* a forked thread is the main one */
	if (trap) die_of_trap(trap);
}

int main(int argc, char **argv, char **envp)
{
	static struct thread main_thread;
	current = &main_thread;
	if (argc > 2 && !strcmp(argv[1], "--compile")) {
		read_settings();
		start_engine();
		return compile_files(argv + 2);
	}
	read_command_line(argc, argv);
	read_settings();
	program.environment = envp;
	take_arguments(argc, argv);
	adopt_limits();
	start_signals();
	int fd = open_program();
	/* the compiler's threads inherit the mask: they must never take the program's signals */
	u64 mask = block_all();
	start_engine();
	module = load_module(fd, command.path);
	set_host_mask(mask);
	close(fd);
	bind_module(command.path);
	count_process();
	step_inside(outside.folder);
	outside.folder = -1;
	run();
	return 0;
}
