/* The symbol table of an object file: section "linking", part 8 (WebAssembly's tool conventions, Linking.md). */
#include "driver.h"
#include <string.h>

enum { SYMBOL_TABLE = 8 };
enum { FUNCTION, DATA, GLOBAL, SECTION_SYMBOL, TAG, TABLE };
enum { EXPLICIT_NAME = 0x40 };

/* Undefined functions and the like have their import's name unless they say another. The number of an import
 * counts those of its kind only. */
static char *import_name(const struct import *imports, size_t count, int symbol_kind, uint32_t index)
{
	int kind = symbol_kind == FUNCTION ? 0 : symbol_kind == GLOBAL ? 3 : symbol_kind == TAG ? 4 : 1;

	for (size_t i = 0; i < count; i++)
		if (imports[i].kind == kind && !index--)
			return imports[i].name;
	return NULL;
}

static void read_symbol(struct reader *table, struct symbol *symbol, const struct import *imports, size_t imported)
{
	int kind = read_byte(table);

	symbol->flags_at = (uint8_t *)table->at;
	symbol->flags = read_number(table);
	if (kind == SECTION_SYMBOL) {
		read_number(table);
	} else if (kind == DATA) {
		symbol->name = read_name(table);
		if (!(symbol->flags & SYMBOL_UNDEFINED)) {
			read_number(table);
			read_number(table);
			read_number(table);
		}
	} else {
		uint32_t index = read_number(table);
		if (!(symbol->flags & SYMBOL_UNDEFINED) || symbol->flags & EXPLICIT_NAME)
			symbol->name = read_name(table);
		else
			symbol->name = import_name(imports, imported, kind, index);
	}
}

struct symbol *module_symbols(const struct module *module, size_t *count)
{
	const struct section *section = custom_section(module, "linking");
	struct symbol *symbols = NULL;
	size_t imported;

	*count = 0;
	if (!section)
		return NULL;
	const struct import *imports = module_imports(module, &imported);
	struct reader reader = {section->content, section->content + section->content_size, false};
	read_number(&reader); /* version of the format */
	while (reader.at < reader.end && !reader.bad) {
		uint8_t kind = read_byte(&reader);
		size_t size = read_number(&reader);
		if (reader.bad || size > (size_t)(reader.end - reader.at))
			fail("damaged symbol table");
		struct reader table = {reader.at, reader.at + size, false};
		reader.at += size;
		if (kind != SYMBOL_TABLE)
			continue;
		uint32_t number = read_number(&table);
		if (table.bad || number > size)
			fail("damaged symbol table");
		symbols = allocate(number * sizeof *symbols);
		for (uint32_t i = 0; i < number; i++)
			read_symbol(&table, &symbols[i], imports, imported);
		if (table.bad)
			fail("damaged symbol table");
		*count = number;
	}
	return symbols;
}

bool uses_symbols_of(const struct module *user, const struct module *library)
{
	size_t wanted, offered;
	const struct symbol *wants = module_symbols(user, &wanted), *offers = module_symbols(library, &offered);

	for (size_t i = 0; i < wanted; i++) {
		if (!wants[i].name || !(wants[i].flags & SYMBOL_UNDEFINED))
			continue;
		for (size_t j = 0; j < offered; j++)
			if (offers[j].name && !(offers[j].flags & (SYMBOL_UNDEFINED | SYMBOL_LOCAL)) &&
				!strcmp(wants[i].name, offers[j].name))
				return true;
	}
	return false;
}
