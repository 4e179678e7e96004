/*
 * Four threads pass jobs through one queue, guarded by a mutex and two condition
 * variables. Each worker counts what it did in thread-local storage, which the main
 * thread's copy must not see. The program verifies the sums itself.
 *
 * usage: pthread-demo [JOBS]    exit 0: everything added up; 1: it did not; 2: usage
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS = 4, QUEUE = 16 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static pthread_cond_t drained = PTHREAD_COND_INITIALIZER;
static uint32_t queue[QUEUE];
static size_t queued, head;
static bool closed;
static uint64_t total_sum, total_jobs;
static pthread_barrier_t everyone_started;

/* an initial value that is not zero shows that a thread gets the image, not only zeros */
static _Thread_local uint64_t my_jobs = 1000;
static _Thread_local uint64_t my_sum;
static _Thread_local char my_name[16] = "unnamed";

struct report {
	int number;
	uint64_t jobs, sum;
	const void *tls_address;
	char name[16];
	bool fresh;
};

static uint64_t collatz_steps(uint64_t n)
{
	uint64_t steps = 0;

	for (; n > 1; steps++)
		n = n % 2 ? 3 * n + 1 : n / 2;
	return steps;
}

static void *worker(void *argument)
{
	struct report *report = argument;

	report->fresh = my_jobs == 1000 && my_sum == 0 && strcmp(my_name, "unnamed") == 0;
	report->tls_address = &my_jobs;
	snprintf(my_name, sizeof my_name, "worker %d", report->number);
	my_jobs = 0;
	pthread_barrier_wait(&everyone_started);
	for (;;) {
		uint32_t job;

		pthread_mutex_lock(&lock);
		while (queued == 0 && !closed)
			pthread_cond_wait(&filled, &lock);
		if (queued == 0) {
			pthread_mutex_unlock(&lock);
			break;
		}
		job = queue[head];
		head = (head + 1) % QUEUE;
		queued--;
		pthread_cond_signal(&drained);
		pthread_mutex_unlock(&lock);

		my_sum += collatz_steps(job);
		my_jobs++;
	}
	pthread_mutex_lock(&lock);
	total_sum += my_sum;
	total_jobs += my_jobs;
	pthread_mutex_unlock(&lock);
	report->jobs = my_jobs;
	report->sum = my_sum;
	memcpy(report->name, my_name, sizeof report->name);
	return report;
}

static void put(uint32_t job)
{
	pthread_mutex_lock(&lock);
	while (queued == QUEUE)
		pthread_cond_wait(&drained, &lock);
	queue[(head + queued) % QUEUE] = job;
	queued++;
	pthread_cond_signal(&filled);
	pthread_mutex_unlock(&lock);
}

static void fail_on(int error, const char *what)
{
	if (error == 0)
		return;
	fprintf(stderr, "pthread-demo: %s: %s\n", what, strerror(error));
	exit(1);
}

static int good = 1;

static void expect(bool claim, const char *what)
{
	printf("%s: %s\n", claim ? "yes" : "NO", what);
	if (!claim)
		good = 0;
}

static void compare(const struct report *reports, uint32_t jobs)
{
	uint64_t sum = 0, count = 0;
	bool fresh = true, distinct = true, named = true;

	for (uint32_t job = 1; job <= jobs; job++)
		sum += collatz_steps(job);
	for (int i = 0; i < WORKERS; i++) {
		char name[16];

		snprintf(name, sizeof name, "worker %d", reports[i].number);
		named = named && strcmp(name, reports[i].name) == 0;
		fresh = fresh && reports[i].fresh;
		count += reports[i].jobs;
		distinct = distinct && reports[i].tls_address != &my_jobs;
		for (int j = 0; j < i; j++)
			distinct = distinct && reports[i].tls_address != reports[j].tls_address;
		printf("%s: %" PRIu64 " jobs, sum %" PRIu64 "\n", reports[i].name, reports[i].jobs,
		       reports[i].sum);
	}
	printf("jobs %" PRIu64 ", sum %" PRIu64 ", expected %" PRIu32 " and %" PRIu64 "\n", total_jobs,
	       total_sum, jobs, sum);
	expect(total_jobs == jobs && count == jobs, "every job was done once");
	expect(total_sum == sum, "the threads' sum is the single thread's sum");
	expect(fresh, "each thread started with the initial values of its thread-local variables");
	expect(distinct, "thread-local variables have an address of their own in each thread");
	expect(named, "thread-local strings keep their thread's value");
	expect(my_jobs == 1000 && my_sum == 0, "the main thread's own copy is untouched");
}

int main(int argc, char **argv)
{
	pthread_t threads[WORKERS];
	struct report reports[WORKERS] = { 0 };
	unsigned long jobs = 20000;

	if (argc > 1) {
		char *end;

		errno = 0;
		jobs = strtoul(argv[1], &end, 10);
		if (errno != 0 || end == argv[1] || *end != '\0' || argv[1][0] == '-' || jobs > 1000000) {
			fprintf(stderr, "usage: pthread-demo [JOBS], 0 to 1000000\n");
			return 2;
		}
	}
	fail_on(pthread_barrier_init(&everyone_started, NULL, WORKERS + 1), "pthread_barrier_init");
	for (int i = 0; i < WORKERS; i++) {
		reports[i].number = i + 1;
		fail_on(pthread_create(&threads[i], NULL, worker, &reports[i]), "pthread_create");
	}
	pthread_barrier_wait(&everyone_started);
	for (uint32_t job = 1; job <= jobs; job++)
		put(job);
	pthread_mutex_lock(&lock);
	closed = true;
	pthread_cond_broadcast(&filled);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < WORKERS; i++) {
		void *result;

		fail_on(pthread_join(threads[i], &result), "pthread_join");
		expect(result == &reports[i], "a thread's result arrives at its join");
	}
	compare(reports, (uint32_t)jobs);
	return good ? 0 : 1;
}
