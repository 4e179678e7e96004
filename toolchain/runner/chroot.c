/* chroot. The runner needs itself, the dynamic loader, its libraries and the
 * cache also in a root that has none of them: it keeps a descriptor of the old
 * root and uses names relative to that. Only a process that called chroot (or
 * was started by one) has such a descriptor. */
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include "memory.h"

enum { HIGH_DESCRIPTOR = 200, LOW_DESCRIPTOR = 50 };
struct outside outside = { .root = -1, .folder = -1 };

bool is_reserved(int fd) { return outside.root >= 0 && fd == outside.root; }

const char *outside_path(const char *path)
{
	if (outside.root < 0) return path;
	while (*path == '/') path++;
	return *path ? path : ".";
}

int step_outside(void)
{
	if (outside.root < 0) return -1;
	int back = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fchdir(outside.root)) say("cannot reach the root before chroot: %m");
	return back;
}

void step_inside(int folder)
{
	if (folder < 0) return;
	if (fchdir(folder)) say("cannot return to the working folder: %m");
	close(folder);
}

/* Adds the folder of a loaded library; notes the loader. */
static int add_library(struct dl_phdr_info *info, size_t size, void *data)
{
	char path[PATH_MAX], *list = data;
	(void)size;
	if (!info->dlpi_name || info->dlpi_name[0] != '/' || !realpath(info->dlpi_name, path)) return 0;
	char *slash = strrchr(path, '/');
	if (!strncmp(slash, "/ld-", 4)) {
		free(outside.loader);
		outside.loader = strdup(path + 1);
	}
	*slash = 0;
	if (strstr(list, path + 1)) return 0;
	size_t n = strlen(list);
	snprintf(list + n, PATH_MAX - n, "%s%s", n ? ":" : "", path + 1);
	return 0;
}

static long keep_way_out(void)
{
	char libraries[PATH_MAX] = "", self[PATH_MAX];
	if (outside.root >= 0) return 0;
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (n <= 0) return -ENOSYS;
	self[n] = 0;
	dl_iterate_phdr(add_library, libraries);
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0) return -errno;
	outside.root = fcntl(root, F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR);
	if (outside.root < 0) outside.root = fcntl(root, F_DUPFD_CLOEXEC, LOW_DESCRIPTOR);
	close(root);
	outside.libraries = strdup(libraries);
	outside.runner = strdup(self + 1);
	return outside.root < 0 || !outside.loader ? -EMFILE : 0;
}

static void forget_way_out(void)
{
	if (outside.root >= 0) close(outside.root);
	outside.root = -1;
}

long enter_root(const char *path)
{
	bool first = outside.root < 0;
	TRY(keep_way_out());
	long r = RESULT(syscall(SYS_chroot, path));
	if (r && first) forget_way_out();
	return r ? r : RESULT(chdir("/"));
}

long sys_chroot(const u32 *a)
{
	char path[PATH_MAX];
	bool first = outside.root < 0;
	TRY(string_in(path, sizeof path, a[0]));
	TRY(keep_way_out());
	long r = RESULT(syscall(SYS_chroot, path));
	if (r && first) forget_way_out();
	return r;
}
