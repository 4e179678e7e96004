/* Running other programs. */
#include "driver.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
bool verbose;
static volatile sig_atomic_t ended_by;

void print_command(const struct list *command)
{
	fflush(stdout);
	for (size_t i = 0; i < command->count; i++)
		fprintf(stderr, " \"%s\"", command->items[i]);
	fputc('\n', stderr);
}

static void note_signal(int number)
{
	ended_by = number;
}

void catch_signals(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct sigaction action, old;
		memset(&action, 0, sizeof action);
		action.sa_handler = note_signal;
		if (!sigaction(numbers[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(numbers[i], &action, NULL);
	}
}

static _Noreturn void end_by_signal(pid_t child)
{
	int number = ended_by;

	kill(child, number);
	waitpid(child, NULL, 0);
	remove_temporary();
	signal(number, SIG_DFL);
	raise(number);
	_exit(128 + number);
}

int run(const struct list *command, const char *output, const char *errors)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status;

	if (verbose)
		print_command(command);
	fflush(stdout);
	posix_spawn_file_actions_init(&actions);
	if (output)
		posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (errors)
		posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int error = posix_spawnp(&child, command->items[0], &actions, NULL, command->items, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error)
		fail("cannot start %s: %s; toolchain/setup installs what is needed", command->items[0],
			strerror(error));
	while (waitpid(child, &status, 0) < 0)
		if (ended_by)
			end_by_signal(child);
		else if (errno != EINTR)
			fail("waitpid: %s", strerror(errno));
	if (ended_by)
		end_by_signal(child);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void become(const struct list *command)
{
	if (verbose)
		print_command(command);
	fflush(stdout);
	execvp(command->items[0], command->items);
	fail("cannot start %s: %s; toolchain/setup installs what is needed", command->items[0], strerror(errno));
}
