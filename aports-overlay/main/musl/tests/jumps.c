/* setjmp, longjmp, sigsetjmp and siglongjmp. */
#define _GNU_SOURCE
#include "check.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

static jmp_buf place, other_place;
static sigjmp_buf signal_place;

static void deep(int depth, int value)
{
	volatile char room[100];

	memset((char *)room, depth, sizeof room);
	if (depth > 0)
		deep(depth - 1, value);
	else if (room[0] == 0)
		longjmp(place, value);
	room[0]++;
}

static int caught(int value)
{
	int result = setjmp(place);

	if (result == 0)
		deep(10, value);
	return result;
}

static void basics(void)
{
	volatile int count = 0, local = 1;
	int result;

	CHECK("jumps: the value arrives", caught(42) == 42);
	CHECK("jumps: a negative value arrives", caught(-7) == -7);
	CHECK("jumps: zero becomes one", caught(0) == 1);
	result = setjmp(place);
	if (result == 0) {
		local = 2;
		deep(3, 5);
	}
	CHECK("jumps: volatile locals keep their change", local == 2 && result == 5);
	if (setjmp(place) < 5) {
		count++;
		longjmp(place, count);
	}
	CHECK("jumps: several to one place", count == 5);
	count = 0;
	for (volatile int i = 0; i < 100000; i++) {
		if (!setjmp(place))
			deep(1, 1);
		else
			count++;
	}
	CHECK("jumps: 100,000 in a loop", count == 100000);
	switch (setjmp(place)) {
	case 0:
		longjmp(place, 3);
	case 3:
		count = 3;
		break;
	default:
		count = 0;
	}
	CHECK("jumps: setjmp as a switch's condition", count == 3);
}

static int inner(int which)
{
	int result = setjmp(other_place);

	if (result == 0)
		longjmp(which ? other_place : place, 9);
	return result;
}

static void two_places(void)
{
	volatile int returned = 0;
	int result = setjmp(place);

	if (result == 0) {
		returned = inner(1);
		inner(0);
	}
	CHECK("jumps: inner place first, then past it to the outer one", returned == 9 && result == 9);
}

static int descend(int level, jmp_buf *places, int target)
{
	int result = setjmp(places[level]);

	if (result)
		return level * 100 + result;
	if (level == 9)
		longjmp(places[target], 7);
	return descend(level + 1, places, target);
}

static void recursion(void)
{
	static jmp_buf places[10];
	int good = 0;

	for (int i = 0; i < 10; i++)
		good += descend(0, places, i) == i * 100 + 7;
	CHECK("jumps: ten frames of one function, each can be reached", good == 10);
}

static int compares;

static int leave_sort(const void *a, const void *b)
{
	if (++compares == 20)
		longjmp(place, 20);
	return *(const int *)a - *(const int *)b;
}

static void through_library(void)
{
	int numbers[100];
	volatile int result;

	for (int i = 0; i < 100; i++)
		numbers[i] = i * 37 % 100;
	result = setjmp(place);
	if (result == 0)
		qsort(numbers, 100, sizeof *numbers, leave_sort);
	CHECK("jumps: out of a library's callback", result == 20 && compares == 20);
}

static void *jump_in_thread(void *argument)
{
	jmp_buf here;
	volatile int count = 0;

	for (volatile int i = 0; i < 1000; i++) {
		if (!setjmp(here))
			longjmp(here, 1);
		else
			count++;
	}
	return count == 1000 ? argument : NULL;
}

static void in_threads(void)
{
	pthread_t threads[4];
	void *result;
	int good = 0;

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, jump_in_thread, &good);
	for (int i = 0; i < 4; i++)
		good += !pthread_join(threads[i], &result) && result == &good;
	CHECK("jumps: in four threads at once", good == 4);
}

static bool is_blocked(int number)
{
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	return sigismember(&mask, number);
}

static void block(int how, int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(how, &set, NULL);
}

static void masks(void)
{
	volatile int round = 0;

	block(SIG_UNBLOCK, SIGUSR2);
	if (!sigsetjmp(signal_place, 1)) {
		block(SIG_BLOCK, SIGUSR2);
		siglongjmp(signal_place, 1);
	}
	CHECK("jumps: sigsetjmp(1) restores the mask", !is_blocked(SIGUSR2));
	if (!sigsetjmp(signal_place, 0)) {
		block(SIG_BLOCK, SIGUSR2);
		siglongjmp(signal_place, 1);
	}
	CHECK("jumps: sigsetjmp(0) leaves the mask", is_blocked(SIGUSR2));
	if (!_setjmp(place)) {
		block(SIG_UNBLOCK, SIGUSR2);
		_longjmp(place, 1);
	}
	CHECK("jumps: _setjmp leaves the mask", !is_blocked(SIGUSR2));
	if (sigsetjmp(signal_place, 1) == 0)
		round = 1;
	else
		round += 10;
	if (round == 1)
		siglongjmp(signal_place, 3);
	CHECK("jumps: sigsetjmp within a condition", round == 11);
}

static void leave(int number)
{
	siglongjmp(signal_place, number);
}

static void leave_plainly(int number)
{
	longjmp(place, number);
}

static void leave_with_details(int number, siginfo_t *details, void *context)
{
	(void)context;
	siglongjmp(signal_place, details->si_pid == getpid() ? number : -1);
}

static void out_of_handlers(void)
{
	struct sigaction action = { .sa_sigaction = leave_with_details, .sa_flags = SA_SIGINFO };
	volatile int result, count = 0;

	signal(SIGUSR1, leave);
	result = sigsetjmp(signal_place, 1);
	if (result == 0)
		raise(SIGUSR1);
	CHECK("jumps: siglongjmp out of a handler", result == SIGUSR1);
	CHECK("jumps: the signal is no longer blocked afterwards", !is_blocked(SIGUSR1));
	for (volatile int i = 0; i < 1000; i++) {
		if (!sigsetjmp(signal_place, 1))
			kill(getpid(), SIGUSR1);
		else
			count++;
	}
	CHECK("jumps: out of a handler 1,000 times", count == 1000);
	signal(SIGALRM, leave);
	result = sigsetjmp(signal_place, 1);
	if (result == 0) {
		ualarm(20000, 0);
		for (;;)
			pause();
	}
	CHECK("jumps: out of a handler that interrupts pause", result == SIGALRM);
	sigaction(SIGUSR2, &action, NULL);
	result = sigsetjmp(signal_place, 1);
	if (result == 0)
		kill(getpid(), SIGUSR2);
	CHECK("jumps: out of a handler with SA_SIGINFO", result == SIGUSR2);
	action = (struct sigaction){ .sa_handler = leave_plainly, .sa_flags = SA_NODEFER };
	sigaction(SIGUSR2, &action, NULL);
	result = setjmp(place);
	if (result == 0)
		raise(SIGUSR2);
	CHECK("jumps: longjmp out of a handler with SA_NODEFER", result == SIGUSR2);
}

int main(void)
{
	basics();
	two_places();
	recursion();
	through_library();
	in_threads();
	masks();
	out_of_handlers();
	return check_status();
}
