#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/times.h>
#include "check.h"

extern char **environ;

static void statuses(void)
{
	int status, p[2];
	siginfo_t info;
	struct rusage usage;
	check("exit status", EXITED(IN_CHILD(_exit(7)), 7));
	check("exit status is 8 bits", EXITED(IN_CHILD(_exit(0x1234)), 0x34));
	check("death by SIGTERM", KILLED(IN_CHILD(raise(SIGTERM)), SIGTERM));
	check("death by SIGKILL", KILLED(IN_CHILD(kill(getpid(), SIGKILL)), SIGKILL));
	check("death by abort", KILLED(IN_CHILD(abort()), SIGABRT));
	pid_t pid = fork();
	if (!pid) _exit(4);
	check("waitid", !waitid(P_PID, (id_t)pid, &info, WEXITED) && info.si_status == 4 && info.si_pid == pid &&
		info.si_code == CLD_EXITED && info.si_signo == SIGCHLD);
	pid = fork();
	if (!pid) for (;;) pause();
	memset(&info, 1, sizeof info);
	check("waitid WNOHANG", !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG) && info.si_pid == 0);
	kill(pid, SIGSTOP);
	check("WUNTRACED", waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	kill(pid, SIGCONT);
	check("WCONTINUED", waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
	kill(pid, SIGINT);
	check("wait4 with rusage", wait4(pid, &status, 0, &usage) == pid && KILLED(status, SIGINT) && usage.ru_utime.tv_sec == 0);
	CHECK_ERRNO("wait without children", wait(0), ECHILD);
	if (pipe(p)) return;
	int variable = 1, *shared = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check("memory is copied", EXITED(IN_CHILD({ variable = 2; *shared = 77; }), 0) && variable == 1 && *shared == 77);
	/* grandchildren outlive their parent */
	if (!fork()) {
		if (!fork()) {
			usleep(30000);
			_exit(write(p[1], "g", 1) != 1);
		}
		_exit(0);
	}
	wait(0);
	char c = 0;
	check("orphan", read(p[0], &c, 1) == 1 && c == 'g');
	int n = 0;
	for (int i = 0; i < 20; i++) if (!fork()) _exit(i);
	for (int i = 0; i < 20; i++) n += wait(&status) > 0 ? WEXITSTATUS(status) : 1000;
	check("twenty children", n == 190);
	check("vfork", ({
		pid_t v = vfork();
		if (!v) _exit(5);
		waitpid(v, &status, 0);
		EXITED(status, 5);
	}));
}

static void spawning(const char *self)
{
	int status, error;
	pid_t pid;
	char text[64] = "";
	posix_spawn_file_actions_t actions;
	error = posix_spawn(&pid, "/nonexistent", 0, 0, (char *[]){ "x", 0 }, environ);
	check("posix_spawn of nothing", error == ENOENT);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "spawned", O_CREAT | O_WRONLY | O_TRUNC, 0644);
	error = posix_spawnp(&pid, "echo", &actions, 0, (char *[]){ "echo", "text", 0 }, environ);
	waitpid(pid, &status, 0);
	int fd = open("spawned", O_RDONLY);
	check("posix_spawnp with an open", !error && EXITED(status, 0) && read(fd, text, 64) == 5 && !memcmp(text, "text", 4));
	close(fd);
	unlink("spawned");
	check("system", EXITED(system("exit 3"), 3));
	FILE *f = popen("echo line", "r");
	check("popen", fgets(text, sizeof text, f) && !strcmp(text, "line\n") && pclose(f) == 0);
	f = popen("cat >out; exit 2", "w");
	fputs("to cat", f);
	check("popen for writing", EXITED(pclose(f), 2));
	unlink("out");

	status = IN_CHILD(execl(self, "other name", "arguments", "", "two words", (char *)0));
	check("exec of itself with argv[0]", EXITED(status, 42));
	status = IN_CHILD(execle(self, self, "environment", (char *)0, (char *[]){ "ONLY=this", 0 }));
	check("exec with an environment", EXITED(status, 43));
	status = IN_CHILD(execl("/proc/self/exe", self, "self", (char *)0));
	check("exec of /proc/self/exe", EXITED(status, 44));
	fd = open("script", O_CREAT | O_WRONLY | O_TRUNC, 0755);
	dprintf(fd, "#! %s  script argument \nline 2\n", self);
	close(fd);
	status = IN_CHILD(execl("./script", "script", "rest", (char *)0));
	check("exec of a script with this interpreter", EXITED(status, 45));
	fd = open("script", O_CREAT | O_WRONLY | O_TRUNC, 0755);
	dprintf(fd, "#!/bin/sh\nexit 6\n");
	close(fd);
	status = IN_CHILD(execl("./script", "script", (char *)0));
	check("exec of a shell script", EXITED(status, 6));
	chmod("script", 0644);
	CHECK_ERRNO("exec without permission", execl("./script", "script", (char *)0), EACCES);
	CHECK_ERRNO("exec of a folder", execl("/", "x", (char *)0), EACCES);
	fd = open("script", O_CREAT | O_WRONLY | O_TRUNC, 0644);
	chmod("script", 0755);
	close(fd);
	CHECK_ERRNO("exec of an empty file", execl("./script", "script", (char *)0), ENOEXEC);
	unlink("script");
	fd = open(self, O_RDONLY);
	status = IN_CHILD(fexecve(fd, (char *[]){ (char *)self, "self", 0 }, environ));
	check("fexecve", EXITED(status, 44));
	close(fd);
	char *huge = malloc(200000);
	memset(huge, 'x', 199999);
	huge[199999] = 0;
	CHECK_ERRNO("exec with a huge argument", execl(self, self, huge, (char *)0), E2BIG);
}

static void inheritance(const char *self)
{
	sigset_t set;
	int fd = open("/dev/null", O_RDONLY), kept = dup2(fd, 33), status;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGSEGV);
	status = IN_CHILD({
		sigprocmask(SIG_BLOCK, &set, 0);
		signal(SIGUSR1, SIG_IGN);
		signal(SIGFPE, SIG_IGN);
		signal(SIGHUP, exit);
		char number[16];
		snprintf(number, sizeof number, "%d", fd);
		execl(self, self, "inherited", number, (char *)0);
	});
	check("what exec keeps", EXITED(status, 46));
	close(fd);
	close(kept);
}

static void self(const char *program)
{
	char text[64] = "", link[4096] = "";
	struct tms t;
	check("getppid", EXITED(IN_CHILD({ pid_t me = getppid(); _exit(me > 1 ? 0 : 1); }), 0));
	check("setpgid, getsid", EXITED(IN_CHILD(_exit(setpgid(0, 0) || getpgid(0) != getpid() || getsid(0) < 0)), 0));
	check("setsid", EXITED(IN_CHILD(_exit(setsid() != getpid() || getpgrp() != getpid())), 0));
	check("comm", !prctl(PR_SET_NAME, "a name") && !prctl(PR_GET_NAME, text) && !strcmp(text, "a name"));
	char *real = realpath(program, 0);
	ssize_t n = readlink("/proc/self/exe", link, sizeof link - 1);
	check("/proc/self/exe", n > 0 && !strcmp(link, real));
	int fd = open("/proc/self/exe", O_RDONLY);
	struct stat a, b;
	check("opening /proc/self/exe", !fstat(fd, &a) && !stat(program, &b) && a.st_ino == b.st_ino);
	FILE *f = fopen("/proc/self/cmdline", "r");
	char line[256];
	size_t length = fread(line, 1, sizeof line, f);
	check("/proc/self/cmdline", length == strlen(program) + 1 && !strcmp(line, program));
	check("times", times(&t) != (clock_t)-1);
	check("nice", EXITED(IN_CHILD({ errno = 0; _exit(nice(3) - nice(0) == 0 && !errno ? 0 : 1); }), 0));
}

static int as_child(int argc, char **argv)
{
	char text[64] = "";
	if (!strcmp(argv[1], "arguments"))
		return argc == 4 && !strcmp(argv[0], "other name") && !*argv[2] && !strcmp(argv[3], "two words") ? 42 : 1;
	if (!strcmp(argv[1], "environment")) return environ[0] && !environ[1] && !strcmp(environ[0], "ONLY=this") ? 43 : 1;
	if (!strcmp(argv[1], "self")) return 44;
	if (!strcmp(argv[1], "script argument")) {
		prctl(PR_GET_NAME, text);
		return argc == 4 && !strcmp(argv[2], "./script") && !strcmp(argv[3], "rest") && !strcmp(text, "script") ? 45 : 1;
	}
	if (!strcmp(argv[1], "inherited")) {
		sigset_t set;
		struct sigaction usr1, fpe, hup;
		sigprocmask(0, 0, &set);
		sigaction(SIGUSR1, 0, &usr1);
		sigaction(SIGFPE, 0, &fpe);
		sigaction(SIGHUP, 0, &hup);
		bool fds = fcntl(33, F_GETFD) == 0 && fcntl(atoi(argv[2]), F_GETFD) == -1;
		return fds && sigismember(&set, SIGUSR2) && sigismember(&set, SIGSEGV) && !sigismember(&set, SIGUSR1) &&
			usr1.sa_handler == SIG_IGN && fpe.sa_handler == SIG_IGN && hup.sa_handler == SIG_DFL ? 46 : 1;
	}
	return 2;
}

int main(int argc, char **argv)
{
	if (argc > 1) return as_child(argc, argv);
	self(argv[0]);
	statuses();
	spawning(argv[0]);
	inheritance(argv[0]);
	return failures != 0;
}
