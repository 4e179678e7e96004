/* Strings, lists of strings, and how the driver ends when it cannot go on. */
#include "driver.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *program_name = TRIPLET "-cc";

void *allocate(size_t size)
{
	void *memory = calloc(1, size ? size : 1);
	if (!memory)
		fail("out of memory");
	return memory;
}

void *grow(void *old, size_t size)
{
	void *memory = realloc(old, size);
	if (!memory)
		fail("out of memory");
	return memory;
}

char *copy_part(const char *text, size_t length)
{
	char *copy = allocate(length + 1);
	memcpy(copy, text, length);
	return copy;
}

char *copy_text(const char *text)
{
	return copy_part(text, strlen(text));
}

char *format(const char *pattern, ...)
{
	va_list values;
	char *text;

	va_start(values, pattern);
	int length = vasprintf(&text, pattern, values);
	va_end(values);
	if (length < 0)
		fail("out of memory");
	return text;
}

void add(struct list *list, const char *item)
{
	if (list->count + 2 > list->room) {
		list->room = list->room ? list->room * 2 : 32;
		list->items = grow(list->items, list->room * sizeof *list->items);
	}
	list->items[list->count++] = (char *)item;
	list->items[list->count] = NULL;
}

void add_all(struct list *list, const struct list *more)
{
	for (size_t i = 0; i < more->count; i++)
		add(list, more->items[i]);
}

bool contains(const struct list *list, const char *item)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->items[i], item))
			return true;
	return false;
}

const char *after(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);
	return strncmp(text, prefix, length) ? NULL : text + length;
}

bool starts(const char *text, const char *prefix)
{
	return after(text, prefix) != NULL;
}

bool ends(const char *text, const char *suffix)
{
	size_t length = strlen(text), end = strlen(suffix);
	return length >= end && !strcmp(text + length - end, suffix);
}

const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return copy_text(".");
	return slash == path ? copy_text("/") : copy_part(path, (size_t)(slash - path));
}

const char *setting(const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);
	return value && *value ? value : otherwise;
}

static void say(const char *kind, const char *pattern, va_list values)
{
	fflush(stdout);
	fprintf(stderr, "%s: %s", program_name, kind);
	vfprintf(stderr, pattern, values);
	fputc('\n', stderr);
}

void warn(const char *pattern, ...)
{
	va_list values;
	va_start(values, pattern);
	say("warning: ", pattern, values);
	va_end(values);
}

void fail(const char *pattern, ...)
{
	va_list values;
	va_start(values, pattern);
	say("error: ", pattern, values);
	va_end(values);
	exit(1);
}
