/* A program's own definition wins over that of a shared library, for the library too, as in ELF: tests include a
 * library's source and link the library besides, programs bring their own malloc or error(). wasm-ld sees two strong
 * definitions in two objects and refuses; so the library takes part as a copy whose definition is weak. A member of an
 * archive is the program's own once something is wanted of it: gnulib's functions are in many a library and in the
 * archive of its programs too. */
#include "driver.h"

static bool defines(const struct symbol *symbol)
{
	return symbol->name && !(symbol->flags & (SYMBOL_UNDEFINED | SYMBOL_LOCAL | SYMBOL_WEAK));
}

/* What the objects and archives on the command line define. */
static struct list own_definitions(const struct libraries *libraries)
{
	struct list names = {0};

	for (size_t i = 0; i < libraries->count; i++)
		if (!libraries->items[i].shared)
			add_definitions(&names, libraries->items[i].path, false);
	sort_names(&names);
	return names;
}

void interpose(struct libraries *libraries)
{
	struct list own = {0};
	bool gathered = false;

	for (size_t i = 0; i < libraries->count; i++) {
		struct library *library = &libraries->items[i];
		struct module module;
		size_t count;
		bool changed = false;
		if (!library->shared)
			continue;
		if (!gathered)
			own = own_definitions(libraries);
		gathered = true;
		if (!own.count)
			return;
		struct bytes bytes = load(library->path);
		if (!parse_module(&module, bytes))
			continue;
		const struct symbol *symbols = module_symbols(&module, &count);
		for (size_t j = 0; j < count; j++) {
			if (!defines(&symbols[j]) || !has_sorted(&own, symbols[j].name))
				continue;
			*symbols[j].flags_at |= SYMBOL_WEAK; /* fits the byte that is there */
			changed = true;
		}
		if (!changed)
			continue;
		library->path = temporary(format("%zu-%s", i, base_name(library->path)));
		write_output(library->path, &bytes, false);
		libraries->words.items[library->word] = library->path;
	}
}
