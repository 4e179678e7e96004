/* The cache of compiled modules. A file is named by the SHA-256 of the engine's
 * settings, the processor's features and the wasm file's content.
 *
 * Loading a compiled module is running it: only folders are read that belong to
 * the caller and that nobody else can write. The last folder of the list also
 * gets new modules and, as symbolic links, the shortcut from a file's identity
 * (device, inode, size, times) to its name; the folders before it are read by
 * content only. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <cpuid.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "memory.h"

#ifndef WASMTIME_VERSION
#error "WASMTIME_VERSION is the wheel's version"
#endif
enum { MOST_FOLDERS = 8, SETTLED_MILLISECONDS = 100 };
static char *folders[MOST_FOLDERS];
static int folder_count;        /* the last one is written */
static bool stored;             /* the module is in the cache now */

static bool is_private(const char *path, mode_t type)
{
	struct stat st;
	return !lstat(path, &st) && (st.st_mode & S_IFMT) == type && st.st_uid == geteuid() && !(st.st_mode & 022);
}

static void make_folder(char *path)
{
	if (!mkdir(path, 0700) || errno != ENOENT) return;
	char *slash = strrchr(path, '/');
	if (!slash || slash == path) return;
	*slash = 0;
	make_folder(path);
	*slash = '/';
	mkdir(path, 0700);
}

static void open_folders(void)
{
	char *list = settings.cache ? strdup(settings.cache) : 0, *rest = list, *name;
	folder_count = 0;
	while (list && (name = strsep(&rest, ":"))) {
		if (!*name) continue;
		if (folder_count == MOST_FOLDERS) fail(2, "APKFARM_RUNNER_CACHE has more than %d folders", MOST_FOLDERS);
		folders[folder_count++] = strdup(outside_path(name));
	}
	free(list);
	if (folder_count) make_folder(folders[folder_count - 1]);
	for (int i = 0; i < folder_count; i++) {
		struct stat st;
		char real[PATH_MAX];
		/* the folder itself may be named through links; what counts is where they lead */
		if (realpath(folders[i], real) && is_private(real, S_IFDIR)) continue;
		if (settings.trace && !stat(folders[i], &st))
			say("%s: not used as a cache: it must be yours and writable by nobody else", folders[i]);
		free(folders[i]);
		folders[i] = 0;
	}
}

static const char *writable_folder(void) { return folder_count ? folders[folder_count - 1] : 0; }

static void processor_features(u32 *out)
{
	u32 a, b, c, d;
	memset(out, 0, 10 * sizeof *out);
	if (__get_cpuid(1, &a, &b, &c, &d)) out[0] = c, out[1] = d;
	if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) out[2] = b, out[3] = c, out[4] = d;
	if (__get_cpuid_count(7, 1, &a, &b, &c, &d)) out[5] = a, out[6] = d;
	if (__get_cpuid(0x80000001, &a, &b, &c, &d)) out[7] = c, out[8] = d;
}

static void name_by_content(char name[72], const uint8_t *content, size_t size)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	u32 features[10];
	char engine_settings[80];
	SHA256_CTX hash;
	snprintf(engine_settings, sizeof engine_settings, "apkfarm runner 1, wasmtime %s, epochs %d", WASMTIME_VERSION,
		settings.epochs);
	processor_features(features);
	SHA256_Init(&hash);
	SHA256_Update(&hash, engine_settings, sizeof engine_settings);
	SHA256_Update(&hash, features, sizeof features);
	SHA256_Update(&hash, content, size);
	SHA256_Final(digest, &hash);
	for (size_t i = 0; i < sizeof digest; i++) sprintf(name + 2 * i, "%02x", digest[i]);
	strcpy(name + 64, ".cwasm");
}

/* The name of the shortcut, or false if the file changed so lately that the
 * next change could leave all of this as it is. */
static bool name_by_identity(char *name, size_t size, const struct stat *st)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	i64 age = (now.tv_sec - st->st_ctim.tv_sec) * 1000 + (now.tv_nsec - st->st_ctim.tv_nsec) / 1000000;
	snprintf(name, size, "file-%d-%lx-%lx-%lx-%lx.%lx-%lx.%lx", settings.epochs, (long)st->st_dev,
		(long)st->st_ino, (long)st->st_size, (long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
		(long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
	return age > SETTLED_MILLISECONDS;
}

/* The engine keeps the file open, under the number that the program expects to
 * be free. It has no use for it: only modules with a memory of their own do. */
static void close_module_file(int number, const char *path)
{
	struct stat open_file, file;
	if (!fstat(number, &open_file) && !stat(path, &file) && open_file.st_ino == file.st_ino &&
		open_file.st_dev == file.st_dev) close(number);
}

static wasmtime_module_t *find(const char *name)
{
	char path[PATH_MAX];
	int lowest = open("/", O_PATH | O_CLOEXEC);
	close(lowest);
	for (int i = 0; i < folder_count; i++) {
		wasmtime_module_t *found = 0;
		if (!folders[i] || snprintf(path, sizeof path, "%s/%s", folders[i], name) >= (int)sizeof path) continue;
		if (!is_private(path, S_IFREG)) continue;
		wasmtime_error_t *error = wasmtime_module_deserialize_file(engine, path, &found);
		close_module_file(lowest, path);
		if (!error) return found;
		if (settings.trace) {
			wasm_byte_vec_t message;
			wasmtime_error_message(error, &message);
			say("%s: %.*s", path, (int)message.size, message.data);
		}
		wasmtime_error_delete(error);
	}
	return 0;
}

static bool write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);
		if (n <= 0) return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

static void store(const char *name, wasmtime_module_t *compiled)
{
	const char *folder = writable_folder();
	char path[PATH_MAX], temporary[PATH_MAX];
	wasm_byte_vec_t data;
	if (!folder || snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return;
	if (snprintf(temporary, sizeof temporary, "%s/new-%d", folder, getpid()) >= (int)sizeof temporary) return;
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) return;
	wasmtime_error_t *error = wasmtime_module_serialize(compiled, &data);
	if (!error) {
		bool written = write_all(fd, data.data, data.size);
		stored = written && !rename(temporary, path);
		wasm_byte_vec_delete(&data);
	} else {
		wasmtime_error_delete(error);
	}
	if (!stored) unlink(temporary);
	close(fd);
}

static wasmtime_module_t *compile(const uint8_t *content, size_t size, const char *path)
{
	wasmtime_module_t *compiled = 0;
	wasm_byte_vec_t message;
	wasmtime_error_t *error = wasmtime_module_new(engine, content, size, &compiled);
	if (!error) return compiled;
	wasmtime_error_message(error, &message);
	fail(126, "%s: %.*s", path, (int)message.size, message.data);
}

/* A copy: the file may change while it is hashed and compiled. */
static uint8_t *read_file(int fd, size_t *size, const char *path)
{
	uint8_t *content = malloc(*size + 1);
	size_t done = 0;
	if (!content) fail(126, "%s: no memory to read it", path);
	while (done < *size) {
		ssize_t n = pread(fd, content + done, *size - done, (off_t)done);
		if (n < 0) fail(126, "%s: %m", path);
		if (n == 0) break;
		done += (size_t)n;
	}
	*size = done;
	return content;
}

/* Where the module ends. What follows its last section is no part of it and may be anything, as with ELF: an archive
 * that unpacks itself is a program with an archive behind it. A section that is cut short stays an error. */
static size_t module_size(const uint8_t *content, size_t size)
{
	enum { HIGHEST_SECTION = 13, CODE = 10 };
	bool has_code = false;
	size_t at = 8;
	while (at < size && content[at] <= HIGHEST_SECTION) {
		size_t length = 0, next = at + 1;
		int shift = 0;
		has_code |= content[at] == CODE;
		do {
			if (next >= size || shift > 28) return size;
			length |= (size_t)(content[next] & 0x7f) << shift;
			shift += 7;
		} while (content[next++] & 0x80);
		if (length > size - next) return size;
		at = next + length;
	}
	return has_code ? at : size;
}

static wasmtime_module_t *load_by_content(int fd, const char *path, const struct stat *st, char name[72])
{
	size_t size = (size_t)st->st_size;
	uint8_t *content = read_file(fd, &size, path);
	size = module_size(content, size);
	name_by_content(name, content, size);
	wasmtime_module_t *found = find(name);
	stored = found != 0;
	if (!found) {
		found = compile(content, size, path);
		store(name, found);
	}
	free(content);
	return found;
}

wasmtime_module_t *load_module(int fd, const char *path)
{
	char identity[200], shortcut[PATH_MAX], name[72];
	struct stat st;
	if (fstat(fd, &st)) fail(126, "%s: %m", path);
	int back = step_outside();
	open_folders();
	const char *folder = writable_folder();
	bool settled = name_by_identity(identity, sizeof identity, &st) && folder &&
		snprintf(shortcut, sizeof shortcut, "%s/%s", folder, identity) < (int)sizeof shortcut;
	wasmtime_module_t *found = 0;
	if (settled) {
		ssize_t n = readlink(shortcut, name, sizeof name - 1);
		if (n > 0) name[n] = 0;
		if (n > 0 && !strchr(name, '/')) found = find(name);
		stored = found != 0;
	}
	if (!found) {
		found = load_by_content(fd, path, &st, name);
		if (settled && stored) {
			unlink(shortcut);
			if (symlink(name, shortcut) && settings.trace) say("%s: %m", shortcut);
		}
	}
	step_inside(back);
	return found;
}

int compile_files(char **paths)
{
	int status = 0;
	for (; *paths; paths++) {
		int fd = open(*paths, O_RDONLY | O_CLOEXEC);
		struct stat st;
		if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
			say("%s: %s", *paths, fd < 0 ? strerror(errno) : "is not a regular file");
			status = 1;
		} else {
			wasmtime_module_delete(load_module(fd, *paths));
			if (!stored) {
				say("%s: could not be stored in the cache", *paths);
				status = 1;
			}
		}
		if (fd >= 0) close(fd);
	}
	return status;
}
