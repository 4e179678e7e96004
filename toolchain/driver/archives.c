/* Archives of objects, as ar writes them: a header of 60 bytes before each member, two bytes alignment. */
#include "driver.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool is_archive(const uint8_t *start, size_t size)
{
	return size >= 8 && (!memcmp(start, "!<arch>\n", 8) || !memcmp(start, "!<thin>\n", 8));
}

/* The symbol table and the long names, whose names begin with a slash too, are passed over: a member's own long
 * name is a slash and a number. */
bool next_member(const struct bytes *archive, size_t *at, struct bytes *member)
{
	if (!is_archive(archive->data, archive->size) || archive->data[2] == 't')
		return false; /* a thin archive has only names */
	if (!*at)
		*at = 8;
	while (*at + 60 <= archive->size) {
		const char *header = (const char *)archive->data + *at;
		size_t length = 0, start = *at + 60;
		for (const char *digit = header + 48; digit < header + 58 && isdigit((unsigned char)*digit); digit++)
			length = length * 10 + (size_t)(*digit - '0');
		if (length > archive->size - start)
			return false;
		*at = start + length + (length & 1);
		if (header[0] == '/' && !isdigit((unsigned char)header[1]))
			continue;
		*member = (struct bytes){.data = archive->data + start, .size = length};
		return true;
	}
	return false;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

void sort_names(struct list *names)
{
	if (names->count)
		qsort(names->items, names->count, sizeof *names->items, by_name);
}

bool has_sorted(const struct list *names, const char *name)
{
	return names->count && bsearch(&name, names->items, names->count, sizeof *names->items, by_name);
}

static void add_object_definitions(struct list *names, struct bytes object, bool weak_too)
{
	struct module module;
	size_t count;

	if (!is_wasm(object.data, object.size) || !parse_module(&module, object))
		return;
	const struct symbol *symbols = module_symbols(&module, &count);
	for (size_t i = 0; i < count; i++)
		if (symbols[i].name && !(symbols[i].flags & (SYMBOL_UNDEFINED | SYMBOL_LOCAL)) &&
			(weak_too || !(symbols[i].flags & SYMBOL_WEAK)))
			add(names, symbols[i].name);
}

void add_definitions(struct list *names, const char *path, bool weak_too)
{
	struct bytes all = load(path), member;

	if (!is_archive(all.data, all.size))
		add_object_definitions(names, all, weak_too);
	for (size_t at = 0; next_member(&all, &at, &member);)
		add_object_definitions(names, member, weak_too);
}
