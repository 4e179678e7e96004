/* The runner's settings. They come from the environment; a program that starts
 * another with an empty environment (env -i, login) must not lose them, so exec
 * passes what is missing there as KEY=VALUE of --exec. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "runner.h"

struct settings settings;
static const char *const limit_names[LIMIT_COUNT] = { "data", "stack", "as" };

static const struct { const char *variable, *key; } variables[] = {
	{ "APKFARM_RUNNER_CACHE", "cache" },
	{ "APKFARM_RUNNER_COUNT", "count" },
	{ "APKFARM_RUNNER_TRACE", "trace" },
	{ "APKFARM_RUNNER_EPOCH", "epoch" },
};
enum { VARIABLES = sizeof variables / sizeof *variables };
static const char *passed[VARIABLES];   /* by --exec; the environment wins */

static const char *value_of(int i)
{
	const char *value = getenv(variables[i].variable);
	return value ? value : passed[i];
}

/* $APKFARM_CACHE/wasm-code, $XDG_CACHE_HOME/apkfarm/wasm-code or $HOME/.cache/apkfarm/wasm-code */
static const char *default_cache(void)
{
	static char path[PATH_MAX];
	const char *farm = getenv("APKFARM_CACHE"), *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	if (farm && *farm) snprintf(path, sizeof path, "%s/wasm-code", farm);
	else if (cache && *cache) snprintf(path, sizeof path, "%s/apkfarm/wasm-code", cache);
	else if (home && *home) snprintf(path, sizeof path, "%s/.cache/apkfarm/wasm-code", home);
	else return 0;
	return path;
}

void read_settings(void)
{
	settings.cache = value_of(0);
	if (!settings.cache || !*settings.cache) settings.cache = default_cache();
	settings.count = value_of(1);
	settings.trace = value_of(2) ? atoi(value_of(2)) : 0;
	settings.epochs = value_of(3) && atoi(value_of(3));
}

bool take_setting(const char *text)
{
	const char *equals = strchr(text, '=');
	if (!equals) return false;
	size_t n = (size_t)(equals - text);
	for (int i = 0; i < VARIABLES; i++)
		if (n == strlen(variables[i].key) && !memcmp(text, variables[i].key, n)) {
			passed[i] = equals + 1;
			return true;
		}
	for (int i = 0; i < LIMIT_COUNT; i++)
		if (n == strlen(limit_names[i]) && !memcmp(text, limit_names[i], n)) {
			struct limit *l = &settings.limits[i];
			l->is_set = sscanf(equals + 1, "%" SCNu64 ",%" SCNu64, &l->soft, &l->hard) == 2;
			return l->is_set;
		}
	return false;
}

static bool has_variable(char *const *environment, const char *name)
{
	size_t n = strlen(name);
	for (; *environment; environment++)
		if (!strncmp(*environment, name, n) && (*environment)[n] == '=') return true;
	return false;
}

size_t settings_to_pass(char *const *environment, char **out, size_t room)
{
	size_t n = 0;
	for (int i = 0; i < VARIABLES && n < room; i++) {
		const char *value = i == 0 ? settings.cache : value_of(i);
		if (value && !has_variable(environment, variables[i].variable) &&
			asprintf(&out[n], "%s=%s", variables[i].key, value) > 0) n++;
	}
	for (int i = 0; i < LIMIT_COUNT && n < room; i++) {
		const struct limit *l = &settings.limits[i];
		if (l->is_set && asprintf(&out[n], "%s=%" PRIu64 ",%" PRIu64, limit_names[i], l->soft, l->hard) > 0) n++;
	}
	return n;
}

void count_process(void)
{
	if (!settings.count) return;
	int back = step_outside();
	int fd = open(outside_path(settings.count), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0) {
		if (write(fd, ".", 1) != 1) say("%s: %m", settings.count);
		close(fd);
	}
	step_inside(back);
}
