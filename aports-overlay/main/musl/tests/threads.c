/* POSIX threads: life cycle, locks, conditions, keys, thread-local storage. */
#define _GNU_SOURCE
#include "check.h"
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define THREADS 4

static struct timespec soon(clockid_t clock, long milliseconds)
{
	struct timespec t;

	clock_gettime(clock, &t);
	t.tv_nsec += milliseconds * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

static void *give_back(void *argument)
{
	return argument;
}

static void *exit_with(void *argument)
{
	pthread_exit(argument);
}

static void life(void)
{
	pthread_t thread;
	void *result = NULL;
	int good = 0, one = 1, two = 2;

	CHECK("threads: create and join",
		!pthread_create(&thread, NULL, give_back, &one) && !pthread_join(thread, &result) && result == &one);
	CHECK("threads: pthread_exit's value",
		!pthread_create(&thread, NULL, exit_with, &two) && !pthread_join(thread, &result) && result == &two);
	for (int i = 0; i < 200; i++) {
		pthread_attr_t attributes;
		pthread_attr_init(&attributes);
		pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
		good += !pthread_create(&thread, &attributes, give_back, NULL);
		pthread_attr_destroy(&attributes);
		if (i % 20 == 0)
			usleep(1000);
	}
	CHECK("threads: 200 detached ones", good == 200);
	good = 0;
	for (int i = 0; i < 200; i++)
		good += !pthread_create(&thread, NULL, give_back, &good) && !pthread_join(thread, &result) && result == &good;
	CHECK("threads: 200 joined one after the other", good == 200);
	CHECK("threads: join of oneself", pthread_join(pthread_self(), NULL) == EDEADLK);
}

static void *use_stack(void *argument)
{
	volatile char big[300000];

	memset((char *)big, 1, sizeof big);
	return big[sizeof big - 1] == 1 ? argument : NULL;
}

static void attributes(void)
{
	pthread_attr_t attribute;
	pthread_t thread;
	void *result = NULL, *stack;
	size_t size = 0;
	int value = 1;

	pthread_attr_init(&attribute);
	CHECK("threads: stack size", !pthread_attr_setstacksize(&attribute, 1 << 20) &&
		!pthread_attr_getstacksize(&attribute, &size) && size == 1 << 20);
	CHECK("threads: a stack of 1 MiB is usable", !pthread_create(&thread, &attribute, use_stack, &value) &&
		!pthread_join(thread, &result) && result == &value);
	pthread_attr_destroy(&attribute);
	pthread_attr_init(&attribute);
	stack = aligned_alloc(65536, 1 << 20);
	result = NULL;
	CHECK("threads: a stack of one's own", !pthread_attr_setstack(&attribute, stack, 1 << 20) &&
		!pthread_create(&thread, &attribute, use_stack, &value) && !pthread_join(thread, &result) && result == &value);
	free(stack);
	pthread_attr_destroy(&attribute);
	CHECK("threads: the smallest stack is not undercut", PTHREAD_STACK_MIN <= 1 << 20);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_rwlock_t read_write = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int once_count, serial_count;
static int turn, locked_count, spun_count, written_count;

static void count_once(void)
{
	once_count++;
}

static void *contend(void *argument)
{
	int self = (int)(intptr_t)argument;

	pthread_once(&once, count_once);
	for (int i = 0; i < 10000; i++) {
		pthread_mutex_lock(&lock);
		locked_count++;
		pthread_mutex_unlock(&lock);
	}
	for (int i = 0; i < 1000; i++) {
		pthread_spin_lock(&spin);
		spun_count++;
		pthread_spin_unlock(&spin);
		pthread_rwlock_wrlock(&read_write);
		written_count++;
		pthread_rwlock_unlock(&read_write);
		pthread_rwlock_rdlock(&read_write);
		pthread_rwlock_unlock(&read_write);
		free(malloc(i % 500 + 1));
	}
	for (int i = 0; i < 100; i++) {
		pthread_mutex_lock(&lock);
		while (turn != self)
			pthread_cond_wait(&changed, &lock);
		turn = (turn + 1) % THREADS;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
	}
	for (int i = 0; i < 10; i++)
		serial_count += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
	return NULL;
}

static void locks(void)
{
	pthread_t threads[THREADS];
	pthread_mutexattr_t attribute;
	pthread_mutex_t mutex;
	struct timespec until;

	pthread_spin_init(&spin, 0);
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (intptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, contend, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK("threads: mutex excludes", locked_count == THREADS * 10000);
	CHECK("threads: spin lock excludes", spun_count == THREADS * 1000);
	CHECK("threads: rwlock excludes", written_count == THREADS * 1000);
	CHECK("threads: condition passes turns", turn == 0);
	CHECK("threads: once", once_count == 1);
	CHECK("threads: barrier has one serial thread a round", serial_count == 10);

	pthread_mutexattr_init(&attribute);
	pthread_mutexattr_settype(&attribute, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&mutex, &attribute);
	CHECK("threads: errorcheck mutex locked twice", !pthread_mutex_lock(&mutex) && pthread_mutex_lock(&mutex) == EDEADLK);
	CHECK("threads: errorcheck mutex unlocked twice",
		!pthread_mutex_unlock(&mutex) && pthread_mutex_unlock(&mutex) == EPERM);
	pthread_mutexattr_settype(&attribute, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&mutex, &attribute);
	CHECK("threads: recursive mutex", !pthread_mutex_lock(&mutex) && !pthread_mutex_lock(&mutex) &&
		!pthread_mutex_unlock(&mutex) && !pthread_mutex_unlock(&mutex));
	pthread_mutex_init(&mutex, NULL);
	pthread_mutex_lock(&mutex);
	CHECK("threads: trylock of a locked mutex", pthread_mutex_trylock(&mutex) == EBUSY);
	until = soon(CLOCK_REALTIME, 30);
	CHECK("threads: timedlock ends", pthread_mutex_timedlock(&mutex, &until) == ETIMEDOUT);
	until = soon(CLOCK_REALTIME, 30);
	CHECK("threads: cond_timedwait ends", pthread_cond_timedwait(&changed, &mutex, &until) == ETIMEDOUT);
	pthread_mutex_unlock(&mutex);
	pthread_rwlock_rdlock(&read_write);
	CHECK("threads: write lock of a read-locked rwlock", pthread_rwlock_trywrlock(&read_write) == EBUSY);
	pthread_rwlock_unlock(&read_write);
}

static pthread_mutex_t robust;

static void *die_with_lock(void *argument)
{
	pthread_mutex_lock(&robust);
	return argument;
}

static void robust_lock(void)
{
	pthread_mutexattr_t attribute;
	pthread_t thread;

	pthread_mutexattr_init(&attribute);
	pthread_mutexattr_setrobust(&attribute, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&robust, &attribute);
	pthread_create(&thread, NULL, die_with_lock, NULL);
	pthread_join(thread, NULL);
	CHECK("threads: robust mutex tells of its owner's death", pthread_mutex_lock(&robust) == EOWNERDEAD);
	CHECK("threads: robust mutex made consistent", !pthread_mutex_consistent(&robust) &&
		!pthread_mutex_unlock(&robust) && !pthread_mutex_lock(&robust) && !pthread_mutex_unlock(&robust));
}

static sem_t semaphore;

static void *post_three(void *argument)
{
	for (int i = 0; i < 3; i++) {
		usleep(2000);
		sem_post(&semaphore);
	}
	return argument;
}

static void semaphores(void)
{
	struct timespec until = soon(CLOCK_REALTIME, 30);
	pthread_t thread;
	int value = -1;

	sem_init(&semaphore, 0, 0);
	CHECK("threads: sem_trywait of zero", sem_trywait(&semaphore) == -1 && errno == EAGAIN);
	CHECK("threads: sem_timedwait ends", sem_timedwait(&semaphore, &until) == -1 && errno == ETIMEDOUT);
	pthread_create(&thread, NULL, post_three, NULL);
	CHECK("threads: sem_wait", !sem_wait(&semaphore) && !sem_wait(&semaphore) && !sem_wait(&semaphore));
	pthread_join(thread, NULL);
	CHECK("threads: sem_getvalue", !sem_getvalue(&semaphore, &value) && value == 0);
}

static pthread_key_t key;
static atomic_int destroyed;

static void destroy(void *value)
{
	destroyed += *(int *)value;
}

static void *set_key(void *argument)
{
	if (pthread_getspecific(key))
		return NULL;
	pthread_setspecific(key, argument);
	return pthread_getspecific(key);
}

static void keys(void)
{
	static int value = 5;
	pthread_t threads[THREADS];
	void *result;
	int good = 0;

	pthread_key_create(&key, destroy);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, set_key, &value);
	for (int i = 0; i < THREADS; i++)
		good += !pthread_join(threads[i], &result) && result == &value;
	CHECK("threads: keys are per thread", good == THREADS && !pthread_getspecific(key));
	CHECK("threads: keys are destroyed", destroyed == THREADS * value);
	CHECK("threads: key deleted", !pthread_key_delete(key));
}

static _Thread_local int initialised = 5, zero;
static _Thread_local char large[3000] = { 1, 2, 3 };
static _Thread_local _Alignas(64) int aligned = 64;
static _Thread_local int *own_address = NULL;

static void *use_tls(void *argument)
{
	int self = (int)(intptr_t)argument;
	bool fresh = initialised == 5 && zero == 0 && large[2] == 3 && large[2999] == 0 && aligned == 64 && !own_address;

	initialised += self;
	zero = self;
	large[2999] = (char)self;
	own_address = &initialised;
	errno = self;
	pthread_barrier_wait(&barrier);
	usleep(1000);
	return (void *)(intptr_t)(fresh && errno == self && initialised == 5 + self && zero == self &&
		large[2999] == self && own_address == &initialised && (uintptr_t)&aligned % 64 == 0);
}

static void thread_local_storage(void)
{
	pthread_t threads[THREADS];
	void *result;
	int good = 0;

	errno = 0;
	for (intptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, use_tls, (void *)(i + 1));
	for (int i = 0; i < THREADS; i++)
		good += !pthread_join(threads[i], &result) && result;
	CHECK("threads: thread-local storage starts fresh and stays apart", good == THREADS);
	CHECK("threads: the main thread's storage is untouched", initialised == 5 && zero == 0 && large[2999] == 0);
	CHECK("threads: aligned thread-local storage", (uintptr_t)&aligned % 64 == 0);
}

static pthread_t seen_by_handler;
static atomic_int handled;

static void note_thread(int number)
{
	(void)number;
	seen_by_handler = pthread_self();
	handled = 1;
}

static void *wait_for_signal(void *argument)
{
	while (!handled)
		usleep(500);
	return argument;
}

static atomic_int notified;

static void notify(union sigval value)
{
	notified += value.sival_int;
}

static void signals_to_threads(void)
{
	struct sigaction action = { .sa_handler = note_thread };
	struct sigevent event = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = notify };
	struct itimerspec in = { .it_value = { .tv_nsec = 20000000 } };
	pthread_t thread;
	timer_t timer;

	sigaction(SIGUSR1, &action, NULL);
	pthread_create(&thread, NULL, wait_for_signal, NULL);
	CHECK("threads: pthread_kill", !pthread_kill(thread, SIGUSR1) && !pthread_join(thread, NULL) &&
		pthread_equal(seen_by_handler, thread));
	event.sigev_value.sival_int = 7;
	CHECK("threads: timer_create with SIGEV_THREAD",
		!timer_create(CLOCK_MONOTONIC, &event, &timer) && !timer_settime(timer, 0, &in, NULL));
	for (int i = 0; i < 200 && !notified; i++)
		usleep(5000);
	CHECK("threads: the timer's function ran once", notified == 7);
	timer_delete(timer);
}

static int c11_start(void *argument)
{
	return *(int *)argument + 1;
}

static void c11(void)
{
	thrd_t thread;
	mtx_t mutex;
	int value = 41, result = 0;

	CHECK("threads: C11 create and join", thrd_create(&thread, c11_start, &value) == thrd_success &&
		thrd_join(thread, &result) == thrd_success && result == 42);
	CHECK("threads: C11 mutex", mtx_init(&mutex, mtx_plain) == thrd_success && mtx_lock(&mutex) == thrd_success &&
		mtx_trylock(&mutex) == thrd_busy && mtx_unlock(&mutex) == thrd_success);
}

int main(void)
{
	life();
	attributes();
	locks();
	robust_lock();
	semaphores();
	keys();
	thread_local_storage();
	signals_to_threads();
	c11();
	return check_status();
}
