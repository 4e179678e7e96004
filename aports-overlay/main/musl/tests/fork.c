/* fork and what a child inherits. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int status_of(pid_t child)
{
	int status = -1;

	return waitpid(child, &status, 0) == child ? status : -1;
}

static int exit_of(pid_t child)
{
	int status = status_of(child);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int global = 1;
static _Thread_local int local_to_thread = 1;

static void memory(void)
{
	int *shared = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int *heap = malloc(sizeof *heap), automatic = 1;
	pid_t parent = getpid(), child;

	*heap = 1;
	child = fork();
	if (child == 0) {
		bool good = global == 1 && automatic == 1 && *heap == 1 && local_to_thread == 1;
		global = automatic = *heap = local_to_thread = 2;
		*shared = 77;
		_exit(good && getppid() == parent && getpid() != parent ? 7 : 1);
	}
	CHECK("fork: the child ends with its status", exit_of(child) == 7);
	CHECK("fork: memory is the child's own", global == 1 && automatic == 1 && *heap == 1 && local_to_thread == 1);
	CHECK("fork: a shared mapping is shared", *shared == 77);
	munmap(shared, 65536);
	free(heap);
}

static void nested(void)
{
	pid_t child = fork();
	int sum = 0;

	if (child == 0) {
		pid_t grandchild = fork();
		if (grandchild == 0)
			_exit(3);
		_exit(exit_of(grandchild) + 1);
	}
	CHECK("fork: a child of a child", exit_of(child) == 4);
	for (int i = 0; i < 30; i++) {
		child = fork();
		if (child == 0)
			_exit(i);
		sum += exit_of(child);
	}
	CHECK("fork: 30 times", sum == 29 * 30 / 2);
}

static void descriptors(void)
{
	int ends[2], file;
	char text[8] = "";
	pid_t child;
	off_t position;

	if (pipe(ends))
		return;
	child = fork();
	if (child == 0) {
		close(ends[0]);
		_exit(write(ends[1], "hello", 5) != 5);
	}
	close(ends[1]);
	CHECK("fork: a pipe from the child", read(ends[0], text, sizeof text) == 5 && !strcmp(text, "hello"));
	CHECK("fork: its end when the child is gone", read(ends[0], text, sizeof text) == 0 && exit_of(child) == 0);
	close(ends[0]);
	file = open("offsets", O_RDWR | O_CREAT, 0600);
	child = fork();
	if (child == 0)
		_exit(write(file, "12345", 5) != 5);
	exit_of(child);
	position = lseek(file, 0, SEEK_CUR);
	CHECK("fork: a file's position is shared", position == 5);
	close(file);
}

static void buffers(void)
{
	FILE *file = fopen("appended", "a");
	struct stat status;
	pid_t child;

	fputs("twice\n", file);
	child = fork();
	if (child == 0)
		exit(fclose(file));
	exit_of(child);
	fclose(file);
	CHECK("fork: unwritten buffers exist twice", !stat("appended", &status) && status.st_size == 12);
}

static char order[16];
static size_t order_length;

/* The handlers stay for all later forks. */
static void note(char letter)
{
	if (order_length < sizeof order - 1)
		order[order_length++] = letter;
}

static void prepare_a(void) { note('a'); }
static void prepare_b(void) { note('b'); }
static void parent_a(void) { note('p'); }
static void parent_b(void) { note('q'); }
static void child_a(void) { note('c'); }
static void child_b(void) { note('d'); }

static void handlers(void)
{
	pid_t child;

	pthread_atfork(prepare_a, parent_a, child_a);
	pthread_atfork(prepare_b, parent_b, child_b);
	child = fork();
	if (child == 0)
		_exit(strcmp(order, "bacd") != 0);
	CHECK("fork: pthread_atfork in the parent", !strcmp(order, "bapq"));
	CHECK("fork: pthread_atfork in the child", exit_of(child) == 0);
}

static void *fork_here(void *argument)
{
	int good = 0;

	local_to_thread = 42;
	for (int i = 0; i < 10; i++) {
		pid_t child = fork();
		if (child == 0) {
			char *block = malloc(1000);
			memset(block, 1, 1000);
			_exit(local_to_thread == 42 ? 9 : 8);
		}
		good += exit_of(child) == 9;
	}
	return good == 10 ? argument : NULL;
}

static atomic_int stop;

static void *allocate(void *argument)
{
	while (!stop)
		free(malloc(100));
	return argument;
}

static void *thread_of_child(void *argument)
{
	return argument;
}

static void threads(void)
{
	pthread_t busy, forking;
	void *result = NULL;
	pid_t child;

	pthread_create(&busy, NULL, allocate, NULL);
	pthread_create(&forking, NULL, fork_here, &stop);
	pthread_join(forking, &result);
	CHECK("fork: from a thread while another allocates", result == &stop);
	stop = 1;
	pthread_join(busy, NULL);
	child = fork();
	if (child == 0) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, thread_of_child, &stop) || pthread_join(thread, &result))
			_exit(1);
		_exit(result == &stop ? 5 : 2);
	}
	CHECK("fork: the child can make threads", exit_of(child) == 5);
}

static volatile sig_atomic_t handled;

static void handle(int number)
{
	pid_t child = fork();

	if (child == 0)
		_exit(number == SIGUSR1 ? 6 : 1);
	handled = exit_of(child);
}

static void in_handler(void)
{
	signal(SIGUSR1, handle);
	raise(SIGUSR1);
	CHECK("fork: in a signal handler", handled == 6);
	signal(SIGUSR1, SIG_DFL);
}

static void signals(void)
{
	sigset_t set, mask;
	pid_t child;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR2);
	child = fork();
	if (child == 0) {
		sigset_t pending;
		sigprocmask(SIG_SETMASK, NULL, &mask);
		sigpending(&pending);
		_exit(sigismember(&mask, SIGUSR2) && !sigismember(&pending, SIGUSR2) ? 0 : 1);
	}
	CHECK("fork: the mask is inherited, pending signals are not", exit_of(child) == 0);
	sigwait(&set, &(int){ 0 });
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	child = fork();
	if (child == 0)
		for (;;)
			pause();
	kill(child, SIGTERM);
	CHECK("fork: a child killed", WTERMSIG(status_of(child)) == SIGTERM);
	child = fork();
	if (child == 0) {
		raise(SIGSTOP);
		_exit(4);
	}
	int status = 0;
	CHECK("fork: a child stopped", waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status) &&
		WSTOPSIG(status) == SIGSTOP);
	kill(child, SIGCONT);
	CHECK("fork: and continued", exit_of(child) == 4);
}

static void sessions(void)
{
	pid_t child = fork();

	if (child == 0) {
		if (setsid() != getpid() || getpgrp() != getpid() || getsid(0) != getpid())
			_exit(1);
		_exit(0);
	}
	CHECK("fork: setsid in the child", exit_of(child) == 0);
	child = fork();
	if (child == 0)
		_exit(daemon(1, 1) || getppid() == getpid());
	CHECK("fork: daemon", exit_of(child) == 0);
}

static void v_fork(void)
{
	pid_t child = vfork();

	if (child == 0) {
		execl("/bin/sh", "sh", "-c", "exit 9", (char *)NULL);
		_exit(1);
	}
	CHECK("fork: vfork and exec", exit_of(child) == 9);
}

int main(void)
{
	memory();
	nested();
	descriptors();
	buffers();
	handlers();
	threads();
	in_handler();
	signals();
	sessions();
	v_fork();
	return check_status();
}
