/* What the apk of a wasm system needs of its C library: plain functions, so that the Swift half needs no headers of it.
 * Unless said otherwise a function returns 0 or more, or a negated errno. Paths named `path` lie inside the root that is
 * open as `root`: symbolic links on the way mean what they mean inside it, and none leads out. */
#ifndef APK_MACHINE_H
#define APK_MACHINE_H
#include <stddef.h>
#include <stdint.h>

struct apk_status {
	int32_t kind; /* 0 nothing, 1 file, 2 link, 3 folder, 4 something else */
	uint32_t mode, uid, gid;
	int64_t size, mtime;
};

/* Opens a root; missing folders of its path are made if `make`. */
int32_t apk_root_open(const char *folder, int32_t make);
/* Where a path leads; the last part is followed if `follow`. NUL-terminated text of at most `room` bytes in `out`. */
int32_t apk_root_resolve(int32_t root, const char *path, int32_t follow, char *out, size_t room);
int32_t apk_root_status(int32_t root, const char *path, struct apk_status *out);
/* The text of a link. Returns its length. */
int32_t apk_root_readlink(int32_t root, const char *path, char *out, size_t room);
/* The names in a folder, each with a NUL behind, in memory that apk_free frees. Returns their length. */
int32_t apk_root_names(int32_t root, const char *path, char **out);
/* Opens a regular file for reading, following links. */
int32_t apk_root_open_file(int32_t root, const char *path);
/* Makes a file: `flags` 0 anew in place of what lies there, 1 for adding at its end. */
int32_t apk_root_create(int32_t root, const char *path, uint32_t mode, int32_t flags);
int32_t apk_root_finish(int32_t fd, uint32_t uid, uint32_t gid, uint32_t mode, int64_t mtime, int32_t owns);
/* Makes a folder and gives it owner and mode. 1 if there was one. */
int32_t apk_root_mkdir(int32_t root, const char *path, uint32_t uid, uint32_t gid, uint32_t mode, int32_t owns);
int32_t apk_root_symlink(
	int32_t root, const char *path, const char *target, uint32_t uid, uint32_t gid, int64_t mtime, int32_t owns);
int32_t apk_root_link(int32_t root, const char *path, const char *existing);
int32_t apk_root_rename(int32_t root, const char *path, const char *to);
int32_t apk_root_unlink(int32_t root, const char *path, int32_t folder);
int32_t apk_root_chown(int32_t root, const char *path, uint32_t uid, uint32_t gid, uint32_t mode, int32_t owns);
/* Says that a file was written now. */
int32_t apk_root_touch(int32_t root, const char *path);
/* Takes apk's lock without waiting. Returns the descriptor that holds it. */
int32_t apk_root_lock(int32_t root, const char *path);

/* Paths of the caller. */
int32_t apk_open(const char *path);
int32_t apk_path_status(const char *path, struct apk_status *out);
int32_t apk_write_file(const char *path, const void *bytes, size_t count);

int32_t apk_read(int32_t fd, void *room, size_t count);
int32_t apk_write(int32_t fd, const void *bytes, size_t count);
int32_t apk_sync(int32_t fd);
void apk_close(int32_t fd);
void apk_free(void *memory);

/* Asks an http address (http_proxy is honoured), from `offset` on if it is not 0, only if newer than `since` unless that
 * is negative. The body can be read from the descriptor in `fd`. Returns the answer's status: 200, 206, 304, 404 … */
int32_t apk_http_open(const char *address, int64_t offset, int64_t since, int32_t *fd, int64_t *length);

/* Runs a program and waits. Returns its exit status, 128 + N for signal N. `words` and `environment` end with NULL. */
int32_t apk_run(const char *const *words, const char *const *environment, const char *folder);

/* zlib: gzip members one after the other. */
void *apk_inflater_open(void);
void apk_inflater_close(void *inflater);
/* One step: bytes taken and given in `taken` and `given`. 1 at a member's end, -1 for damage. */
int32_t apk_inflater_step(
	void *inflater, const void *input, size_t input_count, void *output, size_t room, size_t *taken, size_t *given);
/* Compresses as `gzip -n -9`, or as a raw deflate stream if `raw`. Memory in `out` is freed with apk_free. */
int32_t apk_deflate(const void *bytes, size_t count, int32_t raw, void **out, size_t *out_count);
int32_t apk_inflate_raw(const void *bytes, size_t count, size_t limit, void **out, size_t *out_count);

int64_t apk_now(void);
int32_t apk_is_terminal(int32_t fd);
int32_t apk_is_root_user(void);
/* The text of an errno. */
const char *apk_reason(int32_t number);
#endif
