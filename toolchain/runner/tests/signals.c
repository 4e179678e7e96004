#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <time.h>
#include "check.h"

static volatile sig_atomic_t count, last, order[64];
static volatile int value;
static siginfo_t seen;
static sigjmp_buf jump;

static void note(int s) { order[count++ & 63] = s; last = s; }
static void note_info(int s, siginfo_t *info, void *context)
{
	(void)context;
	note(s);
	seen = *info;
	value = info->si_value.sival_int;
}
static void leave(int s) { siglongjmp(jump, s); }

static void set(int s, void (*f)(int), int flags)
{
	struct sigaction a = { .sa_handler = f, .sa_flags = flags };
	/* else the frames of several handlers nest, the last one outermost */
	if (!(flags & SA_NODEFER)) sigfillset(&a.sa_mask);
	sigaction(s, &a, 0);
}

static void handlers(void)
{
	struct sigaction a = { .sa_sigaction = note_info, .sa_flags = SA_SIGINFO }, old;
	set(SIGUSR1, note, 0);
	raise(SIGUSR1);
	check("raise", count == 1 && last == SIGUSR1);
	sigaction(SIGUSR2, &a, 0);
	kill(getpid(), SIGUSR2);
	check("SA_SIGINFO", last == SIGUSR2 && seen.si_pid == getpid() && seen.si_uid == getuid() && seen.si_code == SI_USER);
	check("sigaction returns the old one", !sigaction(SIGUSR2, 0, &old) && old.sa_sigaction == note_info &&
		(old.sa_flags & SA_SIGINFO));
	sigqueue(getpid(), SIGUSR2, (union sigval){ .sival_int = 1234 });
	check("sigqueue", value == 1234 && seen.si_code == SI_QUEUE);
	set(SIGUSR1, note, SA_RESETHAND);
	raise(SIGUSR1);
	check("SA_RESETHAND", !sigaction(SIGUSR1, 0, &old) && old.sa_handler == SIG_DFL);
	CHECK_ERRNO("SIGKILL cannot be handled", sigaction(SIGKILL, &a, 0), EINVAL);
	CHECK_ERRNO("there is no signal 65", sigaction(65, &a, 0), EINVAL);
	CHECK_ERRNO("kill with a bad number", kill(getpid(), 99), EINVAL);
	check("kill 0", !kill(getpid(), 0));
}

static void masks(void)
{
	sigset_t block, old, pending;
	set(SIGUSR1, note, 0);
	set(SIGUSR2, note, 0);
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigaddset(&block, SIGUSR2);
	sigprocmask(SIG_BLOCK, &block, &old);
	count = 0;
	raise(SIGUSR2);
	raise(SIGUSR1);
	raise(SIGUSR1);
	check("blocked", count == 0);
	check("sigpending", !sigpending(&pending) && sigismember(&pending, SIGUSR1) && sigismember(&pending, SIGUSR2) &&
		!sigismember(&pending, SIGHUP));
	sigprocmask(SIG_SETMASK, &old, 0);
	check("delivered once each, in order", count == 2 && order[0] == SIGUSR1 && order[1] == SIGUSR2);
	sigprocmask(SIG_BLOCK, &block, 0);
	raise(SIGUSR1);
	count = 0;
	sigset_t none;
	sigemptyset(&none);
	check("sigsuspend", sigsuspend(&none) == -1 && errno == EINTR && count == 1);
	sigprocmask(0, 0, &pending);
	check("sigsuspend restores the mask", sigismember(&pending, SIGUSR1));
	raise(SIGUSR1);
	int s = 0;
	check("sigwait", !sigwait(&block, &s) && s == SIGUSR1);
	siginfo_t info;
	sigqueue(getpid(), SIGUSR2, (union sigval){ .sival_int = 5 });
	check("sigwaitinfo", sigwaitinfo(&block, &info) == SIGUSR2 && info.si_value.sival_int == 5);
	CHECK_ERRNO("sigtimedwait", sigtimedwait(&block, 0, &(struct timespec){ 0, 1000000 }), EAGAIN);
	raise(SIGUSR1);
	int fd = signalfd(-1, &block, 0);
	struct signalfd_siginfo from;
	check("signalfd", read(fd, &from, sizeof from) == sizeof from && from.ssi_signo == SIGUSR1);
	close(fd);
	sigprocmask(SIG_SETMASK, &old, 0);
}

static void queue(void)
{
	sigset_t block, old;
	struct sigaction a = { .sa_sigaction = note_info, .sa_flags = SA_SIGINFO };
	sigemptyset(&block);
	sigfillset(&a.sa_mask);
	for (int i = 0; i < 3; i++) {
		sigaction(SIGRTMIN + i, &a, 0);
		sigaddset(&block, SIGRTMIN + i);
	}
	sigprocmask(SIG_BLOCK, &block, &old);
	count = 0;
	for (int i = 9; i >= 0; i--) sigqueue(getpid(), SIGRTMIN + i % 3, (union sigval){ .sival_int = i });
	sigprocmask(SIG_SETMASK, &old, 0);
	bool sorted = count == 10;
	for (int i = 1; i < 10; i++) sorted = sorted && order[i] >= order[i - 1];
	check("ten real-time signals, all and in order", sorted && value == 2);
	count = 0;
	for (int i = 0; i < 50; i++) sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = i });
	check("fifty sent one by one", count == 50 && value == 49);
	sigaction(SIGRTMAX, &a, 0);
	raise(SIGRTMAX);
	check("SIGRTMAX", last == SIGRTMAX);
}

static void *poke(void *target)
{
	usleep(30000);
	pthread_kill(*(pthread_t *)target, SIGUSR1);
	return 0;
}

static void interruption(void)
{
	int p[2];
	char c;
	pthread_t me = pthread_self(), other;
	if (pipe(p)) return;
	set(SIGUSR1, note, 0);
	count = 0;
	pthread_create(&other, 0, poke, &me);
	CHECK_ERRNO("read is interrupted", read(p[0], &c, 1), EINTR);
	pthread_join(other, 0);
	set(SIGCHLD, note, SA_RESTART);
	count = 0;
	if (!fork()) {
		if (!fork()) {
			usleep(60000);
			_exit(write(p[1], "x", 1) != 1);
		}
		_exit(0);
	}
	check("read is restarted", read(p[0], &c, 1) == 1 && count == 1 && last == SIGCHLD);
	wait(0);
	set(SIGUSR1, note, SA_RESTART);
	pthread_create(&other, 0, poke, &me);
	CHECK_ERRNO("pause is never restarted", pause(), EINTR);
	pthread_join(other, 0);
	pthread_create(&other, 0, poke, &me);
	struct timespec left = { 0, 0 };
	int r = nanosleep(&(struct timespec){ 5, 0 }, &left);
	check("nanosleep says what is left", r == -1 && errno == EINTR && left.tv_sec == 4);
	pthread_join(other, 0);
	signal(SIGCHLD, SIG_IGN);
	if (!fork()) _exit(0);
	CHECK_ERRNO("ignored SIGCHLD leaves no zombie", wait(0), ECHILD);
	signal(SIGCHLD, SIG_DFL);
}

static volatile char *where;
static void on_stack(int s) { volatile char here; where = &here; note(s); }
static void twice(int s) { note(s); if (count == 1) raise(s); order[32 + count] = s; }

static void stacks(void)
{
	static char room[65536];
	stack_t new = { .ss_sp = room, .ss_size = sizeof room }, old;
	sigset_t mask;
	check("sigaltstack", !sigaltstack(&new, &old) && (old.ss_flags & SS_DISABLE));
	set(SIGUSR1, on_stack, SA_ONSTACK);
	raise(SIGUSR1);
	check("handler on the other stack", where >= room && where < room + sizeof room);
	set(SIGUSR1, on_stack, 0);
	raise(SIGUSR1);
	check("handler on the usual stack", where < room || where >= room + sizeof room);
	CHECK_ERRNO("a stack that is too small", sigaltstack(&(stack_t){ .ss_sp = room, .ss_size = 100 }, 0), ENOMEM);
	count = 0;
	set(SIGUSR1, twice, SA_NODEFER);
	raise(SIGUSR1);
	check("SA_NODEFER nests", count == 2);
	set(SIGALRM, leave, 0);
	int r = sigsetjmp(jump, 1);
	if (!r) {
		ualarm(20000, 0);
		for (;;) pause();
	}
	check("siglongjmp out of a handler", r == SIGALRM && !sigprocmask(0, 0, &mask) && !sigismember(&mask, SIGALRM));
	volatile int n = 0;
	for (volatile int i = 0; i < 100; i++) {
		set(SIGUSR1, leave, 0);
		if (sigsetjmp(jump, 1)) n++;
		else raise(SIGUSR1);
	}
	check("siglongjmp a hundred times", n == 100);
}

static volatile int depth, deepest;

static void again(int s)
{
	if (++depth > deepest) deepest = depth;
	if (++count < 3) raise(s);
	depth--;
}

static void quit_cleanly(int s) { _exit(s == SIGSEGV ? 3 : s == SIGFPE ? 4 : 5); }

static void faults(void)
{
	volatile int zero = 0;
	fflush(stdout);
	close(2);       /* the engine tells of each trap */
	open("/dev/null", O_WRONLY);
	check("wild store", KILLED(IN_CHILD(*(volatile int *)0xffffff00 = 1), SIGSEGV));
	check("division by zero", KILLED(IN_CHILD(zero = 7 / zero), SIGFPE));
	check("SIGSEGV by raise", KILLED(IN_CHILD(raise(SIGSEGV)), SIGSEGV));
	check("a handler of SIGSEGV can exit", EXITED(IN_CHILD({ signal(SIGSEGV, quit_cleanly); *(volatile int *)0xffffff00 = 1; }), 3));
	check("a handler of SIGFPE can exit", EXITED(IN_CHILD({ signal(SIGFPE, quit_cleanly); zero = 7 / zero; }), 4));
	check("a handler of SIGSEGV runs for raise", EXITED(IN_CHILD({ set(SIGSEGV, note, 0); count = 0; raise(SIGSEGV); _exit(count); }), 1));
	check("SIGSEGV by raise, ignored", EXITED(IN_CHILD({ signal(SIGSEGV, SIG_IGN); raise(SIGSEGV); _exit(9); }), 9));
	static const int all[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
	for (int i = 0; i < 5; i++) {
		check("raised in its own handler it waits for the end", EXITED(IN_CHILD({
			count = 0; set(all[i], again, 0); raise(all[i]); _exit(count * 10 + deepest); }), 31));
		check("with SA_NODEFER it does not", EXITED(IN_CHILD({
			count = 0; set(all[i], again, SA_NODEFER); raise(all[i]); _exit(count * 10 + deepest); }), 33));
	}
	check("SIGBUS blocked and pending", EXITED(IN_CHILD({
		sigset_t s, p;
		sigemptyset(&s);
		sigaddset(&s, SIGBUS);
		sigprocmask(SIG_BLOCK, &s, 0);
		set(SIGBUS, note, 0);
		count = 0;
		kill(getpid(), SIGBUS);
		sigpending(&p);
		if (count || !sigismember(&p, SIGBUS)) _exit(1);
		sigprocmask(SIG_UNBLOCK, &s, 0);
		_exit(count == 1 ? 0 : 2);
	}), 0));
}

int main(void)
{
	handlers();
	masks();
	queue();
	interruption();
	stacks();
	faults();
	return failures != 0;
}
