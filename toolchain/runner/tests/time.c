#include <signal.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <time.h>
#include "check.h"

static volatile int ticks;
static void tick(int s) { (void)s; ticks++; }
static void in_thread(union sigval v) { ticks += v.sival_int; }

static long long since(clockid_t clock, const struct timespec *from)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (now.tv_sec - from->tv_sec) * 1000000LL + (now.tv_nsec - from->tv_nsec) / 1000;
}

static void clocks(void)
{
	struct timespec a, resolution;
	struct timeval now;
	clock_gettime(CLOCK_MONOTONIC, &a);
	usleep(20000);
	long long slept = since(CLOCK_MONOTONIC, &a);
	check("usleep", slept >= 20000 && slept < 2000000);
	check("clock_getres", !clock_getres(CLOCK_MONOTONIC, &resolution) && resolution.tv_nsec == 1);
	gettimeofday(&now, 0);
	check("gettimeofday", labs((long)(time(0) - now.tv_sec)) <= 1 && now.tv_sec > 1700000000);
	clock_gettime(CLOCK_MONOTONIC, &a);
	struct timespec until = { a.tv_sec, a.tv_nsec + 20000000 };
	if (until.tv_nsec >= 1000000000) until.tv_nsec -= 1000000000, until.tv_sec++;
	check("clock_nanosleep until a time", !clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0) &&
		since(CLOCK_MONOTONIC, &a) >= 20000);
	check("clock_nanosleep with a bad clock", clock_nanosleep(77, 0, &until, 0) == EINVAL);
	CHECK_ERRNO("clock_gettime with a bad clock", clock_gettime(77, &a), EINVAL);
	CHECK_ERRNO("nanosleep of a bad time", nanosleep(&(struct timespec){ 0, 1000000000 }, 0), EINVAL);
	check("processor time", !clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a) && clock() >= 0);
	clockid_t of_process;
	check("clock_getcpuclockid", !clock_getcpuclockid(getpid(), &of_process) && !clock_gettime(of_process, &a));
	struct tm tm = { .tm_year = 150, .tm_mday = 1 };
	check("time beyond 2038", timegm(&tm) == 2524608000LL);
}

static void timers(void)
{
	struct sigaction a = { .sa_handler = tick };
	struct itimerval every = { { 0, 10000 }, { 0, 10000 } }, old;
	timer_t timer;
	sigaction(SIGALRM, &a, 0);
	setitimer(ITIMER_REAL, &every, 0);
	while (ticks < 5) pause();
	memset(&every, 0, sizeof every);
	check("setitimer", !setitimer(ITIMER_REAL, &every, &old) && old.it_interval.tv_usec == 10000);
	check("getitimer", !getitimer(ITIMER_REAL, &old) && !old.it_value.tv_sec && !old.it_value.tv_usec);
	alarm(100);
	check("alarm says what was left", alarm(0) == 100);
	ticks = 0;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	struct itimerspec once = { { 0, 0 }, { 0, 20000000 } }, now;
	check("timer_create", !timer_create(CLOCK_REALTIME, &event, &timer) && !timer_settime(timer, 0, &once, 0));
	check("timer_gettime", !timer_gettime(timer, &now) && now.it_value.tv_nsec > 0 && now.it_value.tv_nsec <= 20000000);
	CHECK_ERRNO("the timer ends a sleep", usleep(900000), EINTR);
	check("the timer's signal", ticks == 1 && !timer_delete(timer));
	ticks = 0;
	event = (struct sigevent){ .sigev_notify = SIGEV_THREAD, .sigev_notify_function = in_thread, .sigev_value.sival_int = 7 };
	check("timer with a thread", !timer_create(CLOCK_MONOTONIC, &event, &timer) && !timer_settime(timer, 0, &once, 0) &&
		({ for (int i = 0; i < 100 && !ticks; i++) usleep(10000); ticks == 7; }) && !timer_delete(timer));
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	unsigned long long expired = 0;
	struct itimerspec before;
	check("timerfd", !timerfd_settime(fd, 0, &once, &before) && !before.it_value.tv_nsec && read(fd, &expired, 8) == 8 && expired == 1);
	check("timerfd_gettime", !timerfd_gettime(fd, &now) && !now.it_value.tv_nsec);
	CHECK_ERRNO("timerfd with a bad time", timerfd_settime(fd, 0, &(struct itimerspec){ .it_value.tv_nsec = -1 }, 0), EINVAL);
}

static void machine(void)
{
	struct utsname u;
	struct sysinfo s;
	struct rusage r;
	double load[3];
	check("uname", !uname(&u) && !strcmp(u.sysname, "Linux") && u.machine[0]);
	check("sysinfo", !sysinfo(&s) && s.totalram > 0 && s.mem_unit > 0 && (double)s.totalram * s.mem_unit > 1e8);
	check("getloadavg", getloadavg(load, 3) == 3 && load[0] >= 0);
	check("getrusage", !getrusage(RUSAGE_SELF, &r) && r.ru_maxrss > 0);
	check("sysconf", sysconf(_SC_NPROCESSORS_ONLN) > 0 && sysconf(_SC_CLK_TCK) == 100);
}

int main(void)
{
	clocks();
	timers();
	machine();
	return failures != 0;
}
