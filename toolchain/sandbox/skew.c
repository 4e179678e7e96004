/* Preloaded into the host's tools by `apkfarm build --verify`: the clock is a
 * year later and folders list their entries in reverse. A package whose bytes
 * depend on either differs in the second build. */
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

enum { YEAR = 365 * 24 * 60 * 60 };

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

time_t time(time_t *out)
{
	struct timespec now;
	REAL(clock_gettime)(CLOCK_REALTIME, &now);
	now.tv_sec += YEAR;
	if (out) *out = now.tv_sec;
	return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	int result = REAL(gettimeofday)(out, zone);
	if (!result) out->tv_sec += YEAR;
	return result;
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
	int result = REAL(clock_gettime)(clock, out);
	if (!result && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) out->tv_sec += YEAR;
	return result;
}

/* A folder that is being read: all of its entries, given out from the end. */
struct listing {
	DIR *folder;
	struct dirent **entries;
	size_t count;
	struct listing *next;
};
static struct listing *listings;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct listing **find(DIR *folder)
{
	struct listing **at = &listings;
	while (*at && (*at)->folder != folder) at = &(*at)->next;
	return at;
}

static void forget(DIR *folder)
{
	struct listing **at = find(folder), *gone = *at;
	if (!gone) return;
	*at = gone->next;
	free(gone->entries);
	free(gone);
}

static struct listing *list(DIR *folder)
{
	struct listing *listing = calloc(1, sizeof *listing);
	if (!listing) return NULL;
	listing->folder = folder;
	for (struct dirent *entry; (entry = REAL(readdir)(folder));) {
		void *grown = realloc(listing->entries, (listing->count + 1) * sizeof *listing->entries);
		struct dirent *copy = grown ? malloc(entry->d_reclen) : NULL;
		if (grown) listing->entries = grown;
		if (!copy) break;
		listing->entries[listing->count++] = memcpy(copy, entry, entry->d_reclen);
	}
	listing->next = listings;
	listings = listing;
	return listing;
}

struct dirent *readdir(DIR *folder)
{
	pthread_mutex_lock(&lock);
	struct listing *listing = *find(folder);
	if (!listing) listing = list(folder);
	/* the entry stays allocated: callers may keep it until the next call */
	struct dirent *entry = listing && listing->count ? listing->entries[--listing->count] : NULL;
	pthread_mutex_unlock(&lock);
	return entry;
}

struct dirent64 *readdir64(DIR *folder)
{
	_Static_assert(sizeof(struct dirent) == sizeof(struct dirent64), "one layout on 64-bit hosts");
	return (struct dirent64 *)readdir(folder);
}

void rewinddir(DIR *folder)
{
	pthread_mutex_lock(&lock);
	forget(folder);
	pthread_mutex_unlock(&lock);
	REAL(rewinddir)(folder);
}

int closedir(DIR *folder)
{
	pthread_mutex_lock(&lock);
	forget(folder);
	pthread_mutex_unlock(&lock);
	return REAL(closedir)(folder);
}
