/* Cancellation of threads. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static sem_t started;
static atomic_int cleaned, passed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static int pipe_ends[2], socket_ends[2];

static void count(void *weight)
{
	cleaned += *(int *)weight;
}

static void unlock(void *mutex)
{
	pthread_mutex_unlock(mutex);
	cleaned++;
}

static bool cancelled(void *(*body)(void *))
{
	pthread_t thread;
	void *result = NULL;

	cleaned = passed = 0;
	if (pthread_create(&thread, NULL, body, NULL))
		return false;
	sem_wait(&started);
	usleep(5000);
	return !pthread_cancel(thread) && !pthread_join(thread, &result) && result == PTHREAD_CANCELED;
}

#define BLOCKS(name, call)                      \
	static void *name(void *argument)       \
	{                                       \
		int one = 1, ten = 10;          \
		pthread_cleanup_push(count, &one); \
		pthread_cleanup_push(count, &ten); \
		sem_post(&started);             \
		call;                           \
		passed++;                       \
		pthread_cleanup_pop(0);         \
		pthread_cleanup_pop(0);         \
		return argument;                \
	}

static char byte;
BLOCKS(in_sleep, sleep(100))
BLOCKS(in_nanosleep, nanosleep(&(struct timespec){ 100, 0 }, NULL))
BLOCKS(in_pause, pause())
BLOCKS(in_read, if (read(pipe_ends[0], &byte, 1) == 7) passed++)
BLOCKS(in_recv, recv(socket_ends[0], &byte, 1, 0))
BLOCKS(in_poll, poll(&(struct pollfd){ .fd = pipe_ends[0], .events = POLLIN }, 1, -1))
BLOCKS(in_semaphore, sem_t s; sem_init(&s, 0, 0); sem_wait(&s))
BLOCKS(in_a_loop, for (;;) { usleep(100); pthread_testcancel(); })

static void *in_condition(void *argument)
{
	pthread_mutex_lock(&lock);
	pthread_cleanup_push(unlock, &lock);
	sem_post(&started);
	for (;;)
		pthread_cond_wait(&never, &lock);
	pthread_cleanup_pop(0);
	return argument;
}

static void *disabled_first(void *argument)
{
	int state;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	sem_post(&started);
	usleep(30000);
	passed = 1;
	pthread_setcancelstate(state, NULL);
	pthread_testcancel();
	passed = 2;
	return argument;
}

static void *asynchronous(void *argument)
{
	int type;

	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &type);
	sem_post(&started);
	/* getppid is no cancellation point */
	for (;;)
		getppid();
	return argument;
}

static void *cancels_itself(void *argument)
{
	int one = 1;

	pthread_cleanup_push(count, &one);
	pthread_cancel(pthread_self());
	sem_post(&started);
	passed = 1;
	pthread_testcancel();
	passed = 2;
	pthread_cleanup_pop(0);
	return argument;
}

static void *finishes(void *argument)
{
	sem_post(&started);
	return argument;
}

int main(void)
{
	pthread_t thread;
	void *result = PTHREAD_CANCELED;

	sem_init(&started, 0, 0);
	if (pipe(pipe_ends) || socketpair(AF_UNIX, SOCK_STREAM, 0, socket_ends))
		return 2;
	CHECK("cancel: sleep", cancelled(in_sleep) && !passed);
	CHECK("cancel: clean-up functions run", cleaned == 11);
	CHECK("cancel: nanosleep", cancelled(in_nanosleep) && !passed && cleaned == 11);
	CHECK("cancel: pause", cancelled(in_pause) && !passed && cleaned == 11);
	CHECK("cancel: read", cancelled(in_read) && !passed && cleaned == 11);
	CHECK("cancel: recv", cancelled(in_recv) && !passed && cleaned == 11);
	CHECK("cancel: poll", cancelled(in_poll) && !passed && cleaned == 11);
	CHECK("cancel: sem_wait", cancelled(in_semaphore) && !passed && cleaned == 11);
	CHECK("cancel: testcancel in a loop", cancelled(in_a_loop) && !passed && cleaned == 11);
	CHECK("cancel: condition, the mutex is held again", cancelled(in_condition) && cleaned == 1 &&
		!pthread_mutex_trylock(&lock) && !pthread_mutex_unlock(&lock));
	CHECK("cancel: waits while it is disabled", cancelled(disabled_first) && passed == 1);
	CHECK("cancel: asynchronous", cancelled(asynchronous));
	CHECK("cancel: of oneself", cancelled(cancels_itself) && passed == 1 && cleaned == 1);
	pthread_create(&thread, NULL, finishes, NULL);
	sem_wait(&started);
	usleep(5000);
	CHECK("cancel: too late", !pthread_cancel(thread) && !pthread_join(thread, &result) && !result);
	CHECK("cancel: pipes still work",
		write(pipe_ends[1], "x", 1) == 1 && read(pipe_ends[0], &byte, 1) == 1 && byte == 'x');
	return check_status();
}
