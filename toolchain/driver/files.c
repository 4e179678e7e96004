/* Files: read as a whole, written as a whole, temporary ones removed at the end. */
#include "driver.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void add_bytes(struct bytes *to, const void *data, size_t size)
{
	if (to->size + size > to->room) {
		to->room = (to->size + size) * 3 / 2 + 64;
		to->data = grow(to->data, to->room);
	}
	if (size)
		memcpy(to->data + to->size, data, size);
	to->size += size;
}

bool is_file(const char *path)
{
	struct stat status;
	return !stat(path, &status) && !S_ISDIR(status.st_mode);
}

bool read_file(const char *path, struct bytes *into)
{
	struct stat status;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return false;
	*into = (struct bytes){0};
	into->room = !fstat(file, &status) && status.st_size > 0 ? (size_t)status.st_size + 1 : 4096;
	into->data = allocate(into->room);
	for (;;) {
		if (into->size == into->room) {
			into->room *= 2;
			into->data = grow(into->data, into->room);
		}
		ssize_t got = read(file, into->data + into->size, into->room - into->size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			int error = errno;
			close(file);
			errno = error;
			return got == 0;
		}
		into->size += (size_t)got;
	}
}

struct bytes load(const char *path)
{
	struct bytes content;
	if (!read_file(path, &content))
		fail("%s: %s", path, strerror(errno));
	return content;
}

size_t read_start(const char *path, void *into, size_t size)
{
	size_t have = 0;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return 0;
	while (have < size) {
		ssize_t got = read(file, (char *)into + have, size - have);
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	close(file);
	return have;
}

static bool write_all(int file, const struct bytes *from)
{
	for (size_t done = 0; done < from->size;) {
		ssize_t put = write(file, from->data + done, from->size - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

bool try_write_output(const char *path, const struct bytes *from, bool executable)
{
	struct stat status;

	if (!stat(path, &status) && !S_ISREG(status.st_mode)) {
		int file = open(path, O_WRONLY | O_CLOEXEC);
		bool good = file >= 0 && write_all(file, from);
		return file >= 0 && !close(file) && good;
	}
	char *partial = format("%s.%ld.partial", path, (long)getpid());
	int file = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, executable ? 0777 : 0666);
	if (file < 0)
		return false;
	bool good = write_all(file, from);
	good = !close(file) && good && !rename(partial, path);
	if (!good) {
		int error = errno;
		unlink(partial);
		errno = error;
	}
	return good;
}

void write_output(const char *path, const struct bytes *from, bool executable)
{
	if (!try_write_output(path, from, executable))
		fail("cannot write %s: %s", path, strerror(errno));
}

static char *temporary_folder;

char *temporary(const char *name)
{
	if (!temporary_folder) {
		char *path = format("%s/apkfarm-cc-XXXXXX", setting("TMPDIR", "/tmp"));
		if (!mkdtemp(path))
			fail("cannot make a folder for temporary files in %s: %s", setting("TMPDIR", "/tmp"),
				strerror(errno));
		temporary_folder = path;
		atexit(remove_temporary);
		catch_signals();
	}
	return format("%s/%s", temporary_folder, name);
}

void remove_temporary(void)
{
	DIR *folder = temporary_folder ? opendir(temporary_folder) : NULL;
	struct dirent *entry;

	if (!folder)
		return;
	while ((entry = readdir(folder)))
		unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	rmdir(temporary_folder);
	temporary_folder = NULL;
}

const char *toolchain_folder(void)
{
	static char *folder;
	char path[4096];

	if (folder)
		return folder;
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	if (length < 0)
		fail("cannot read /proc/self/exe: %s", strerror(errno));
	path[length] = 0;
	folder = folder_of(folder_of(path));
	return folder;
}
