/*
 * The generic ftw calls nftw with a callback of three arguments cast to one of
 * four. wasm checks the type of every indirect call: an adapter is needed.
 */
#include <ftw.h>

static _Thread_local int (*callback)(const char *, const struct stat *, int);

static int adapt(const char *path, const struct stat *st, int type, struct FTW *f)
{
	return callback(path, st, type);
}

int ftw(const char *path, int (*fn)(const char *, const struct stat *, int), int fd_limit)
{
	int (*outer)(const char *, const struct stat *, int) = callback;
	callback = fn;
	int r = nftw(path, adapt, fd_limit, FTW_PHYS);
	callback = outer;
	return r;
}
