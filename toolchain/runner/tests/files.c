#include <dirent.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include "check.h"

static void offsets(void)
{
	char c = 0, d[4] = "";
	int fd = open("big", O_CREAT | O_RDWR | O_TRUNC, 0644);
	struct stat st;
	check("lseek beyond 4 GiB", lseek(fd, 5000000000LL, SEEK_SET) == 5000000000LL);
	check("pwrite beyond 4 GiB", pwrite(fd, "z", 1, 5000000000LL) == 1);
	check("size beyond 4 GiB", !fstat(fd, &st) && st.st_size == 5000000001LL);
	check("pread beyond 4 GiB", pread(fd, &c, 1, 5000000000LL) == 1 && c == 'z');
	struct iovec v[2] = { { &c, 1 }, { d, 3 } };
	check("pwritev beyond 4 GiB", pwritev(fd, (struct iovec[]){ { "ab", 2 }, { "cd", 2 } }, 2, 6000000000LL) == 4);
	check("preadv beyond 4 GiB", preadv(fd, v, 2, 6000000000LL) == 4 && c == 'a' && !memcmp(d, "bcd", 3));
	check("ftruncate beyond 4 GiB", !ftruncate(fd, 7000000000LL) && !fstat(fd, &st) && st.st_size == 7000000000LL);
	check("truncate", !truncate("big", 10) && !fstat(fd, &st) && st.st_size == 10);
	check("posix_fallocate", !posix_fallocate(fd, 0, 100) && !fstat(fd, &st) && st.st_size == 100);
	check("posix_fadvise", posix_fadvise(fd, 0, 100, POSIX_FADV_SEQUENTIAL) == 0);
	CHECK_ERRNO("lseek with a bad whence", lseek(fd, 0, 77), EINVAL);
	close(fd);
	unlink("big");
}

static void vectors(void)
{
	int p[2];
	char a[2] = "", b[8] = "";
	static struct iovec many[2000];
	check("pipe2", !pipe2(p, O_CLOEXEC) && (fcntl(p[0], F_GETFD) & FD_CLOEXEC));
	check("writev", writev(p[1], (struct iovec[]){ { "one", 3 }, { 0, 0 }, { "two", 3 } }, 3) == 6);
	check("readv", readv(p[0], (struct iovec[]){ { a, 2 }, { b, 8 } }, 2) == 6 && !memcmp(b, "etwo", 4));
	CHECK_ERRNO("writev of too many", writev(p[1], many, 2000), EINVAL);
	check("empty writev", writev(p[1], 0, 0) == 0);
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERRNO("EPIPE", write(p[1], "x", 1), EPIPE);
	signal(SIGPIPE, SIG_DFL);
	close(p[1]);
	CHECK_ERRNO("EBADF", write(p[1], "x", 1), EBADF);
}

static void names(void)
{
	struct stat st, to;
	struct timespec times[2] = { { 1000000000, 5 }, { 1100000000, 7 } };
	char text[300];
	mkdir("d", 0755);
	close(open("d/f", O_CREAT | O_WRONLY, 0640));
	check("link", !link("d/f", "d/g") && !stat("d/g", &st) && st.st_nlink == 2);
	check("symlink", !symlink("f", "d/s") && readlink("d/s", text, sizeof text) == 1 && text[0] == 'f');
	check("lstat", !lstat("d/s", &st) && S_ISLNK(st.st_mode) && !stat("d/s", &to) && S_ISREG(to.st_mode));
	check("rename", !rename("d/g", "d/h") && access("d/g", F_OK) == -1 && errno == ENOENT);
	check("chmod", !chmod("d/f", 0600) && !stat("d/f", &st) && (st.st_mode & 07777) == 0600);
	check("utimensat", !utimensat(AT_FDCWD, "d/f", times, 0) && !stat("d/f", &st) &&
		st.st_mtim.tv_sec == 1100000000 && st.st_mtim.tv_nsec == 7 && st.st_atim.tv_nsec == 5);
	check("mkfifo", !mkfifo("d/p", 0600) && !stat("d/p", &st) && S_ISFIFO(st.st_mode));
	CHECK_ERRNO("rmdir of a full folder", rmdir("d"), ENOTEMPTY);
	CHECK_ERRNO("ENOTDIR", open("d/f/x", O_RDONLY), ENOTDIR);
	CHECK_ERRNO("ELOOP", (symlink("loop", "loop"), open("loop", O_RDONLY)), ELOOP);
	char *longer = malloc(9000);
	memset(longer, 'a', 8999);
	longer[8999] = 0;
	CHECK_ERRNO("ENAMETOOLONG", open(longer, O_RDONLY), ENAMETOOLONG);
	DIR *dir = opendir("d");
	int n = 0, inodes = 0;
	for (struct dirent *e; (e = readdir(dir)); n++) {
		snprintf(text, sizeof text, "d/%s", e->d_name);
		inodes += !lstat(text, &st) && st.st_ino == e->d_ino;
	}
	check("readdir gives names and inodes", n == 6 && inodes >= 5);
	rewinddir(dir);
	int again = 0;
	while (readdir(dir)) again++;
	check("rewinddir", again == n);
	closedir(dir);
	int r = setxattr("d/f", "user.x", "value", 5, 0);
	check("xattr", (r == -1 && errno == ENOTSUP) || (!r && getxattr("d/f", "user.x", text, 64) == 5));
	for (const char *name = "fshp"; *name; name++) {
		snprintf(text, sizeof text, "d/%c", *name);
		unlink(text);
	}
	check("rmdir", !rmdir("d") && !unlink("loop"));
	char here[4096], small[2];
	check("getcwd", getcwd(here, sizeof here) && here[0] == '/');
	errno = 0;
	check("getcwd in a small buffer", !getcwd(small, sizeof small) && errno == ERANGE);
}

static void locks(void)
{
	int fd = open("lock", O_CREAT | O_RDWR, 0644), status;
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5 };
	check("F_SETLK", !fcntl(fd, F_SETLK, &l));
	status = IN_CHILD({
		struct flock get = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
		fcntl(fd, F_GETLK, &get);
		_exit(get.l_type == F_WRLCK && get.l_start == 10 && get.l_len == 5 && get.l_pid == getppid() ? 0 : 1);
	});
	check("F_GETLK of another's lock", EXITED(status, 0));
	status = IN_CHILD({
		struct flock set = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 12 };
		_exit(fcntl(fd, F_SETLK, &set) == -1 && (errno == EAGAIN || errno == EACCES) ? 0 : 1);
	});
	check("F_SETLK against another's lock", EXITED(status, 0));
	check("flock", !flock(fd, LOCK_EX));
	status = IN_CHILD({
		int other = open("lock", O_RDWR);
		_exit(flock(other, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK ? 0 : 1);
	});
	check("flock against another's", EXITED(status, 0));
	check("dup, dup2, fcntl", dup2(fd, 77) == 77 && fcntl(fd, F_DUPFD, 80) == 80 && !close(77) && !close(80));
	check("O_APPEND by fcntl", !fcntl(fd, F_SETFL, O_APPEND) && (fcntl(fd, F_GETFL) & O_APPEND));
	close(fd);
	unlink("lock");
}

static void others(void)
{
	char text[16] = "";
	struct statfs s;
	unsigned long long count = 0;
	check("statfs", !statfs("/", &s) && s.f_bsize >= 512 && s.f_blocks > 0 && s.f_namelen == 255);
	int e = eventfd(3, EFD_NONBLOCK);
	check("eventfd", read(e, &count, 8) == 8 && count == 3 && read(e, &count, 8) == -1 && errno == EAGAIN);
	int in = open("in", O_CREAT | O_RDWR, 0644), out = open("out", O_CREAT | O_RDWR, 0644);
	if (write(in, "0123456789", 10) != 10) return;
	off_t at = 2;
	check("sendfile", sendfile(out, in, &at, 5) == 5 && at == 7 && pread(out, text, 16, 0) == 5 &&
		!memcmp(text, "23456", 5));
	off_t from = 8;
	check("copy_file_range", copy_file_range(in, &from, out, 0, 2, 0) == 2 && from == 10);
	int m = memfd_create("m", 0);
	check("memfd_create", write(m, "x", 1) == 1);
	int i = inotify_init1(IN_NONBLOCK);
	char events[256];
	check("inotify", inotify_add_watch(i, ".", IN_DELETE) == 1 && !unlink("in") && read(i, events, 256) > 16 &&
		((struct inotify_event *)events)->mask == IN_DELETE);
	unlink("out");
	check("umask", (umask(027), umask(022)) == 027);
	check("/dev/zero", (in = open("/dev/zero", O_RDONLY)) >= 0 && read(in, text, 16) == 16 && !text[3]);
	CHECK_ERRNO("a folder cannot be written", open("/", O_WRONLY), EISDIR);
}

int main(void)
{
	offsets();
	vectors();
	names();
	locks();
	others();
	return failures != 0;
}
