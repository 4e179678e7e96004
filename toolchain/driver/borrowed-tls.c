/* Thread-local variables of other libraries. wasm-ld -r refuses a thread-local relocation against a symbol that
 * is defined elsewhere (LLVM 22, scanRelocations in Relocations.cpp), and every handler of C++ exceptions has one:
 * `__wasm_lpad_context` is the unwinder's. So the linker sees copies whose relocations are those of plain data,
 * which have the same form, and its output gets the right kind back. */
#include "driver.h"
#include <string.h>

/* WebAssembly's tool conventions, Linking.md, "Relocation Sections". */
enum { MEMORY_ADDR_LEB = 3, MEMORY_ADDR_SLEB = 4, MEMORY_ADDR_TLS_SLEB = 21 };

static bool has_addend(int kind)
{
	static const uint8_t kinds[] = {MEMORY_ADDR_LEB, MEMORY_ADDR_SLEB, 5, 8, 9, 11, 14, 15, 16, 17,
		MEMORY_ADDR_TLS_SLEB, 22, 23, 25};

	return memchr(kinds, kind, sizeof kinds) != NULL;
}

/* Changes the kind of relocations against undefined thread-local symbols; how many there were. */
static size_t change_relocations(const struct module *module, uint8_t from, uint8_t to)
{
	size_t count, changed = 0;
	const struct symbol *symbols = module_symbols(module, &count);

	for (size_t i = 0; i < module->count; i++) {
		const struct section *section = &module->sections[i];
		if (!section->name || !starts(section->name, "reloc."))
			continue;
		struct reader reader = {section->content, section->content + section->content_size, false};
		read_number(&reader); /* the section they are for */
		for (uint32_t left = read_number(&reader); left && !reader.bad; left--) {
			uint8_t *kind_at = (uint8_t *)reader.at;
			int kind = read_byte(&reader);
			read_number(&reader); /* where */
			uint32_t symbol = read_number(&reader);
			if (has_addend(kind))
				read_number(&reader);
			if (reader.bad || kind != from || symbol >= count ||
				(symbols[symbol].flags & (SYMBOL_UNDEFINED | SYMBOL_TLS)) != (SYMBOL_UNDEFINED | SYMBOL_TLS))
				continue;
			*kind_at = to;
			changed++;
		}
		if (reader.bad)
			fail("damaged relocations");
	}
	return changed;
}

static size_t lend(struct bytes object)
{
	struct module module;

	if (!is_wasm(object.data, object.size) || !parse_module(&module, object))
		return 0;
	return change_relocations(&module, MEMORY_ADDR_TLS_SLEB, MEMORY_ADDR_SLEB);
}

bool borrows_tls(const char *messages)
{
	return strstr(messages, "relocation R_WASM_MEMORY_ADDR_TLS_SLEB cannot be used against an undefined symbol") != NULL;
}

void lend_tls(struct list *words)
{
	for (size_t i = 1; i < words->count; i++) {
		struct bytes all, member;
		size_t changed = 0;
		if (words->items[i][0] == '-' || !strcmp(words->items[i - 1], "-o") || !read_file(words->items[i], &all))
			continue;
		if (is_archive(all.data, all.size))
			for (size_t at = 0; next_member(&all, &at, &member);)
				changed += lend(member);
		else
			changed = lend(all);
		if (!changed)
			continue;
		words->items[i] = temporary(format("%zu-%s", i, base_name(words->items[i])));
		write_output(words->items[i], &all, false);
	}
}

void return_tls(const struct module *linked)
{
	change_relocations(linked, MEMORY_ADDR_SLEB, MEMORY_ADDR_TLS_SLEB);
}
