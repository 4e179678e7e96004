/* Makes the symbols of a linked shared library that nobody outside may use local to it, as an ELF linker does:
 * those with hidden visibility, and those that a version script names under `local:`. */
#include "driver.h"
#include <fnmatch.h>
#include <string.h>

enum { SYMBOL_TABLE = 8 };
enum { FUNCTION, DATA, GLOBAL, SECTION_SYMBOL, TAG, TABLE };
enum { WEAK = 1, LOCAL = 2, HIDDEN = 4, UNDEFINED = 0x10, EXPLICIT_NAME = 0x40 };

struct versions {
	struct list global, local;
};

/* { global: a; b*; local: *; }; names of versions are not needed. */
static void read_version_script(struct versions *versions, const char *path)
{
	struct bytes bytes = load(path);
	struct list *current = &versions->global;
	char *text = copy_part((char *)bytes.data, bytes.size), *comment, *rest;
	int depth = 0;

	while ((comment = strstr(text, "/*")) && strstr(comment + 2, "*/"))
		memset(comment, ' ', (size_t)(strstr(comment + 2, "*/") + 2 - comment));
	struct bytes spaced = {0};
	for (char *c = text; *c; c++) {
		if (*c == '#')
			c += strcspn(c, "\n");
		if (!*c)
			break;
		if (strchr("{}:;", *c))
			add_bytes(&spaced, " ", 1);
		add_bytes(&spaced, c, 1);
		if (strchr("{}:;", *c))
			add_bytes(&spaced, " ", 1);
	}
	add_bytes(&spaced, "", 1);
	for (char *word = strtok_r((char *)spaced.data, " \t\r\n", &rest); word; word = strtok_r(NULL, " \t\r\n", &rest)) {
		if (!strcmp(word, "{")) {
			depth++;
			current = &versions->global;
		} else if (!strcmp(word, "}"))
			depth--;
		else if (!strcmp(word, "global"))
			current = &versions->global;
		else if (!strcmp(word, "local"))
			current = &versions->local;
		else if (depth > 0 && !strchr(":;", *word))
			add(current, word);
	}
}

static bool listed(const struct list *patterns, const char *name, bool exactly)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (exactly ? !strcmp(patterns->items[i], name) : !fnmatch(patterns->items[i], name, 0))
			return true;
	return false;
}

/* An exact name beats a pattern, as in GNU ld. */
static bool is_local(const struct versions *versions, const char *name)
{
	if (listed(&versions->global, name, true))
		return false;
	if (listed(&versions->local, name, true))
		return true;
	return !listed(&versions->global, name, false) && listed(&versions->local, name, false);
}

/* Names are explicit for everything defined; flags fit their bytes before and after, so this works in place. */
static void hide_in_table(struct reader *table, const struct versions *versions)
{
	for (uint32_t left = read_number(table); left && !table->bad; left--) {
		uint8_t kind = read_byte(table);
		uint8_t *flags_at = (uint8_t *)table->at;
		uint32_t flags = read_number(table);
		char *name = NULL;

		if (kind == SECTION_SYMBOL) {
			read_number(table);
			continue;
		}
		if (kind == DATA) {
			name = read_name(table);
			if (!(flags & UNDEFINED)) {
				read_number(table);
				read_number(table);
				read_number(table);
			}
		} else {
			read_number(table);
			if (!(flags & UNDEFINED) || flags & EXPLICIT_NAME)
				name = read_name(table);
		}
		if (table->bad || !name || flags & UNDEFINED)
			continue;
		if (flags & HIDDEN || is_local(versions, name))
			*flags_at = (uint8_t)((*flags_at & ~WEAK) | LOCAL);
	}
}

void hide_symbols(struct module *module, const struct list *version_scripts)
{
	const struct section *section = custom_section(module, "linking");
	struct versions versions = {0};

	if (!section)
		return;
	for (size_t i = 0; i < version_scripts->count; i++)
		read_version_script(&versions, version_scripts->items[i]);
	struct reader reader = {section->content, section->content + section->content_size, false};
	read_number(&reader); /* version of the format */
	while (reader.at < reader.end) {
		uint8_t kind = read_byte(&reader);
		size_t size = read_number(&reader);
		if (reader.bad || size > (size_t)(reader.end - reader.at))
			fail("damaged symbol table in the linked library");
		struct reader part = {reader.at, reader.at + size, false};
		if (kind == SYMBOL_TABLE)
			hide_in_table(&part, &versions);
		if (part.bad)
			fail("damaged symbol table in the linked library");
		reader.at += size;
	}
}
