#define _GNU_SOURCE
#include "machine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

static int32_t answer(int result) { return result < 0 ? -errno : result; }

/* Swift's hash seeds. */
void arc4random_buf(void *room, size_t count)
{
	char *p = room;
	while (count > 0) {
		ssize_t got = getrandom(p, count, 0);
		if (got < 0) {
			if (errno == EINTR) continue;
			memset(p, 0x5a, count);
			return;
		}
		p += got;
		count -= (size_t)got;
	}
}

int32_t apk_root_open(const char *folder, int32_t make)
{
	char path[PATH_MAX];
	size_t length = strlen(folder);
	if (length == 0 || length >= sizeof path) return -ENAMETOOLONG;
	if (make) {
		memcpy(path, folder, length + 1);
		for (size_t i = 1; i <= length; i++) {
			if (path[i] != '/' && path[i] != 0) continue;
			path[i] = 0;
			if (mkdir(path, 0755) < 0 && errno != EEXIST) return -errno;
			if (i < length) path[i] = '/';
		}
	}
	return answer(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/* Appends a part to a path without links; 0, or -1 if there is no room. */
static int push(char *out, size_t room, const char *part, size_t length)
{
	size_t used = strlen(out);
	if (used + length + 2 > room) return -1;
	if (used) out[used++] = '/';
	memcpy(out + used, part, length);
	out[used + length] = 0;
	return 0;
}

int32_t apk_root_resolve(int32_t root, const char *path, int32_t follow, char *out, size_t room)
{
	char rest[2 * PATH_MAX];
	int links = 0;
	if (strlen(path) >= PATH_MAX || room < 2) return -ENAMETOOLONG;
	strcpy(rest, path);
	out[0] = 0;
	char *at = rest;
	while (*at) {
		size_t length = strcspn(at, "/");
		char *next = at + length + (at[length] == '/');
		int isLast = next[strspn(next, "/")] == 0;
		if (length == 0 || (length == 1 && at[0] == '.')) {
			at = next;
			continue;
		}
		if (length == 2 && at[0] == '.' && at[1] == '.') {
			char *slash = strrchr(out, '/');
			*(slash ? slash : out) = 0;
			at = next;
			continue;
		}
		size_t before = strlen(out);
		if (push(out, room, at, length) < 0) return -ENAMETOOLONG;
		struct stat status;
		if (isLast && !follow) break;
		if (fstatat(root, out, &status, AT_SYMLINK_NOFOLLOW) < 0) return -errno;
		if (!S_ISLNK(status.st_mode)) {
			at = next;
			continue;
		}
		char target[PATH_MAX];
		ssize_t count = readlinkat(root, out, target, sizeof target - 1);
		if (count < 0) return -errno;
		if (++links > 40) return -ELOOP;
		size_t left = strlen(next);
		if ((size_t)count + 1 + left >= sizeof rest) return -ENAMETOOLONG;
		memmove(rest + count + 1, next, left + 1);
		memcpy(rest, target, (size_t)count);
		rest[count] = '/';
		out[target[0] == '/' ? 0 : before] = 0;
		at = rest;
	}
	if (!out[0]) strcpy(out, ".");
	return 0;
}

/* The place of a path whose last part is not followed; the folder above must be there. */
static int place(int root, const char *path, char *out)
{
	int result = apk_root_resolve(root, path, 0, out, PATH_MAX);
	return result < 0 ? result : 0;
}

static void fill(struct apk_status *out, const struct stat *status)
{
	out->kind = S_ISREG(status->st_mode) ? 1 : S_ISLNK(status->st_mode) ? 2 : S_ISDIR(status->st_mode) ? 3 : 4;
	out->mode = status->st_mode & 07777;
	out->uid = status->st_uid;
	out->gid = status->st_gid;
	out->size = status->st_size;
	out->mtime = status->st_mtim.tv_sec;
}

int32_t apk_root_status(int32_t root, const char *path, struct apk_status *out)
{
	char where[PATH_MAX];
	struct stat status;
	memset(out, 0, sizeof *out);
	int result = place(root, path, where);
	if (result == 0 && fstatat(root, where, &status, AT_SYMLINK_NOFOLLOW) < 0) result = -errno;
	if (result == -ENOENT || result == -ENOTDIR) return 0;
	if (result < 0) return result;
	fill(out, &status);
	return 0;
}

int32_t apk_root_readlink(int32_t root, const char *path, char *out, size_t room)
{
	char where[PATH_MAX];
	int result = place(root, path, where);
	if (result < 0) return result;
	ssize_t count = readlinkat(root, where, out, room);
	return count < 0 ? -errno : (int32_t)count;
}

int32_t apk_root_names(int32_t root, const char *path, char **out)
{
	char where[PATH_MAX];
	int result = apk_root_resolve(root, path, 1, where, sizeof where);
	if (result < 0) return result;
	int fd = openat(root, where, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) return -errno;
	DIR *stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return -ENOMEM;
	}
	char *names = NULL;
	size_t used = 0;
	struct dirent *entry;
	while ((entry = readdir(stream))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
		size_t length = strlen(entry->d_name) + 1;
		char *larger = realloc(names, used + length);
		if (!larger) {
			free(names);
			closedir(stream);
			return -ENOMEM;
		}
		names = larger;
		memcpy(names + used, entry->d_name, length);
		used += length;
	}
	closedir(stream);
	*out = names;
	return (int32_t)used;
}

int32_t apk_root_open_file(int32_t root, const char *path)
{
	char where[PATH_MAX];
	int result = apk_root_resolve(root, path, 1, where, sizeof where);
	if (result < 0) return result;
	int fd = openat(root, where, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) return -errno;
	struct stat status;
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

int32_t apk_root_create(int32_t root, const char *path, uint32_t mode, int32_t flags)
{
	char where[PATH_MAX];
	int result = place(root, path, where);
	if (result < 0) return result;
	int how = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (flags == 1 ? O_APPEND : O_EXCL);
	int fd = openat(root, where, how, mode);
	if (fd < 0 && errno == EEXIST && flags == 0) {
		unlinkat(root, where, 0);
		fd = openat(root, where, how, mode);
	}
	return answer(fd);
}

int32_t apk_root_finish(int32_t fd, uint32_t uid, uint32_t gid, uint32_t mode, int64_t mtime, int32_t owns)
{
	struct timespec times[2] = {{mtime, 0}, {mtime, 0}};
	int result = 0;
	if (owns && fchown(fd, uid, gid) < 0) result = -errno;
	if (!result && fchmod(fd, mode) < 0) result = -errno;
	if (!result && futimens(fd, times) < 0) result = -errno;
	if (close(fd) < 0 && !result) result = -errno;
	return result;
}

int32_t apk_root_mkdir(int32_t root, const char *path, uint32_t uid, uint32_t gid, uint32_t mode, int32_t owns)
{
	char where[PATH_MAX];
	int result = place(root, path, where);
	if (result < 0) return result;
	if (mkdirat(root, where, 0700) == 0) {
		if (owns && fchownat(root, where, uid, gid, AT_SYMLINK_NOFOLLOW) < 0) return -errno;
		return answer(fchmodat(root, where, mode, 0));
	}
	if (errno != EEXIST) return -errno;
	struct stat status;
	if ((result = apk_root_resolve(root, path, 1, where, sizeof where)) < 0) return result;
	if (fstatat(root, where, &status, AT_SYMLINK_NOFOLLOW) < 0) return -errno;
	return S_ISDIR(status.st_mode) ? 1 : -ENOTDIR;
}

int32_t apk_root_symlink(
	int32_t root, const char *path, const char *target, uint32_t uid, uint32_t gid, int64_t mtime, int32_t owns)
{
	char where[PATH_MAX];
	struct timespec times[2] = {{mtime, 0}, {mtime, 0}};
	int result = place(root, path, where);
	if (result < 0) return result;
	unlinkat(root, where, 0);
	if (symlinkat(target, root, where) < 0) return -errno;
	if (owns && fchownat(root, where, uid, gid, AT_SYMLINK_NOFOLLOW) < 0) return -errno;
	return answer(utimensat(root, where, times, AT_SYMLINK_NOFOLLOW));
}

int32_t apk_root_link(int32_t root, const char *path, const char *existing)
{
	char where[PATH_MAX], from[PATH_MAX];
	int result = place(root, path, where);
	if (result == 0) result = place(root, existing, from);
	if (result < 0) return result;
	unlinkat(root, where, 0);
	return answer(linkat(root, from, root, where, 0));
}

int32_t apk_root_rename(int32_t root, const char *path, const char *to)
{
	char from[PATH_MAX], where[PATH_MAX];
	int result = place(root, path, from);
	if (result == 0) result = place(root, to, where);
	if (result < 0) return result;
	if (renameat(root, from, root, where) < 0) return -errno;
	/* A rename between two names of one file does nothing and leaves both. */
	unlinkat(root, from, 0);
	return 0;
}

int32_t apk_root_unlink(int32_t root, const char *path, int32_t folder)
{
	char where[PATH_MAX];
	int result = place(root, path, where);
	if (result == 0 && unlinkat(root, where, folder ? AT_REMOVEDIR : 0) < 0) result = -errno;
	if (result == -ENOENT) return 0;
	if (folder && (result == -ENOTEMPTY || result == -EEXIST || result == -ENOTDIR)) return 0;
	return result;
}

int32_t apk_root_chown(int32_t root, const char *path, uint32_t uid, uint32_t gid, uint32_t mode, int32_t owns)
{
	char where[PATH_MAX];
	int result = place(root, path, where);
	if (result < 0) return result;
	if (owns && fchownat(root, where, uid, gid, AT_SYMLINK_NOFOLLOW) < 0) return -errno;
	return answer(fchmodat(root, where, mode, 0));
}

int32_t apk_root_touch(int32_t root, const char *path)
{
	char where[PATH_MAX];
	int result = place(root, path, where);
	return result < 0 ? result : answer(utimensat(root, where, NULL, 0));
}

int32_t apk_root_lock(int32_t root, const char *path)
{
	char where[PATH_MAX];
	int result = place(root, path, where);
	if (result < 0) return result;
	int fd = openat(root, where, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		result = -errno;
		close(fd);
		return result;
	}
	return fd;
}

int32_t apk_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) return -errno;
	struct stat status;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) return fd;
	close(fd);
	return -EINVAL;
}

int32_t apk_path_status(const char *path, struct apk_status *out)
{
	struct stat status;
	memset(out, 0, sizeof *out);
	if (stat(path, &status) < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	fill(out, &status);
	return 0;
}

int32_t apk_write_file(const char *path, const void *bytes, size_t count)
{
	char temporary[PATH_MAX];
	if (snprintf(temporary, sizeof temporary, "%s.new-%d", path, (int)getpid()) >= (int)sizeof temporary)
		return -ENAMETOOLONG;
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0) return -errno;
	int result = apk_write(fd, bytes, count);
	if (result >= 0 && fsync(fd) < 0) result = -errno;
	close(fd);
	if (result >= 0 && rename(temporary, path) < 0) result = -errno;
	if (result < 0) unlink(temporary);
	return result;
}

int32_t apk_read(int32_t fd, void *room, size_t count)
{
	for (;;) {
		ssize_t got = read(fd, room, count);
		if (got >= 0 || errno != EINTR) return answer((int)got);
	}
}

int32_t apk_write(int32_t fd, const void *bytes, size_t count)
{
	const char *p = bytes;
	while (count > 0) {
		ssize_t put = write(fd, p, count);
		if (put < 0) {
			if (errno == EINTR) continue;
			return -errno;
		}
		p += put;
		count -= (size_t)put;
	}
	return 0;
}

int32_t apk_sync(int32_t fd) { return answer(fsync(fd)); }
void apk_close(int32_t fd) { close(fd); }
void apk_free(void *memory) { free(memory); }

int32_t apk_run(const char *const *words, const char *const *environment, const char *folder)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, folder);
	int result = posix_spawnp(&child, words[0], &actions, NULL, (char **)words, (char **)environment);
	posix_spawn_file_actions_destroy(&actions);
	if (result != 0) return -result;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR) return -errno;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void *apk_inflater_open(void)
{
	z_stream *stream = calloc(1, sizeof *stream);
	if (stream && inflateInit2(stream, MAX_WBITS + 16) != Z_OK) {
		free(stream);
		stream = NULL;
	}
	return stream;
}

void apk_inflater_close(void *inflater)
{
	inflateEnd(inflater);
	free(inflater);
}

int32_t apk_inflater_step(
	void *inflater, const void *input, size_t input_count, void *output, size_t room, size_t *taken, size_t *given)
{
	z_stream *stream = inflater;
	stream->next_in = (Bytef *)input;
	stream->avail_in = (uInt)input_count;
	stream->next_out = output;
	stream->avail_out = (uInt)room;
	int result = inflate(stream, Z_NO_FLUSH);
	*taken = input_count - stream->avail_in;
	*given = room - stream->avail_out;
	if (result == Z_OK || result == Z_BUF_ERROR) return 0;
	if (result != Z_STREAM_END) return -1;
	inflateReset(stream);
	return 1;
}

int32_t apk_deflate(const void *bytes, size_t count, int32_t raw, void **out, size_t *out_count)
{
	z_stream stream = {0};
	gz_header header = {.os = 3};
	if (deflateInit2(&stream, 9, Z_DEFLATED, raw ? -MAX_WBITS : MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	if (!raw) deflateSetHeader(&stream, &header);
	size_t bound = deflateBound(&stream, count) + 64;
	void *room = malloc(bound);
	if (!room) {
		deflateEnd(&stream);
		return -ENOMEM;
	}
	stream.next_in = (Bytef *)bytes;
	stream.avail_in = (uInt)count;
	stream.next_out = room;
	stream.avail_out = (uInt)bound;
	int result = deflate(&stream, Z_FINISH);
	*out = room;
	*out_count = bound - stream.avail_out;
	deflateEnd(&stream);
	return result == Z_STREAM_END ? 0 : -EIO;
}

int32_t apk_inflate_raw(const void *bytes, size_t count, size_t limit, void **out, size_t *out_count)
{
	z_stream stream = {0};
	size_t room = count < limit / 4 ? 4 * count + 4096 : limit;
	unsigned char *memory = malloc(room);
	if (!memory) return -ENOMEM;
	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
		free(memory);
		return -ENOMEM;
	}
	stream.next_in = (Bytef *)bytes;
	stream.avail_in = (uInt)count;
	size_t used = 0;
	int result;
	for (;;) {
		stream.next_out = memory + used;
		stream.avail_out = (uInt)(room - used);
		result = inflate(&stream, Z_NO_FLUSH);
		used = room - stream.avail_out;
		if (result == Z_STREAM_END) break;
		if (result != Z_OK || stream.avail_in == 0) {
			result = stream.avail_out == 0 && room < limit ? Z_OK : Z_DATA_ERROR;
			if (result == Z_DATA_ERROR) break;
		}
		if (used < room) continue;
		if (room >= limit) {
			result = Z_MEM_ERROR;
			break;
		}
		room = room > limit / 2 ? limit : 2 * room;
		unsigned char *larger = realloc(memory, room);
		if (!larger) {
			result = Z_MEM_ERROR;
			break;
		}
		memory = larger;
	}
	int whole = result == Z_STREAM_END && stream.avail_in == 0;
	inflateEnd(&stream);
	if (!whole) {
		free(memory);
		return result == Z_MEM_ERROR ? -EFBIG : -EINVAL;
	}
	*out = memory;
	*out_count = used;
	return 0;
}

int64_t apk_now(void)
{
	const char *set = getenv("SOURCE_DATE_EPOCH");
	return set ? strtoll(set, NULL, 10) : (int64_t)time(NULL);
}

int32_t apk_is_terminal(int32_t fd) { return isatty(fd); }
int32_t apk_is_root_user(void) { return geteuid() == 0; }
const char *apk_reason(int32_t number) { return strerror(number < 0 ? -number : number); }

/* Defined in Swift. */
int32_t apk_main(int32_t count, char **words);

int main(int count, char **words) { return apk_main(count, words); }
