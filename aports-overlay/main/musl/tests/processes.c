/* Processes without fork: spawn, system, popen, exec, wait, exit. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static char *self;

static int exit_of(pid_t child)
{
	int status = -1;

	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool holds(const char *file, const char *text)
{
	char found[256] = "";
	int descriptor = open(file, O_RDONLY);
	bool good = descriptor >= 0 && read(descriptor, found, sizeof found - 1) >= 0 && !strcmp(found, text);

	close(descriptor);
	if (!good)
		printf("    %s holds \"%s\"\n", file, found);
	return good;
}

static pid_t spawn(const char *role, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes)
{
	pid_t child = -1;
	char *arguments[] = { self, (char *)role, NULL };

	return posix_spawn(&child, self, actions, attributes, arguments, environ) ? -1 : child;
}

static void spawning(void)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t set;
	pid_t child;
	char *nothing[] = { "x", NULL }, *words[] = { "sh", "-c", "echo $0 $WORD", NULL }, *variables[] = { "WORD=spawned", NULL };
	int file = open("close-me", O_CREAT | O_RDWR | O_CLOEXEC, 0600);

	CHECK("processes: spawn of nothing", posix_spawn(&child, "/nonexistent", NULL, NULL, nothing, environ) == ENOENT);
	CHECK("processes: spawn of a folder", posix_spawn(&child, "/", NULL, NULL, nothing, environ) == EACCES);
	CHECK("processes: spawn of this program", exit_of(spawn("exit-5", NULL, NULL)) == 5);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "spawned", O_CREAT | O_WRONLY | O_TRUNC, 0644);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	posix_spawn_file_actions_addclose(&actions, 0);
	CHECK("processes: spawnp with file actions and an environment",
		!posix_spawnp(&child, "sh", &actions, NULL, words, variables) && exit_of(child) == 0 && holds("spawned", "sh spawned\n"));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_init(&attributes);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	posix_spawnattr_setsigmask(&attributes, &set);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	CHECK("processes: spawn attributes: mask and process group", exit_of(spawn("mask-and-group", NULL, &attributes)) == 0);
	signal(SIGUSR2, SIG_IGN);
	CHECK("processes: an ignored signal is inherited", exit_of(spawn("usr2-ignored", NULL, NULL)) == 1);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	posix_spawnattr_setsigdefault(&attributes, &set);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	CHECK("processes: unless the attributes say otherwise", exit_of(spawn("usr2-ignored", NULL, &attributes)) == 0);
	signal(SIGUSR2, SIG_DFL);
	posix_spawnattr_destroy(&attributes);
	CHECK("processes: close-on-exec", file > 2 && exit_of(spawn("descriptor-open", NULL, NULL)) == 0);
	fcntl(file, F_SETFD, 0);
	CHECK("processes: and without", exit_of(spawn("descriptor-open", NULL, NULL)) == 1);
	close(file);
}

static void shells(void)
{
	FILE *stream;
	char line[64] = "";

	CHECK("processes: system's status", WEXITSTATUS(system("exit 3")) == 3);
	CHECK("processes: system(NULL)", system(NULL) != 0);
	CHECK("processes: a shell killed in system", WTERMSIG(system("kill -9 $$")) == SIGKILL);
	CHECK("processes: popen reads", (stream = popen("echo one; echo two; exit 4", "r")) &&
		fgets(line, sizeof line, stream) && !strcmp(line, "one\n") && fgets(line, sizeof line, stream) &&
		!strcmp(line, "two\n") && WEXITSTATUS(pclose(stream)) == 4);
	CHECK("processes: popen writes",
		(stream = popen("cat >popened", "w")) && fputs("to cat", stream) >= 0 && !pclose(stream) && holds("popened", "to cat"));
}

static int start_of_clone(void *argument)
{
	static _Thread_local int fresh = 3;

	*(int *)argument = 99;
	errno = 12;
	return fresh + errno;
}

static void cloning(void)
{
	static char stack[1 << 16] __attribute__((aligned(16)));
	int value = 1;
	pid_t child = clone(start_of_clone, stack + sizeof stack, SIGCHLD, &value);

	CHECK("processes: clone runs a function on a copy", child > 0 && exit_of(child) == 15 && value == 1);
}

static void waiting(void)
{
	siginfo_t details;
	struct rusage used;
	int status;
	pid_t child = spawn("exit-5", NULL, NULL);

	CHECK("processes: waitid", !waitid(P_PID, child, &details, WEXITED) && details.si_status == 5 &&
		details.si_pid == child && details.si_code == CLD_EXITED);
	child = spawn("exit-5", NULL, NULL);
	CHECK("processes: waitid leaves with WNOWAIT",
		!waitid(P_PID, child, &details, WEXITED | WNOWAIT) && exit_of(child) == 5);
	child = spawn("sleep", NULL, NULL);
	CHECK("processes: WNOHANG", waitpid(child, &status, WNOHANG) == 0);
	kill(child, SIGTERM);
	CHECK("processes: wait4 and a signal", wait4(child, &status, 0, &used) == child && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGTERM);
	CHECK("processes: nothing left to wait for", wait(NULL) == -1 && errno == ECHILD);
	CHECK("processes: abort is SIGABRT", waitpid(spawn("abort", NULL, NULL), &status, 0) > 0 && WTERMSIG(status) == SIGABRT);
	CHECK("processes: a call through a null pointer kills",
		waitpid(spawn("null-call", NULL, NULL), &status, 0) > 0 && WIFSIGNALED(status));
	CHECK("processes: a wild store is SIGSEGV",
		waitpid(spawn("wild-store", NULL, NULL), &status, 0) > 0 && WTERMSIG(status) == SIGSEGV);
	CHECK("processes: getrusage", !getrusage(RUSAGE_SELF, &used) && used.ru_maxrss > 0);
	CHECK("processes: times of children", !getrusage(RUSAGE_CHILDREN, &used) && used.ru_utime.tv_sec < 1000);
}

static void executing(void)
{
	char target[4096];
	ssize_t length;
	FILE *script = fopen("script", "w");

	CHECK("processes: exec of nothing", execl("/nonexistent", "x", (char *)NULL) == -1 && errno == ENOENT);
	fprintf(script, "#!/bin/sh\nexit $(($1 + 1))\n");
	fclose(script);
	CHECK("processes: exec without permission", execl("script", "x", (char *)NULL) == -1 && errno == EACCES);
	chmod("script", 0755);
	CHECK("processes: exec of a script", WEXITSTATUS(system("./script 41")) == 42);
	CHECK("processes: exec of a script from a program", exit_of(spawn("exec-script", NULL, NULL)) == 8);
	CHECK("processes: fexecve", exit_of(spawn("fexecve", NULL, NULL)) == 5);
	length = readlink("/proc/self/exe", target, sizeof target - 1);
	target[length > 0 ? length : 0] = 0;
	CHECK("processes: /proc/self/exe is this program", strstr(self, strrchr(target, '/') ? strrchr(target, '/') + 1 : "?"));
}

static void environment(void)
{
	posix_spawn_file_actions_t actions;

	CHECK("processes: setenv", !setenv("NAME", "value", 1) && !strcmp(getenv("NAME"), "value"));
	CHECK("processes: setenv does not overwrite", !setenv("NAME", "other", 0) && !strcmp(getenv("NAME"), "value"));
	CHECK("processes: unsetenv", !unsetenv("NAME") && !getenv("NAME"));
	CHECK("processes: putenv", !putenv("PUT=1") && !strcmp(getenv("PUT"), "1"));
	CHECK("processes: the environment is inherited", exit_of(spawn("put-is-1", NULL, NULL)) == 0);
	CHECK("processes: exit handlers run in reverse", exit_of(spawn("atexit", NULL, NULL)) == 21);
	CHECK("processes: quick_exit", exit_of(spawn("quick", NULL, NULL)) == 3);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "printed", O_CREAT | O_WRONLY | O_TRUNC, 0644);
	CHECK("processes: buffers are written at exit",
		exit_of(spawn("print", &actions, NULL)) == 0 && holds("printed", "printed at exit"));
	posix_spawn_file_actions_destroy(&actions);
}

static int exit_sum;

static void exit_first(void) { _exit(exit_sum * 10 + 1); }
static void exit_second(void) { exit_sum = 2; }
static void exit_quick(void) { _exit(3); }

typedef int function(void);

static int play(const char *role)
{
	sigset_t mask;
	struct sigaction action;

	if (!strcmp(role, "exit-5"))
		return 5;
	if (!strcmp(role, "mask-and-group")) {
		sigprocmask(SIG_SETMASK, NULL, &mask);
		return !(sigismember(&mask, SIGUSR1) && !sigismember(&mask, SIGUSR2) && getpgrp() == getpid());
	}
	if (!strcmp(role, "usr2-ignored")) {
		sigaction(SIGUSR2, NULL, &action);
		return action.sa_handler == SIG_IGN;
	}
	if (!strcmp(role, "descriptor-open")) {
		struct stat open_one, named;
		stat("close-me", &named);
		for (int i = 3; i < 64; i++)
			if (!fstat(i, &open_one) && open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev)
				return 1;
		return 0;
	}
	if (!strcmp(role, "sleep"))
		return (int)sleep(100);
	if (!strcmp(role, "abort"))
		abort();
	if (!strcmp(role, "null-call"))
		RUNTIME(function *, NULL)();
	if (!strcmp(role, "wild-store"))
		*RUNTIME(int *, (int *)0xffffff00) = 1;
	if (!strcmp(role, "exec-script"))
		execl("./script", "./script", "7", (char *)NULL);
	if (!strcmp(role, "fexecve")) {
		char *arguments[] = { self, "exit-5", NULL };
		fexecve(open(self, O_RDONLY | O_CLOEXEC), arguments, environ);
	}
	if (!strcmp(role, "put-is-1"))
		return !getenv("PUT") || strcmp(getenv("PUT"), "1");
	if (!strcmp(role, "atexit"))
		return atexit(exit_first) || atexit(exit_second);
	if (!strcmp(role, "quick")) {
		at_quick_exit(exit_quick);
		quick_exit(1);
	}
	if (!strcmp(role, "print"))
		return printf("printed at exit") != 15;
	return 99;
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			return 98;
		return play(argv[1]);
	}
	spawning();
	shells();
	cloning();
	waiting();
	executing();
	environment();
	return check_status();
}
