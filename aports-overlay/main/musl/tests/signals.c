/* Signals: actions, masks, waiting, timers. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t count, last, inside, value, code, sender, blocked_inside;

static void handle(int number)
{
	count++;
	last = number;
}

static void handle_details(int number, siginfo_t *details, void *context)
{
	count++;
	last = number;
	code = details->si_code;
	sender = details->si_pid;
	value = details->si_value.sival_int;
	inside = context != NULL;
}

static void look_at_mask(int number)
{
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	blocked_inside = sigismember(&mask, number) + 10 * sigismember(&mask, SIGTERM);
}

static void act(int number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
	count = last = 0;
}

static sigset_t only(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	return set;
}

static void actions(void)
{
	struct sigaction action = { .sa_sigaction = handle_details, .sa_flags = SA_SIGINFO }, old;
	union sigval with = { .sival_int = 1234 };

	act(SIGUSR1, handle, 0);
	CHECK("signals: raise calls the handler before it returns", !raise(SIGUSR1) && count == 1 && last == SIGUSR1);
	CHECK("signals: kill of oneself too", !kill(getpid(), SIGUSR1) && count == 2);
	sigemptyset(&action.sa_mask);
	sigaction(SIGUSR2, &action, NULL);
	kill(getpid(), SIGUSR2);
	CHECK("signals: details of kill", last == SIGUSR2 && code == SI_USER && sender == getpid() && inside);
	sigqueue(getpid(), SIGUSR2, with);
	CHECK("signals: details of sigqueue", code == SI_QUEUE && value == 1234 && sender == getpid());
	CHECK("signals: the old action with SA_SIGINFO",
		!sigaction(SIGUSR2, NULL, &old) && old.sa_sigaction == handle_details && (old.sa_flags & SA_SIGINFO));
	CHECK("signals: the old action without", !sigaction(SIGUSR1, NULL, &old) && old.sa_handler == handle &&
		!(old.sa_flags & SA_SIGINFO));
	CHECK("signals: signal() returns what was", signal(SIGUSR1, SIG_IGN) == handle && signal(SIGUSR1, SIG_DFL) == SIG_IGN);
	act(SIGUSR1, SIG_IGN, 0);
	CHECK("signals: ignored", !raise(SIGUSR1));
	act(SIGUSR1, handle, SA_RESETHAND);
	raise(SIGUSR1);
	CHECK("signals: SA_RESETHAND", count == 1 && !sigaction(SIGUSR1, NULL, &old) && old.sa_handler == SIG_DFL);
	CHECK("signals: SIGKILL has no handler", sigaction(SIGKILL, &action, NULL) == -1 && errno == EINVAL);
	CHECK("signals: there is no signal 1000", sigaction(1000, &action, NULL) == -1 && errno == EINVAL);
	CHECK("signals: kill with 0 looks only", !kill(getpid(), 0));
	action = (struct sigaction){ .sa_handler = look_at_mask };
	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, SIGTERM);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	CHECK("signals: the mask inside of a handler", blocked_inside == 11);
	action.sa_flags = SA_NODEFER;
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	CHECK("signals: the mask inside with SA_NODEFER", blocked_inside == 10);
}

static void masks(void)
{
	sigset_t set = only(SIGUSR1), old, pending;
	siginfo_t details;
	struct timespec short_time = { 0, 20000000 };
	int number = 0;

	act(SIGUSR1, handle, 0);
	CHECK("signals: blocked", !sigprocmask(SIG_BLOCK, &set, &old) && !kill(getpid(), SIGUSR1) && count == 0);
	CHECK("signals: pending", !sigpending(&pending) && sigismember(&pending, SIGUSR1));
	CHECK("signals: delivered when unblocked", !sigprocmask(SIG_SETMASK, &old, NULL) && count == 1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR1);
	CHECK("signals: sigsuspend", sigsuspend(&old) == -1 && errno == EINTR && count == 2);
	kill(getpid(), SIGUSR1);
	CHECK("signals: sigwait", !sigwait(&set, &number) && number == SIGUSR1 && count == 2);
	CHECK("signals: sigtimedwait ends", sigtimedwait(&set, &details, &short_time) == -1 && errno == EAGAIN);
	kill(getpid(), SIGUSR1);
	CHECK("signals: sigwaitinfo", sigwaitinfo(&set, &details) == SIGUSR1 && details.si_pid == getpid());
	sigprocmask(SIG_SETMASK, &old, NULL);
	CHECK("signals: none is left", count == 2);
}

static void queue(void)
{
	sigset_t set = only(SIGRTMIN + 1), old;
	siginfo_t details;
	int good = 0;

	sigprocmask(SIG_BLOCK, &set, &old);
	for (int i = 0; i < 5; i++)
		sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = i });
	for (int i = 0; i < 5; i++)
		good += sigtimedwait(&set, &details, &(struct timespec){ 1, 0 }) == SIGRTMIN + 1 &&
			details.si_value.sival_int == i;
	CHECK("signals: real-time signals queue in order", good == 5);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static volatile sig_atomic_t queued_sum, queued_count;

static void add_value(int number, siginfo_t *details, void *context)
{
	(void)number;
	(void)context;
	queued_sum = queued_sum * 10 + details->si_value.sival_int;
	queued_count++;
}

static void queue_to_handler(void)
{
	struct sigaction action = { .sa_sigaction = add_value, .sa_flags = SA_SIGINFO };
	sigset_t set = only(SIGRTMIN + 2), old;

	sigemptyset(&action.sa_mask);
	sigaction(SIGRTMIN + 2, &action, NULL);
	sigprocmask(SIG_BLOCK, &set, &old);
	for (int i = 1; i <= 4; i++)
		sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ .sival_int = i });
	sigprocmask(SIG_SETMASK, &old, NULL);
	CHECK("signals: a handler sees every queued signal in order", queued_count == 4 && queued_sum == 1234);
}

/* A child sends SIGUSR1 after 20 ms and a byte into the pipe after 60 ms. */
static pid_t disturb(int descriptor)
{
	pid_t parent = getpid(), child = fork();

	if (child == 0) {
		usleep(20000);
		kill(parent, SIGUSR1);
		usleep(40000);
		if (write(descriptor, "x", 1) != 1)
			_exit(1);
		_exit(0);
	}
	return child;
}

static void interruption(void)
{
	int ends[2];
	char byte;
	pid_t child;

	if (pipe(ends))
		return;
	act(SIGUSR1, handle, SA_RESTART);
	child = disturb(ends[1]);
	CHECK("signals: read with SA_RESTART goes on", read(ends[0], &byte, 1) == 1 && count == 1);
	waitpid(child, NULL, 0);
	act(SIGUSR1, handle, 0);
	child = disturb(ends[1]);
	CHECK("signals: read without SA_RESTART ends", read(ends[0], &byte, 1) == -1 && errno == EINTR && count == 1);
	CHECK("signals: and works the next time", read(ends[0], &byte, 1) == 1);
	waitpid(child, NULL, 0);
	act(SIGUSR1, handle, SA_RESTART);
	child = disturb(ends[1]);
	CHECK("signals: waitpid with SA_RESTART goes on", waitpid(child, NULL, 0) == child && count == 1);
	CHECK("signals: (the byte is read)", read(ends[0], &byte, 1) == 1);
	child = disturb(ends[1]);
	CHECK("signals: nanosleep is not restarted", usleep(3000000) == -1 && errno == EINTR);
	waitpid(child, NULL, 0);
	close(ends[0]);
	close(ends[1]);
}

static void timers(void)
{
	struct itimerval every = { { 0, 5000 }, { 0, 5000 } }, off = { { 0, 0 }, { 0, 0 } }, left;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	struct itimerspec in = { .it_value = { .tv_nsec = 20000000 } };
	timer_t timer;

	act(SIGALRM, handle, 0);
	setitimer(ITIMER_REAL, &every, NULL);
	while (count < 5)
		pause();
	CHECK("signals: setitimer repeats", count >= 5);
	setitimer(ITIMER_REAL, &off, NULL);
	CHECK("signals: and stops", !getitimer(ITIMER_REAL, &left) && left.it_value.tv_usec == 0 && left.it_value.tv_sec == 0);
	CHECK("signals: alarm tells what was left", alarm(100) == 0 && alarm(0) >= 99);
	count = 0;
	event.sigev_value.sival_int = 77;
	CHECK("signals: timer_create", !timer_create(CLOCK_MONOTONIC, &event, &timer) && !timer_settime(timer, 0, &in, NULL));
	CHECK("signals: the timer interrupts a sleep", usleep(3000000) == -1 && errno == EINTR && count == 1);
	CHECK("signals: timer_delete", !timer_delete(timer));
}

static void descriptors(void)
{
	sigset_t set = only(SIGUSR2), old;
	struct signalfd_siginfo details;
	int descriptor;

	sigprocmask(SIG_BLOCK, &set, &old);
	descriptor = signalfd(-1, &set, SFD_CLOEXEC);
	kill(getpid(), SIGUSR2);
	CHECK("signals: signalfd", read(descriptor, &details, sizeof details) == sizeof details &&
		details.ssi_signo == SIGUSR2 && details.ssi_pid == (unsigned)getpid());
	close(descriptor);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void alternate_stack(void)
{
	stack_t stack = { .ss_sp = malloc(65536), .ss_size = 65536 }, old;

	CHECK("signals: sigaltstack is kept", !sigaltstack(&stack, NULL) && !sigaltstack(NULL, &old) &&
		old.ss_sp == stack.ss_sp && old.ss_size == 65536 && !(old.ss_flags & SS_DISABLE));
	act(SIGUSR1, handle, SA_ONSTACK);
	CHECK("signals: SA_ONSTACK", !raise(SIGUSR1) && count == 1);
	stack.ss_flags = SS_DISABLE;
	CHECK("signals: sigaltstack disabled", !sigaltstack(&stack, NULL));
	free(stack.ss_sp);
}

static void names(void)
{
	CHECK("signals: strsignal", !strcmp(strsignal(SIGKILL), "Killed") && !strcmp(strsignal(SIGHUP), "Hangup"));
	CHECK("signals: SIGRTMIN and SIGRTMAX leave 30", SIGRTMAX - SIGRTMIN >= 28 && SIGRTMAX == 64);
}

int main(void)
{
	actions();
	masks();
	queue();
	queue_to_handler();
	interruption();
	timers();
	descriptors();
	alternate_stack();
	names();
	return check_status();
}
