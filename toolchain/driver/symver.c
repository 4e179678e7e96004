/* Versions of symbols. A wasm object has none, and its assembler refuses .symver. Code with such a line is compiled to
 * text first. Of a default version (NAME@@VERSION) an alias stays; an older one (NAME@VERSION) is for programs that were
 * linked before it was replaced, and of those wasm has none. */
#include "driver.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool has(const struct bytes *text, const char *part)
{
	return memmem(text->data, text->size, part, strlen(part)) != NULL;
}

static bool is_space(char letter)
{
	return letter == ' ' || letter == '\t';
}

/* One line ".symver SYMBOL, NAME@@VERSION" becomes what defines NAME, added to `aliases`. False for other lines. */
static bool take_version(const char *line, size_t length, const struct bytes *text, struct bytes *aliases)
{
	char *words = copy_part(line, length), *symbol = words, *end;

	while (is_space(*symbol))
		symbol++;
	if (!starts(symbol, ".symver"))
		return false;
	symbol += strlen(".symver");
	while (is_space(*symbol))
		symbol++;
	char *name = strchr(symbol, ',');
	if (!name)
		return false;
	for (end = name++; end > symbol && is_space(end[-1]); end--)
		;
	*end = 0;
	while (is_space(*name))
		name++;
	char *version = strstr(name, "@@");
	if (!version)
		return true;
	*version = 0;
	/* What is defined elsewhere has no alias: the linker finds it by its own name. */
	if (strcmp(symbol, name) && has(text, format("\n%s:", symbol))) {
		bool object = has(text, format(".type\t%s,@object", symbol));
		char *alias = format("\t.globl\t%s\n\t.type\t%s,@%s\n\t.set\t%s, %s\n", name, name,
			object ? "object" : "function", name, symbol);
		add_bytes(aliases, alias, strlen(alias));
	}
	return true;
}

static struct bytes without_versions(const struct bytes *text)
{
	struct bytes kept = {0}, aliases = {0};
	const char *at = (const char *)text->data, *end = at + text->size;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t length = newline ? (size_t)(newline - at) : (size_t)(end - at);
		if (!take_version(at, length, text, &aliases))
			add_bytes(&kept, at, length);
		add_bytes(&kept, "\n", 1);
		at += length + 1;
	}
	add_bytes(&kept, aliases.data, aliases.size);
	return kept;
}

/* `compiler` is clang with the interface's flags, `words` what the caller wants of it, without -o. */
int compile_object(const struct list *compiler, const struct list *words, const struct list *dependencies,
	const char *output)
{
	struct list first = {0}, text = {0}, assemble = {0};
	char *errors = temporary("errors"), *assembler = temporary("versions.s");

	add_all(&first, compiler);
	add_all(&first, words);
	add(&first, "-o");
	add(&first, output);
	if (isatty(2))
		add(&first, "-fcolor-diagnostics");
	int status = run(&first, NULL, errors);
	struct bytes said = load(errors);
	/* standard input is read once only */
	if (!status || !has(&said, ".symver") || contains(words, "-")) {
		fwrite(said.data, 1, said.size, stderr);
		return status;
	}
	add_all(&text, compiler);
	add_all(&text, words);
	add_all(&text, dependencies);
	add(&text, "-S");
	add(&text, "-fno-integrated-as");
	add(&text, "-o");
	add(&text, assembler);
	if ((status = run(&text, NULL, NULL)))
		return status;
	struct bytes written = load(assembler), kept = without_versions(&written);
	write_output(assembler, &kept, false);
	add_all(&assemble, compiler);
	add(&assemble, "-c");
	add(&assemble, "-o");
	add(&assemble, output);
	add(&assemble, assembler);
	return run(&assemble, NULL, NULL);
}
