#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <time.h>
#include "check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int total, turn, destroyed, initialised, written;
static _Thread_local int own = 5;
static _Thread_local char aligned[64] __attribute__((aligned(64))) = "initial";

static void destroy(void *p) { (void)p; __atomic_fetch_add(&destroyed, 1, __ATOMIC_SEQ_CST); }
static void initialise(void) { initialised++; }

static void *work(void *argument)
{
	int id = (int)(long)argument;
	own += id;
	errno = 1000 + id;
	pthread_once(&once, initialise);
	pthread_setspecific(key, &own);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 5000; i++) {
		pthread_mutex_lock(&mutex);
		total++;
		pthread_mutex_unlock(&mutex);
		free(malloc((size_t)(i % 500 + 1)));
	}
	for (int i = 0; i < 50; i++) {
		pthread_mutex_lock(&mutex);
		while (turn != id) pthread_cond_wait(&changed, &mutex);
		turn = (turn + 1) % 4;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&mutex);
		pthread_rwlock_wrlock(&rwlock);
		written++;
		pthread_rwlock_unlock(&rwlock);
	}
	bool right = errno == 1000 + id && own == 5 + id && !strcmp(aligned, "initial") && !((long)aligned % 64);
	return (void *)(long)(right ? id : 100);
}

static void four(void)
{
	pthread_t t[4];
	long sum = 0;
	pthread_barrier_init(&barrier, 0, 4);
	pthread_key_create(&key, destroy);
	for (long i = 0; i < 4; i++) pthread_create(&t[i], 0, work, (void *)i);
	for (int i = 0; i < 4; i++) {
		void *r;
		pthread_join(t[i], &r);
		sum += (long)r;
	}
	check("mutex", total == 20000);
	check("errno and thread-local storage", sum == 6);
	check("condition variables", turn == 0);
	check("read-write lock", written == 200);
	check("once", initialised == 1);
	check("key destructors", destroyed == 4);
}

static int cleaned;
static void clean(void *p) { (void)p; cleaned++; }
static void *sleep_long(void *p)
{
	pthread_cleanup_push(clean, p);
	sleep(100);
	pthread_cleanup_pop(0);
	return 0;
}
static void *wait_long(void *p)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push((void (*)(void *))clean, p);
	for (;;) pthread_cond_wait(&changed, &mutex);
	pthread_cleanup_pop(0);
	return 0;
}
static void *ready_to_die(void *p)
{
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, 0);
	for (;;) {
		pthread_testcancel();
		sched_yield();
	}
	return p;
}

static void cancellation(void)
{
	void *(*const bodies[])(void *) = { sleep_long, wait_long, ready_to_die };
	int right = 0;
	for (int i = 0; i < 3; i++) {
		pthread_t t;
		void *r;
		pthread_create(&t, 0, bodies[i], 0);
		usleep(20000);
		pthread_cancel(t);
		pthread_join(t, &r);
		right += r == PTHREAD_CANCELED;
		pthread_mutex_trylock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
	check("cancellation", right == 3 && cleaned == 2);
}

static sem_t done;
static void *post(void *p) { sem_post(&done); return p; }
static void *leave(void *p) { pthread_exit((void *)((long)p + 1)); }

static void life(void)
{
	pthread_attr_t attributes;
	pthread_t t;
	void *r;
	sem_init(&done, 0, 0);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	int bad = 0;
	for (int i = 0; i < 100; i++) {
		bad += pthread_create(&t, &attributes, post, 0) != 0;
		sem_wait(&done);
	}
	check("a hundred detached threads", !bad);
	pthread_create(&t, 0, leave, (void *)41);
	pthread_join(t, &r);
	check("pthread_exit", r == (void *)42);
	struct timespec limit;
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_nsec += 20000000;
	if (limit.tv_nsec >= 1000000000) limit.tv_nsec -= 1000000000, limit.tv_sec++;
	check("sem_timedwait", sem_timedwait(&done, &limit) == -1 && errno == ETIMEDOUT);
	limit.tv_sec++;
	pthread_mutex_lock(&mutex);
	check("mutex of another kind", ({
		pthread_mutexattr_t kind;
		pthread_mutex_t recursive;
		pthread_mutexattr_init(&kind);
		pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
		pthread_mutex_init(&recursive, &kind);
		!pthread_mutex_lock(&recursive) && !pthread_mutex_lock(&recursive);
	}));
	pthread_mutex_unlock(&mutex);
}

static pthread_mutex_t *robust_mutex(void)
{
	pthread_mutexattr_t kind;
	pthread_mutex_t *m = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_init(&kind);
	pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(m, &kind);
	return m;
}
static void *lock_and_end(void *m) { pthread_mutex_lock(m); return 0; }

static void robust(void)
{
	pthread_mutex_t *m = robust_mutex();
	pthread_t t;
	pthread_create(&t, 0, lock_and_end, m);
	pthread_join(t, 0);
	check("robust mutex after a thread's end", pthread_mutex_lock(m) == EOWNERDEAD && !pthread_mutex_consistent(m) &&
		!pthread_mutex_unlock(m));
	check("robust mutex after a process's end", EXITED(IN_CHILD(pthread_mutex_lock(m)), 0) &&
		pthread_mutex_lock(m) == EOWNERDEAD && !pthread_mutex_consistent(m) && !pthread_mutex_unlock(m));
	sem_t *s = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sem_init(s, 1, 0);
	pid_t pid = fork();
	if (!pid) {
		usleep(20000);
		_exit(sem_post(s));
	}
	check("semaphore between processes", !sem_wait(s));
	waitpid(pid, 0, 0);
}

static int forked;
static void prepare(void) { forked += 1; }
static void parent(void) { forked += 10; }
static void child(void) { forked += 100; }
static void *fork_here(void *p)
{
	own = 9;
	int status = IN_CHILD(_exit(own == 9 && forked == 101 ? 3 : 4));
	*(int *)p = status;
	return 0;
}

static void forking(void)
{
	pthread_t t;
	int status;
	pthread_atfork(prepare, parent, child);
	pthread_create(&t, 0, fork_here, &status);
	pthread_join(t, 0);
	check("fork in a thread, with pthread_atfork", EXITED(status, 3) && forked == 11);
	status = IN_CHILD({
		pthread_t inner;
		void *r;
		pthread_create(&inner, 0, leave, (void *)1);
		pthread_join(inner, &r);
		_exit((int)(long)r);
	});
	check("threads in a forked child", EXITED(status, 2));
	status = IN_CHILD({
		pthread_create(&t, 0, sleep_long, 0);
		exit(8);
	});
	check("exit ends all threads", EXITED(status, 8));
	status = IN_CHILD({
		static sem_t go;
		sem_init(&go, 0, 0);
		pthread_create(&t, 0, post, 0);
		pthread_exit(0);
	});
	check("the main thread may end first", EXITED(status, 0));
}

int main(void)
{
	four();
	cancellation();
	life();
	robust();
	forking();
	return failures != 0;
}
