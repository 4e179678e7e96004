/* Wasm modules and object files, read and written as rows of sections. */
#include "driver.h"
#include <string.h>

uint8_t read_byte(struct reader *from)
{
	if (from->at >= from->end) {
		from->bad = true;
		return 0;
	}
	return *from->at++;
}

uint32_t read_number(struct reader *from)
{
	uint32_t number = 0;

	for (int shift = 0; shift < 35; shift += 7) {
		uint8_t byte = read_byte(from);
		number |= (uint32_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return number;
	}
	from->bad = true;
	return 0;
}

char *read_name(struct reader *from)
{
	size_t length = read_number(from);

	if (from->bad || length > (size_t)(from->end - from->at)) {
		from->bad = true;
		return copy_text("");
	}
	char *name = copy_part((const char *)from->at, length);
	from->at += length;
	return name;
}

void add_number(struct bytes *to, uint32_t number)
{
	do {
		uint8_t byte = number & 0x7f;
		number >>= 7;
		if (number)
			byte |= 0x80;
		add_bytes(to, &byte, 1);
	} while (number);
}

static void add_name(struct bytes *to, const char *name)
{
	add_number(to, (uint32_t)strlen(name));
	add_bytes(to, name, strlen(name));
}

void add_custom_section(struct bytes *to, const char *name, const void *content, size_t size)
{
	struct bytes body = {0};

	add_name(&body, name);
	add_bytes(&body, content, size);
	add_bytes(to, "", 1); /* a custom section's id is 0 */
	add_number(to, (uint32_t)body.size);
	add_bytes(to, body.data, body.size);
}

void add_module_header(struct bytes *to)
{
	add_bytes(to, "\0asm\1\0\0\0", 8);
}

bool is_wasm(const uint8_t *data, size_t size)
{
	return size >= 8 && !memcmp(data, "\0asm\1\0\0\0", 8);
}

bool parse_module(struct module *module, struct bytes bytes)
{
	struct reader reader = {bytes.data + 8, bytes.data + bytes.size, false};
	size_t room = 0;

	*module = (struct module){.bytes = bytes};
	if (!is_wasm(bytes.data, bytes.size))
		return false;
	while (reader.at < reader.end) {
		struct section section = {.start = (uint8_t *)reader.at};
		section.id = read_byte(&reader);
		size_t size = read_number(&reader);
		if (reader.bad || size > (size_t)(reader.end - reader.at))
			return false;
		struct reader inside = {reader.at, reader.at + size, false};
		if (section.id == SECTION_CUSTOM)
			section.name = read_name(&inside);
		if (inside.bad)
			return false;
		section.content = (uint8_t *)inside.at;
		section.content_size = (size_t)(inside.end - inside.at);
		section.size = (size_t)(inside.end - section.start);
		reader.at = inside.end;
		if (module->count == room) {
			room = room ? room * 2 : 32;
			module->sections = grow(module->sections, room * sizeof section);
		}
		module->sections[module->count++] = section;
	}
	return true;
}

const struct section *custom_section(const struct module *module, const char *name)
{
	for (size_t i = 0; i < module->count; i++)
		if (module->sections[i].name && !strcmp(module->sections[i].name, name))
			return &module->sections[i];
	return NULL;
}

static const struct section *section_with_id(const struct module *module, int id)
{
	for (size_t i = 0; i < module->count; i++)
		if (module->sections[i].id == id)
			return &module->sections[i];
	return NULL;
}

bool is_object(const struct module *module)
{
	return custom_section(module, "linking") != NULL;
}

/* Minimum and, if there is one, maximum; returns the latter. */
static uint32_t read_limits(struct reader *reader)
{
	uint32_t flags = read_number(reader);

	read_number(reader);
	return flags & 1 ? read_number(reader) : 0;
}

struct import *module_imports(const struct module *module, size_t *count)
{
	const struct section *section = section_with_id(module, SECTION_IMPORT);

	*count = 0;
	if (!section)
		return NULL;
	struct reader reader = {section->content, section->content + section->content_size, false};
	uint32_t number = read_number(&reader);
	if (number > section->content_size)
		fail("damaged import section");
	struct import *imports = allocate(number * sizeof *imports);
	for (uint32_t i = 0; i < number; i++) {
		imports[i].module = read_name(&reader);
		imports[i].name = read_name(&reader);
		imports[i].kind = read_byte(&reader);
		switch (imports[i].kind) {
		case 0: /* function: its type */
			read_number(&reader);
			break;
		case 1: /* table: element type, limits */
			read_byte(&reader);
			read_limits(&reader);
			break;
		case 2: /* memory: limits in pages */
			imports[i].max_memory = (uint64_t)read_limits(&reader) * 65536;
			break;
		case 3: /* global: type, mutability */
		case 4: /* tag: attribute, type */
			read_byte(&reader);
			read_number(&reader);
			break;
		default:
			reader.bad = true;
		}
		if (reader.bad)
			fail("damaged import section");
	}
	*count = number;
	return imports;
}

bool has_exceptions(const struct module *module)
{
	return section_with_id(module, SECTION_TAG) != NULL;
}

/* Finds the part with the function names; its header included if `whole`. */
static struct reader names_of_functions(const struct module *module, bool whole)
{
	const struct section *section = custom_section(module, "name");
	struct reader reader = {NULL, NULL, false};

	if (!section)
		return reader;
	struct reader all = {section->content, section->content + section->content_size, false};
	while (all.at < all.end) {
		const uint8_t *start = all.at;
		uint8_t kind = read_byte(&all);
		size_t size = read_number(&all);
		if (all.bad || size > (size_t)(all.end - all.at))
			break;
		if (kind == 1) {
			reader.at = whole ? start : all.at;
			reader.end = all.at + size;
			break;
		}
		all.at += size;
	}
	return reader;
}

bool has_function_named(const struct module *module, const char *name)
{
	struct reader reader = names_of_functions(module, false);
	size_t length = strlen(name);

	for (uint32_t left = reader.at ? read_number(&reader) : 0; left && !reader.bad; left--) {
		read_number(&reader);
		size_t size = read_number(&reader);
		if (reader.bad || size > (size_t)(reader.end - reader.at))
			break;
		if (size == length && !memcmp(reader.at, name, length))
			return true;
		reader.at += size;
	}
	return false;
}

void name_functions(const struct module *module, char **names, uint32_t count)
{
	struct reader reader = names_of_functions(module, false);

	for (uint32_t left = reader.at ? read_number(&reader) : 0; left && !reader.bad; left--) {
		uint32_t number = read_number(&reader);
		char *name = read_name(&reader);
		if (number < count && !reader.bad)
			names[number] = name;
	}
}

struct bytes function_names(const struct module *module)
{
	struct reader reader = names_of_functions(module, true);
	struct bytes section = {0};

	if (reader.at)
		add_custom_section(&section, "name", reader.at, (size_t)(reader.end - reader.at));
	return section;
}
