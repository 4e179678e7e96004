#define PAGE 65536
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include "check.h"

static void anonymous(void)
{
	char *p = mmap(0, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check("mmap gives zeroes", p != MAP_FAILED && !p[0] && !p[5 * PAGE - 1] && (size_t)p % 4096 == 0);
	memset(p, 7, 5 * PAGE);
	check("munmap of a part", !munmap(p + PAGE, PAGE));
	check("MAP_FIXED gives zeroes", mmap(p + PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
		p + PAGE && !p[PAGE] && p[0] == 7 && p[2 * PAGE] == 7);
	check("madvise DONTNEED", !madvise(p, PAGE, MADV_DONTNEED) && !p[0] && p[2 * PAGE] == 7);
	check("mprotect", !mprotect(p, PAGE, PROT_READ) && p[0] == 0);
	CHECK_ERRNO("read into a page that is not writable", ({ int fd = open("/dev/zero", O_RDONLY); read(fd, p, 10); }), EFAULT);
	CHECK_ERRNO("sysinfo into such a page", sysinfo((struct sysinfo *)p), EFAULT);
	check("a write there is SIGSEGV", KILLED(IN_CHILD({ close(2); p[0] = 1; }), SIGSEGV));
	check("PROT_NONE", !mprotect(p, PAGE, PROT_NONE) && KILLED(IN_CHILD({ close(2); p[1]++; }), SIGSEGV));
	int pipes[2];
	if (pipe(pipes)) return;
	CHECK_ERRNO("write from such a page", write(pipes[1], p, 10), EFAULT);
	CHECK_ERRNO("open of a name there", open(p, O_RDONLY), EFAULT);
	check("and back", !mprotect(p, PAGE, PROT_READ | PROT_WRITE) && (p[0] = 1));
	char *q = mremap(p, 5 * PAGE, 50 * PAGE, MREMAP_MAYMOVE);
	check("mremap grows", q != MAP_FAILED && q[2 * PAGE] == 7 && !q[49 * PAGE]);
	q = mremap(q, 50 * PAGE, 2 * PAGE, 0);
	check("mremap shrinks", q != MAP_FAILED && q[0] == 1);
	check("munmap", !munmap(q, 2 * PAGE));
	CHECK_ERRNO("mmap of nothing", mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), EINVAL);
	CHECK_ERRNO("mmap of neither kind", mmap(0, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0), EINVAL);
	CHECK_ERRNO("mmap without a file", mmap(0, PAGE, PROT_READ, MAP_PRIVATE, 99, 0), EBADF);
	int bad = 0;
	char *many[200];
	for (int i = 0; i < 200; i++) many[i] = mmap(0, PAGE * (1 + i % 3), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 200; i++) bad += many[i] == MAP_FAILED || many[i][0];
	for (int i = 0; i < 200; i++) memset(many[i], i, PAGE);
	for (int i = 0; i < 200; i++) bad += many[i][PAGE - 1] != (char)i || munmap(many[i], PAGE * (1 + i % 3));
	check("two hundred maps", !bad);
}

static void files(void)
{
	int fd = open("map", O_CREAT | O_RDWR | O_TRUNC, 0644);
	char text[8] = "";
	if (write(fd, "content", 7) != 7) return;
	char *p = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check("shared map of a file", p != MAP_FAILED && !memcmp(p, "content", 7) && !p[7] && !p[100]);
	p[0] = 'C';
	check("msync, and the file changes", !msync(p, 7, MS_SYNC) && pread(fd, text, 7, 0) == 7 && !memcmp(text, "Content", 7));
	char *q = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	q[1] = 'X';
	check("private map of a file", pread(fd, text, 7, 0) == 7 && text[1] == 'o' && p[1] == 'o');
	check("shared with a child", EXITED(IN_CHILD(p[2] = '!'), 0) && p[2] == '!');
	munmap(p, PAGE);
	munmap(q, PAGE);
	if (ftruncate(fd, 3 * PAGE)) return;
	p = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 2 * PAGE);
	p[0] = 'Z';
	check("map at an offset", pread(fd, text, 1, 2 * PAGE) == 1 && text[0] == 'Z');
	p = mremap(p, PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	check("mremap of a shared map", p != MAP_FAILED && p[0] == 'Z' && !ftruncate(fd, 6 * PAGE) && ({
		p[3 * PAGE] = 'Y';
		pread(fd, text, 1, 5 * PAGE) == 1 && text[0] == 'Y';
	}));
	close(fd);
	fd = open("map", O_RDONLY);
	CHECK_ERRNO("writable shared map of a file open for reading", mmap(0, PAGE, PROT_WRITE, MAP_SHARED, fd, 0), EACCES);
	p = mmap(0, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	CHECK_ERRNO("read into a read-only map", read(fd, p, 4), EFAULT);
	unlink("map");
	fd = shm_open("/runner-test", O_CREAT | O_RDWR, 0600);
	check("shm_open", fd >= 0 && !ftruncate(fd, PAGE));
	int *shared = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	*shared = 5;
	check("shm between processes", EXITED(IN_CHILD(*shared = 6), 0) && *shared == 6 && !shm_unlink("/runner-test"));
}

static void heap(void)
{
	char *p = malloc(100 << 20);
	check("malloc of 100 MB", p);
	memset(p, 1, 100 << 20);
	free(p);
	void *volatile too_much = malloc(1100u << 20);
	check("more than there is", !too_much || sizeof(void *) > 4);
	int bad = 0;
	char *blocks[1000];
	for (int i = 0; i < 1000; i++) blocks[i] = memset(malloc((size_t)i * 37 + 1), i, (size_t)i * 37 + 1);
	for (int i = 0; i < 1000; i++) bad += blocks[i][i * 37] != (char)i;
	for (int i = 0; i < 1000; i++) free(blocks[i]);
	check("a thousand blocks", !bad);
}

static void limits(void)
{
	struct rlimit l, as = { 64 << 20, 512 << 20 };
	check("RLIMIT_NOFILE", !getrlimit(RLIMIT_NOFILE, &l) && l.rlim_cur > 3);
	check("a limit of descriptors", EXITED(IN_CHILD({
		struct rlimit few = { 10, 10 };
		setrlimit(RLIMIT_NOFILE, &few);
		_exit(dup2(0, 10) == -1 && errno == EBADF ? 0 : 1);
	}), 0));
	check("RLIMIT_AS", EXITED(IN_CHILD({
		if (setrlimit(RLIMIT_AS, &as) || getrlimit(RLIMIT_AS, &l) || l.rlim_cur != as.rlim_cur) _exit(1);
		void *p = mmap(0, 100 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		_exit(p == MAP_FAILED && errno == ENOMEM ? 0 : 2);
	}), 0));
	CHECK_ERRNO("a soft limit above the hard one", setrlimit(RLIMIT_AS, &(struct rlimit){ 2, 1 }), EINVAL);
	check("RLIMIT_FSIZE", KILLED(IN_CHILD({
		struct rlimit small = { 100, 100 };
		setrlimit(RLIMIT_FSIZE, &small);
		int fd = open("fsize", O_CREAT | O_RDWR, 0600);
		unlink("fsize");
		for (int i = 0; i < 3; i++) if (write(fd, (char[80]){ 0 }, 80) < 0) _exit(1);
	}), SIGXFSZ));
	check("a limit passes through exec", EXITED(IN_CHILD({
		setrlimit(RLIMIT_AS, &as);
		execl("/proc/self/exe", "memory", "limit", (char *)0);
	}), 21));
}

int main(int argc, char **argv)
{
	struct rlimit l;
	if (argc > 1 && !strcmp(argv[1], "limit")) return !getrlimit(RLIMIT_AS, &l) && l.rlim_cur == 64 << 20 ? 21 : 1;
	anonymous();
	files();
	heap();
	limits();
	return failures != 0;
}
