/* The section `apkfarm.library` of a shared library: its name, and what a program that links it needs besides. */
#include "driver.h"
#include <string.h>

/* The library of C++ is one for all of a program, or exceptions and types would not meet: a shared library only names
 * it, as in ELF. It is a pair of archives, of which a program takes what is used. */
static const char *const cxx_archives[] = {"libc++.a", "libc++abi.a"};

/* Does it want something that the archive, if the sysroot has it, defines? */
static bool uses_archive(const struct command *command, const struct module *linked, const char *archive)
{
	char *path = format("%s/usr/lib/%s", command->sysroot, archive);
	struct list names = {0};
	size_t count;
	const struct symbol *symbols = module_symbols(linked, &count);

	if (!is_file(path))
		return false;
	add_definitions(&names, path, true);
	sort_names(&names);
	for (size_t i = 0; i < count; i++)
		if (symbols[i].name && symbols[i].flags & SYMBOL_UNDEFINED && has_sorted(&names, symbols[i].name))
			return true;
	return false;
}

static bool is_needed(const struct library *library, const struct module *linked)
{
	struct module module;

	if (!library->shared)
		return false;
	return !library->as_needed || !parse_module(&module, load(library->path)) || uses_symbols_of(linked, &module);
}

struct bytes library_section(const struct command *command, const struct libraries *libraries,
	const struct module *linked)
{
	struct bytes text = {0}, section = {0};
	const char *soname = command->soname ? command->soname : base_name(command->output);
	char *line = format("soname=%s\n", soname);

	add_bytes(&text, line, strlen(line));
	for (size_t i = 0; i < libraries->count; i++) {
		if (!is_needed(&libraries->items[i], linked))
			continue;
		line = format("needed=%s\n", libraries->items[i].soname);
		add_bytes(&text, line, strlen(line));
	}
	bool cxx = false; /* the first archive uses the second */
	for (size_t i = 0; i < sizeof cxx_archives / sizeof *cxx_archives; i++) {
		cxx |= uses_archive(command, linked, cxx_archives[i]);
		if (!cxx)
			continue;
		line = format("needed=%s\n", cxx_archives[i]);
		add_bytes(&text, line, strlen(line));
	}
	add_custom_section(&section, "apkfarm.library", text.data, text.size);
	return section;
}
