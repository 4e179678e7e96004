/* Formatted and buffered input and output. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#define PRINTS(name, expected, ...) \
	CHECK(name, prints(expected, __VA_ARGS__))

__attribute__((format(printf, 2, 3))) static bool prints(const char *expected, const char *format, ...)
{
	char text[600];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (strcmp(text, expected) || length != (int)strlen(expected)) {
		printf("    \"%s\", not \"%s\"\n", text, expected);
		return false;
	}
	return true;
}

static void integers(void)
{
	PRINTS("stdio: %d %u %x %o", "-1 4294967295 ffffffff 37777777777", "%d %u %x %o", -1, -1U, -1U, -1U);
	PRINTS("stdio: lengths", "-1 255 -2 65534 -9223372036854775808 18446744073709551615", "%hhd %hhu %hd %hu %lld %llu",
		-1, 255, -2, 65534, LLONG_MIN, ULLONG_MAX);
	PRINTS("stdio: size_t, intmax_t, ptrdiff_t", "1234 -5678 -9", "%zu %jd %td", (size_t)1234, (intmax_t)-5678, (ptrdiff_t)-9);
	PRINTS("stdio: flags", "+5| 5|00005|5    |    5|0x5|05|  +5", "%+d|% d|%05d|%-5d|%5d|%#x|%#o|%+4d", 5, 5, 5, 5, 5, 5, 5, 5);
	PRINTS("stdio: precision", "00005|   00005|abc|  ab", "%.5d|%8.5d|%.3s|%4.2s", 5, 5, "abcdef", "abcdef");
	PRINTS("stdio: star", "   42|42   |abc", "%*d|%*d|%.*s", 5, 42, -5, 42, 3, "abcdef");
	PRINTS("stdio: positions", "b a", "%2$s %1$s", "a", "b");
	PRINTS("stdio: characters", "x%y", "%c%%%c", 'x', 'y');
}

static void floats(void)
{
	PRINTS("stdio: %f", "3.141593 -0.000000 123456789012345680.000000", "%f %f %f", 3.14159265, -0.0, 123456789012345678.0);
	PRINTS("stdio: %e", "1.234568e+04 1e-300 0.000e+00", "%e %.0e %.3e", 12345.678, 1e-300, 0.0);
	PRINTS("stdio: %g", "0.0001 1e-05 100000 1e+06 0.1 1e+100", "%g %g %g %g %g %g", 1e-4, 1e-5, 1e5, 1e6, 0.1, 1e100);
	PRINTS("stdio: %a", "0x1.8p+0 0x1p-1022 -0x1.fffffffffffffp+1023", "%a %a %a", 1.5, DBL_MIN, -DBL_MAX);
	PRINTS("stdio: rounding", "0 2 2 0.3 0.1 2.68", "%.0f %.0f %.0f %.1f %.1f %.2f", 0.5, 1.5, 2.5, 0.25001, 0.1499, 2.675 + 1e-9);
	PRINTS("stdio: all digits of a double", "0.1000000000000000055511151231257827021181583404541015625", "%.55f", 0.1);
	PRINTS("stdio: a large number's digits", "1606938044258990275541962092341162602522202993782792835301376", "%.0f", 0x1p200);
	PRINTS("stdio: infinities", "inf -inf nan INF NAN   inf", "%f %f %f %F %F %5f", (double)INFINITY, -(double)INFINITY,
		__builtin_nan(""), (double)INFINITY, __builtin_nan(""), (double)INFINITY);
	PRINTS("stdio: long double", "0.33333333333333333 1.5", "%.17Lf %Lg", 1.0L / 3, 1.5L);
}

static void scanning(void)
{
	int a = 0, b = 0, n = 0;
	unsigned hex = 0;
	long long big = 0;
	double number = 0, special = 0;
	char word[10] = "", set[10] = "", *allocated = NULL;

	CHECK("stdio: sscanf integers", sscanf("12 -34 0x1F 9223372036854775807", "%d %i %x %lld", &a, &b, &hex, &big) == 4 &&
		a == 12 && b == -34 && hex == 31 && big == LLONG_MAX);
	CHECK("stdio: sscanf floats", sscanf("1.5e3inf", "%lf%lf", &number, &special) == 2 && number == 1500 && special > DBL_MAX);
	CHECK("stdio: sscanf words and sets", sscanf("hello abc123", "%9s %[a-c]%n", word, set, &n) == 2 &&
		!strcmp(word, "hello") && !strcmp(set, "abc") && n == 9);
	CHECK("stdio: sscanf %ms", sscanf("something else", "%ms", &allocated) == 1 && !strcmp(allocated, "something"));
	free(allocated);
	CHECK("stdio: sscanf at the end", sscanf("", "%d", &a) == EOF && sscanf("x", "%d", &a) == 0);
	CHECK("stdio: sscanf widths and *", sscanf("12345 skip 6", "%2d%d %*s %d", &a, &b, &n) == 3 && a == 12 && b == 345 && n == 6);
}

static void conversions(void)
{
	char *end;

	CHECK("stdio: strtod", strtod("0x1.8p1 rest", &end) == 3.0 && !strcmp(end, " rest") && strtod("1e400", NULL) > DBL_MAX &&
		errno == ERANGE);
	CHECK("stdio: strtod rounds exactly", strtod("2.2250738585072011e-308", NULL) == 0x0.fffffffffffffp-1022 &&
		strtod("9007199254740993", NULL) == 9007199254740992.0 && strtod("9007199254740993.0000001", NULL) == 9007199254740994.0);
	CHECK("stdio: strtol", strtol("-0x80 ", &end, 0) == -128 && *end == ' ' && strtol("077", NULL, 0) == 63 &&
		strtol("zz", NULL, 36) == 1295);
	CHECK("stdio: strtol overflows", strtoll("9223372036854775808", NULL, 10) == LLONG_MAX && errno == ERANGE);
	CHECK("stdio: strtoul of a negative", strtoull("-1", NULL, 10) == ULLONG_MAX);
	CHECK("stdio: strtoimax", strtoimax("123", NULL, 10) == 123);
	CHECK("stdio: strtold", strtold("0.1", NULL) == 0.1L && strtof("0.1", NULL) == 0.1f);
}

static void files(void)
{
	FILE *file = fopen("file", "w+");
	char line[100], *long_line = NULL;
	size_t room = 0;
	fpos_t position;
	struct stat status;

	CHECK("stdio: fopen, fputs, fprintf", file && fputs("one\n", file) >= 0 && fprintf(file, "two %d\n", 2) == 6 &&
		fwrite("three", 1, 5, file) == 5 && !fflush(file));
	rewind(file);
	CHECK("stdio: fgets", fgets(line, sizeof line, file) && !strcmp(line, "one\n") && !fgetpos(file, &position));
	CHECK("stdio: ungetc", ungetc('!', file) == '!' && getc(file) == '!' && getc(file) == 't');
	CHECK("stdio: fsetpos and fscanf", !fsetpos(file, &position) && fscanf(file, "%9s", line) == 1 && !strcmp(line, "two"));
	CHECK("stdio: fseek and ftell", !fseek(file, -5, SEEK_END) && ftell(file) == 10 && fread(line, 1, 100, file) == 5 && feof(file));
	CHECK("stdio: fseeko beyond 4 GiB", !fseeko(file, 5000000000LL, SEEK_SET) && ftello(file) == 5000000000LL &&
		putc('x', file) == 'x' && !fflush(file) && !fstat(fileno(file), &status) && status.st_size == 5000000001LL);
	CHECK("stdio: clearerr", (clearerr(file), !feof(file) && !ferror(file)));
	fclose(file);
	file = fopen("file", "r");
	CHECK("stdio: writing to a file opened for reading", fputc('x', file) == EOF && ferror(file));
	CHECK("stdio: getline", (clearerr(file), getline(&long_line, &room, file)) == 4 && !strcmp(long_line, "one\n") &&
		getdelim(&long_line, &room, ' ', file) == 4 && !strcmp(long_line, "two "));
	free(long_line);
	fclose(file);
	CHECK("stdio: fopen modes", !fopen("file", "wx") && errno == EEXIST && !fopen("absent", "r") && errno == ENOENT);
	truncate("file", 3);
	file = fopen("file", "a");
	fputs("end", file);
	fclose(file);
	CHECK("stdio: appending", !stat("file", &status) && status.st_size == 6);
	file = fdopen(open("file", O_RDONLY), "r");
	CHECK("stdio: fdopen and freopen", file && getc(file) == 'o' && (file = freopen("file", "r", file)) && getc(file) == 'o');
	fclose(file);
	CHECK("stdio: rename and remove", !rename("file", "other") && !remove("other") && access("other", F_OK) == -1);
	file = tmpfile();
	CHECK("stdio: tmpfile", file && fputs("x", file) >= 0 && (rewind(file), getc(file) == 'x') && !fclose(file));
}

static ssize_t cookie_write(void *cookie, const char *data, size_t size)
{
	memcpy((char *)cookie + strlen(cookie), data, size);
	return (ssize_t)size;
}

static void memory(void)
{
	char room[20] = "", collected[40] = "", *made = NULL;
	size_t size = 0;
	FILE *stream = fmemopen(room, sizeof room, "w+");

	fputs("hello 42", stream);
	rewind(stream);
	CHECK("stdio: fmemopen", fscanf(stream, "%*s %zu", &size) == 1 && size == 42 && !fclose(stream) && !strcmp(room, "hello 42"));
	stream = open_memstream(&made, &size);
	for (int i = 0; i < 5000; i++)
		fprintf(stream, "%d,", i);
	fclose(stream);
	CHECK("stdio: open_memstream", size == 23890 && !strncmp(made, "0,1,2,", 6) && !strcmp(made + size - 5, "4999,"));
	free(made);
	stream = fopencookie(collected, "w", (cookie_io_functions_t){ .write = cookie_write });
	fprintf(stream, "to %s", "cookie");
	fclose(stream);
	CHECK("stdio: fopencookie", !strcmp(collected, "to cookie"));
	CHECK("stdio: asprintf", asprintf(&made, "%s-%d", "x", 7) == 3 && !strcmp(made, "x-7"));
	free(made);
	CHECK("stdio: snprintf says how long it would be", snprintf(room, RUNTIME(size_t, 4), "%s", "abcdef") == 6 && !strcmp(room, "abc"));
}

static void buffering(void)
{
	int ends[2];
	char text[20] = "";
	FILE *stream;

	if (pipe(ends))
		return;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	stream = fdopen(ends[1], "w");
	setvbuf(stream, NULL, _IOLBF, 100);
	fputs("partial", stream);
	CHECK("stdio: line buffering keeps a part", read(ends[0], text, sizeof text) == -1 && errno == EAGAIN);
	fputs(" line\n", stream);
	CHECK("stdio: and writes the line", read(ends[0], text, sizeof text) == 13);
	fclose(stream);
	CHECK("stdio: the pipe's end", read(ends[0], text, sizeof text) == 0);
	close(ends[0]);
	CHECK("stdio: dprintf", !pipe(ends) && dprintf(ends[1], "%d", 123) == 3 && read(ends[0], text, 10) == 3);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	integers();
	floats();
	scanning();
	conversions();
	files();
	memory();
	buffering();
	return check_status();
}
