/* Files, folders, locks, patterns, terminals. */
#define _GNU_SOURCE
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <pty.h>
#include <pwd.h>
#include <regex.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static bool make(const char *name, const char *text)
{
	int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	bool good = write(file, text, strlen(text)) == (ssize_t)strlen(text);

	return !close(file) && good;
}

static void attributes(void)
{
	struct stat status;
	struct statvfs system;
	char text[PATH_MAX];

	umask(022);
	CHECK("files: stat", make("a", "12345") && !stat("a", &status) && status.st_size == 5 && S_ISREG(status.st_mode) &&
		(status.st_mode & 07777) == 0644 && status.st_nlink == 1 && status.st_uid == geteuid());
	CHECK("files: chmod and access", !chmod("a", 0400) && !stat("a", &status) && (status.st_mode & 07777) == 0400 && !access("a", R_OK) &&
		access("absent", F_OK) == -1 && errno == ENOENT);
	CHECK("files: link", !link("a", "b") && !stat("b", &status) && status.st_nlink == 2 && !unlink("b"));
	CHECK("files: symlink and readlink", !symlink("a", "s") && !lstat("s", &status) && S_ISLNK(status.st_mode) && readlink("s", text, sizeof text) == 1);
	CHECK("files: realpath", realpath("./s", text) && text[0] == '/' && !strcmp(basename(text), "a"));
	CHECK("files: rename", !rename("a", "c") && access("a", F_OK) && stat("s", &status) == -1 && errno == ENOENT && !unlink("s"));
	CHECK("files: mkfifo", !mkfifo("fifo", 0600) && !stat("fifo", &status) && S_ISFIFO(status.st_mode) && !unlink("fifo"));
	CHECK("files: statvfs", !statvfs(".", &system) && system.f_bsize >= 512 && system.f_blocks > 0 && system.f_namemax >= 14);
	CHECK("files: pathconf", pathconf(".", _PC_NAME_MAX) >= 14 && sysconf(_SC_OPEN_MAX) > 10 && sysconf(_SC_NPROCESSORS_ONLN) >= 1);
	CHECK("files: device numbers", !stat("/dev/null", &status) && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3));
}

static void positions(void)
{
	struct iovec parts[2] = { { "abc", 3 }, { "defg", 4 } };
	char one[4] = "", two[8] = "";
	struct stat status;
	int file = open("large", O_RDWR | O_CREAT, 0600), copy = open("copy", O_RDWR | O_CREAT, 0600);

	CHECK("files: writev and preadv", writev(file, parts, 2) == 7 &&
		(parts[0] = (struct iovec){ one, 2 }, parts[1] = (struct iovec){ two, 7 }, preadv(file, parts, 2, 1) == 6) && !strcmp(one, "bc") && !strcmp(two, "defg"));
	CHECK("files: beyond 4 GiB", lseek(file, 5000000000LL, SEEK_SET) == 5000000000LL && pwrite(file, "z", 1, 5000000000LL) == 1 &&
		!fstat(file, &status) && status.st_size == 5000000001LL && status.st_blocks < 1000 && pread(file, one, 1, 5000000000LL) == 1 && one[0] == 'z');
	CHECK("files: ftruncate and posix_fallocate", !ftruncate(file, 7) && !posix_fallocate(file, 0, 100) && !fstat(file, &status) && status.st_size == 100);
	CHECK("files: sendfile", lseek(file, 0, SEEK_SET) == 0 && sendfile(copy, file, NULL, 7) == 7 && pread(copy, two, 7, 0) == 7 && !strcmp(two, "abcdefg"));
	CHECK("files: a negative position", lseek(file, -1, SEEK_SET) == -1 && errno == EINVAL);
	CHECK("files: dup, dup3 and flags", dup2(file, 100) == 100 && dup3(file, 101, O_CLOEXEC) == 101 && fcntl(101, F_GETFD) == FD_CLOEXEC &&
		fcntl(100, F_GETFL) & O_RDWR && fcntl(file, F_DUPFD_CLOEXEC, 200) == 200);
	CHECK("files: O_APPEND", !fcntl(100, F_SETFL, O_APPEND) && write(100, "!", 1) == 1 && lseek(100, 0, SEEK_CUR) == 101);
	CHECK("files: closed descriptors", !close(file) && !close(100) && !close(101) && !close(200) && close(file) == -1 && errno == EBADF);
	close(copy);
}

static void locks(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5 };
	int file = open("locked", O_RDWR | O_CREAT, 0600), status = -1;
	pid_t child;

	CHECK("files: F_SETLK", !fcntl(file, F_SETLK, &lock));
	child = fork();
	if (child == 0) {
		lock.l_start = 12;
		_exit(!(fcntl(file, F_SETLK, &lock) == -1 && (errno == EAGAIN || errno == EACCES) && !fcntl(file, F_GETLK, &lock) &&
			lock.l_start == 10 && lock.l_len == 5 && lock.l_pid == getppid()));
	}
	CHECK("files: F_GETLK in another process", waitpid(child, &status, 0) == child && status == 0);
	CHECK("files: lockf and flock", !lockf(file, F_TEST, 5) && !flock(file, LOCK_EX | LOCK_NB) && !flock(file, LOCK_UN));
	close(file);
}

static int walked;

static int count_three(const char *path, const struct stat *status, int kind)
{
	walked += path && status && (kind == FTW_F || kind == FTW_D);
	return 0;
}

static int count_four(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	walked += path && status && (kind == FTW_F || kind == FTW_DP) && where->level <= 2;
	return 0;
}

static int stop_at_once(const char *path, const struct stat *status, int kind)
{
	return path && status && kind >= 0 ? 17 : 0;
}

static int not_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void folders(void)
{
	char here[PATH_MAX], template[] = "temp-XXXXXX", folder_template[] = "folder-XXXXXX";
	struct dirent **list, *entry;
	DIR *folder;
	int count = 0, again = 0, tree = -1, file = -1;
	glob_t found;

	CHECK("files: mkdir and openat", !mkdir("tree", 0755) && !mkdir("tree/sub", 0700) && (tree = open("tree", O_RDONLY | O_DIRECTORY)) > 2 &&
		(file = openat(tree, "sub/file", O_WRONLY | O_CREAT, 0600)) > 2 && !close(file) && !faccessat(tree, "sub/file", R_OK, 0));
	CHECK("files: fchdir and getcwd", !fchdir(tree) && getcwd(here, sizeof here) && !strcmp(basename(here), "tree") && !chdir("..") && !close(tree));
	CHECK("files: ftw", !ftw("tree", count_three, 5) && walked == 3 && ftw("tree", stop_at_once, 5) == 17);
	walked = 0;
	CHECK("files: nftw", !nftw("tree", count_four, 5, FTW_PHYS | FTW_DEPTH) && walked == 3);
	CHECK("files: rmdir of a full folder", rmdir("tree") == -1 && (errno == ENOTEMPTY || errno == EEXIST));
	for (int i = 0; i < 300; i++) {
		char name[40];
		snprintf(name, sizeof name, "tree/sub/entry-%03d", i);
		make(name, "");
	}
	folder = opendir("tree/sub");
	while ((entry = readdir(folder)))
		count += entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN;
	rewinddir(folder);
	while (readdir(folder))
		again++;
	CHECK("files: readdir of 301 entries, twice", count >= 301 && again == 303 && !closedir(folder));
	CHECK("files: scandir and alphasort", scandir("tree/sub", &list, not_dots, alphasort) == 301 && !strcmp(list[0]->d_name, "entry-000") &&
		!strcmp(list[300]->d_name, "file"));
	CHECK("files: glob", !glob("tree/s*/entry-1[05]?", 0, NULL, &found) && found.gl_pathc == 20 && !strcmp(found.gl_pathv[10], "tree/sub/entry-150"));
	globfree(&found);
	CHECK("files: glob of nothing", glob("absent*", 0, NULL, &found) == GLOB_NOMATCH);
	CHECK("files: mkstemp and mkdtemp", (file = mkstemp(template)) > 2 && !close(file) && !access(template, R_OK) && mkdtemp(folder_template) && !rmdir(folder_template));
	CHECK("files: opendir of nothing", !opendir("absent") && errno == ENOENT);
}

static void patterns(void)
{
	regmatch_t match[3];
	regex_t pattern;
	char message[50];

	CHECK("files: fnmatch", !fnmatch("*.[ch]", "file.c", 0) && fnmatch("*.c", "a/b.c", FNM_PATHNAME) && fnmatch("*", ".hidden", FNM_PERIOD) &&
		!fnmatch("a[!b-d]?", "aex", 0));
	CHECK("files: extended regular expression", !regcomp(&pattern, "^(a+)(b|c){2}$", REG_EXTENDED) && !regexec(&pattern, "aabc", 3, match, 0) &&
		match[1].rm_eo == 2 && match[2].rm_so == 3);
	regfree(&pattern);
	CHECK("files: basic regular expression with a back reference", !regcomp(&pattern, "\\(.\\)x\\1", 0) && !regexec(&pattern, "..axa..", 1, match, 0) && match[0].rm_so == 2);
	regfree(&pattern);
	CHECK("files: a bad expression", regcomp(&pattern, "(", REG_EXTENDED) == REG_EPAREN && regerror(REG_EPAREN, &pattern, message, sizeof message) > 5);
}

static void machine(void)
{
	struct passwd *user = getpwuid(0);
	struct group *group = getgrgid(0);
	struct utsname name;
	struct rlimit limit;
	struct sysinfo system;

	CHECK("files: getpwuid", user && !strcmp(user->pw_name, "root") && getpwnam("root"));
	CHECK("files: getgrgid", group && !strcmp(group->gr_name, "root"));
	CHECK("files: uname", !uname(&name) && !strcmp(name.sysname, "Linux"));
	CHECK("files: limits", !getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur > 3);
	CHECK("files: sysinfo", !sysinfo(&system) && system.totalram > 0 && system.mem_unit > 0);
	CHECK("files: ids", getuid() == geteuid() && getgid() == getegid() && getpid() != getppid() && getpgrp() == getpgid(0));
}

static void terminal(void)
{
	struct termios modes;
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char text[10] = "";
	int master, slave;

	if (openpty(&master, &slave, NULL, NULL, NULL)) {
		SKIP("files: terminal", "there are no pseudo-terminals");
		return;
	}
	CHECK("files: isatty and ttyname", isatty(slave) && !isatty(open("/dev/null", O_RDONLY)) && errno == ENOTTY);
	CHECK("files: tcgetattr", !tcgetattr(slave, &modes) && (modes.c_lflag & ECHO) && (modes.c_lflag & ICANON) && modes.c_cc[VINTR] == 3);
	cfmakeraw(&modes);
	CHECK("files: tcsetattr", !tcsetattr(slave, TCSANOW, &modes) && !tcgetattr(slave, &modes) && !(modes.c_lflag & ECHO));
	CHECK("files: speed", !cfsetspeed(&modes, B9600) && cfgetospeed(&modes) == B9600);
	CHECK("files: window size", !ioctl(master, TIOCSWINSZ, &size) && !(size.ws_col = 0) && !ioctl(slave, TIOCGWINSZ, &size) && size.ws_col == 80);
	CHECK("files: bytes pass", write(master, "in", 2) == 2 && read(slave, text, 10) == 2 && write(slave, "out", 3) == 3 && read(master, text, 10) == 3 && !strcmp(text, "out"));
	close(master);
	close(slave);
}

int main(void)
{
	attributes();
	positions();
	locks();
	folders();
	patterns();
	machine();
	terminal();
	return check_status();
}
