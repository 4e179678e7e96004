/* Makes the symbols of a linked shared library that nobody outside may use local to it, as an ELF linker does:
 * those with hidden visibility, and those that a version script names under `local:`. */
#include "driver.h"
#include <fnmatch.h>
#include <string.h>

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

/* The flags fit their bytes before and after, so this works in place. */
void hide_symbols(struct module *module, const struct list *version_scripts)
{
	struct versions versions = {0};
	size_t count;
	const struct symbol *symbols = module_symbols(module, &count);

	for (size_t i = 0; i < version_scripts->count; i++)
		read_version_script(&versions, version_scripts->items[i]);
	for (size_t i = 0; i < count; i++) {
		if (!symbols[i].name || symbols[i].flags & SYMBOL_UNDEFINED)
			continue;
		if (symbols[i].flags & SYMBOL_HIDDEN || is_local(&versions, symbols[i].name))
			*symbols[i].flags_at = (uint8_t)((*symbols[i].flags_at & ~SYMBOL_WEAK) | SYMBOL_LOCAL);
	}
}
