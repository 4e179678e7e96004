/* Time: 64 bits everywhere, calendars, zones, clocks, sleeping. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#define YEAR_2100 4102444800LL
#define YEAR_2038 2147483648LL

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static bool shows(time_t when, const char *format, const char *expected)
{
	struct tm broken;
	char text[100];

	if (!localtime_r(&when, &broken) || !strftime(text, sizeof text, format, &broken))
		return false;
	if (strcmp(text, expected))
		printf("    \"%s\", not \"%s\"\n", text, expected);
	return !strcmp(text, expected);
}

static void calendar(void)
{
	struct tm broken = { 0 };
	time_t when = YEAR_2100;

	CHECK("time: time_t has 64 bits", sizeof(time_t) == 8 && sizeof(struct timespec) == 16);
	CHECK("time: gmtime in 2100", gmtime_r(&when, &broken) && broken.tm_year == 200 && broken.tm_yday == 0 && broken.tm_wday == 5);
	CHECK("time: timegm is its inverse", timegm(&broken) == YEAR_2100);
	when = -1;
	CHECK("time: before 1970", gmtime_r(&when, &broken) && broken.tm_year == 69 && broken.tm_sec == 59);
	when = 253402300799LL;
	CHECK("time: the year 9999", gmtime_r(&when, &broken) && broken.tm_year == 9999 - 1900 && timegm(&broken) == when);
	broken = (struct tm){ .tm_year = 138, .tm_mon = 13, .tm_mday = 35 };
	CHECK("time: timegm normalises", timegm(&broken) == 2183068800LL && broken.tm_mon == 2 && broken.tm_mday == 7);
	CHECK("time: difftime", difftime(YEAR_2100, YEAR_2038) == 1954961152.0);
}

static void zones(void)
{
	struct tm broken;

	zone("UTC");
	CHECK("time: strftime", shows(YEAR_2038, "%Y-%m-%d %H:%M:%S %a %b %j %U %V %Z %z %s",
		"2038-01-19 03:14:08 Tue Jan 019 03 03 UTC +0000 2147483648"));
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	CHECK("time: zone by rule, winter", shows(YEAR_2100, "%F %T %Z %z", "2100-01-01 01:00:00 CET +0100"));
	CHECK("time: zone by rule, summer", shows(1751328000, "%F %T %Z %z", "2025-07-01 02:00:00 CEST +0200"));
	CHECK("time: last second of winter", shows(1743296399, "%T %Z", "01:59:59 CET"));
	CHECK("time: first second of summer", shows(1743296400, "%T %Z", "03:00:00 CEST"));
	broken = (struct tm){ .tm_year = 125, .tm_mon = 6, .tm_mday = 1, .tm_hour = 2, .tm_isdst = -1 };
	CHECK("time: mktime", mktime(&broken) == 1751328000 && broken.tm_isdst == 1);
	zone("EST5EDT,M3.2.0,M11.1.0");
	CHECK("time: west of Greenwich", shows(1751328000, "%F %T %Z %z", "2025-06-30 20:00:00 EDT -0400"));
	zone("<+0545>-5:45");
	CHECK("time: a zone with minutes", shows(0, "%F %T %Z %z", "1970-01-01 05:45:00 +0545 +0545"));
	zone("UTC");
	memset(&broken, 0, sizeof broken);
	CHECK("time: strptime", strptime("Tue, 19 Jan 2038 03:14:08", "%a, %d %b %Y %H:%M:%S", &broken) &&
		timegm(&broken) == YEAR_2038);
	CHECK("time: asctime and ctime", !strcmp(asctime(gmtime(&(time_t){ 0 })), "Thu Jan  1 00:00:00 1970\n") &&
		!strcmp(ctime(&(time_t){ YEAR_2038 }), "Tue Jan 19 03:14:08 2038\n"));
}

static long long now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void clocks(void)
{
	struct timespec resolution, until;
	struct timeval of_day;
	struct tms used;
	long long before = now(CLOCK_MONOTONIC), passed;
	volatile unsigned work = 0;

	CHECK("time: clock_getres", !clock_getres(CLOCK_MONOTONIC, &resolution) && resolution.tv_sec == 0 && resolution.tv_nsec > 0);
	CHECK("time: gettimeofday agrees with time", !gettimeofday(&of_day, NULL) && llabs(of_day.tv_sec - time(NULL)) <= 1);
	CHECK("time: realtime agrees with time", llabs(now(CLOCK_REALTIME) / 1000000000 - time(NULL)) <= 1);
	nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
	passed = now(CLOCK_MONOTONIC) - before;
	CHECK("time: nanosleep sleeps", passed >= 20000000);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += 20000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	before = now(CLOCK_MONOTONIC);
	CHECK("time: clock_nanosleep until a time",
		!clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) && now(CLOCK_MONOTONIC) - before >= 15000000);
	CHECK("time: nanosleep refuses nonsense", nanosleep(&(struct timespec){ 0, 1000000000 }, NULL) == -1 && errno == EINVAL);
	before = now(CLOCK_MONOTONIC);
	select(0, NULL, NULL, NULL, &(struct timeval){ 0, 20000 });
	CHECK("time: select sleeps", now(CLOCK_MONOTONIC) - before >= 20000000);
	before = now(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < 3000000; i++)
		work += (unsigned)i;
	CHECK("time: processor time passes", now(CLOCK_PROCESS_CPUTIME_ID) > before && clock() > 0);
	CHECK("time: thread processor time", now(CLOCK_THREAD_CPUTIME_ID) > 0);
	CHECK("time: times", times(&used) != (clock_t)-1 && used.tms_utime >= 0);
	CHECK("time: sysconf(_SC_CLK_TCK)", sysconf(_SC_CLK_TCK) == 100);
}

static void files(void)
{
	struct timespec stamps[2] = { { YEAR_2038, 5 }, { YEAR_2100, 7 } };
	struct stat status;
	int file = open("stamped", O_CREAT | O_RDWR, 0600);

	CHECK("time: futimens beyond 2038", !futimens(file, stamps) && !fstat(file, &status) && status.st_mtim.tv_sec == YEAR_2100 &&
		status.st_mtim.tv_nsec == 7 && status.st_atim.tv_sec == YEAR_2038 && status.st_atim.tv_nsec == 5);
	stamps[0].tv_nsec = UTIME_OMIT;
	stamps[1] = (struct timespec){ -1, 999999999 };
	CHECK("time: utimensat before 1970, one omitted", !utimensat(AT_FDCWD, "stamped", stamps, 0) && !stat("stamped", &status) &&
		status.st_mtim.tv_sec == -1 && status.st_mtim.tv_nsec == 999999999 && status.st_atim.tv_sec == YEAR_2038);
	stamps[1].tv_nsec = UTIME_NOW;
	CHECK("time: utimensat now", !utimensat(AT_FDCWD, "stamped", stamps, 0) && !stat("stamped", &status) &&
		llabs(status.st_mtime - time(NULL)) <= 1);
	CHECK("time: utime and utimes", !utime("stamped", &(struct utimbuf){ 1, 2 }) && !stat("stamped", &status) &&
		status.st_atime == 1 && status.st_mtime == 2 &&
		!utimes("stamped", (struct timeval[]){ { 3, 0 }, { 4, 500000 } }) && !stat("stamped", &status) &&
		status.st_mtime == 4 && status.st_mtim.tv_nsec == 500000000);
	close(file);
}

static void timers(void)
{
	struct itimerspec in = { .it_interval = { 0, 5000000 }, .it_value = { 0, 5000000 } }, left;
	unsigned long long count = 0, sum = 0;
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	timerfd_settime(timer, 0, &in, NULL);
	CHECK("time: timerfd_gettime", !timerfd_gettime(timer, &left) && left.it_interval.tv_nsec == 5000000);
	while (sum < 3 && read(timer, &count, sizeof count) == sizeof count)
		sum += count;
	CHECK("time: timerfd counts", sum >= 3);
	close(timer);
}

int main(void)
{
	calendar();
	zones();
	clocks();
	files();
	timers();
	return check_status();
}
