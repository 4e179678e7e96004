/* Calls whose result alone is another than the definition's: `int g(); … g(1)` for a `void g(int a)`, or a value that the
 * caller was not told of. Every native interface lets that work. wasm-ld puts a function `signature_mismatch:g` in the
 * place of such a call, whose body is a trap; here it becomes a call of g that drops the result or returns 0.
 *
 * Other parameters stay an error: the caller may mean a function with `…`, which takes them in another way. */
#include "driver.h"
#include <string.h>

static const char stub_prefix[] = "signature_mismatch:";

struct type {
	const uint8_t *params;
	uint32_t param_count, result_count;
	uint8_t result;
};

struct functions {
	struct type *types;
	uint32_t *type_of;   /* by function number */
	char **names;
	uint32_t imported, count;
};

static const struct section *find_section(const struct module *module, int id)
{
	for (size_t i = 0; i < module->count; i++)
		if (module->sections[i].id == id)
			return &module->sections[i];
	return NULL;
}

static struct reader reader_of(const struct section *section)
{
	return (struct reader){section->content, section->content + section->content_size, false};
}

/* false: types of a kind that compilers of C do not make; nothing is adapted then. */
static bool read_types(const struct module *module, struct functions *functions)
{
	const struct section *section = find_section(module, SECTION_TYPE);
	struct reader reader;

	if (!section)
		return false;
	reader = reader_of(section);
	uint32_t number = read_number(&reader);
	if (reader.bad || number > section->content_size)
		return false;
	functions->types = allocate((number + 1) * sizeof *functions->types);
	for (uint32_t i = 0; i < number; i++) {
		struct type *type = &functions->types[i];
		if (read_byte(&reader) != 0x60)
			return false;
		type->param_count = read_number(&reader);
		type->params = reader.at;
		for (uint32_t j = 0; j < type->param_count && !reader.bad; j++)
			if (read_byte(&reader) < 0x7b) /* a reference has more than its first byte */
				return false;
		type->result_count = read_number(&reader);
		for (uint32_t j = 0; j < type->result_count && !reader.bad; j++)
			type->result = read_byte(&reader);
		if (reader.bad)
			return false;
	}
	return true;
}

static void read_function_types(const struct module *module, struct functions *functions)
{
	const struct section *section = find_section(module, SECTION_FUNCTION);
	struct reader reader = reader_of(section);
	size_t imports;
	const struct import *import = module_imports(module, &imports);
	uint32_t own = read_number(&reader);

	for (size_t i = 0; i < imports; i++)
		functions->imported += import[i].kind == 0;
	if (own > section->content_size)
		fail("damaged function section");
	functions->count = functions->imported + own;
	functions->type_of = allocate(functions->count * sizeof *functions->type_of);
	functions->names = allocate(functions->count * sizeof *functions->names);
	memset(functions->names, 0, functions->count * sizeof *functions->names);
	for (uint32_t i = functions->imported; i < functions->count; i++)
		functions->type_of[i] = read_number(&reader);
}

/* The one function of this name that is defined here; 0 if there is none, or if there are several. */
static uint32_t only_function_named(const struct functions *functions, const char *name)
{
	uint32_t found = 0;

	for (uint32_t i = functions->imported; i < functions->count; i++) {
		if (!functions->names[i] || strcmp(functions->names[i], name))
			continue;
		if (found)
			return 0;
		found = i;
	}
	return found;
}

static struct bytes adapter(const struct type *from, const struct type *to, uint32_t target)
{
	struct bytes body = {0};

	add_number(&body, 0); /* locals */
	for (uint32_t i = 0; i < from->param_count; i++) {
		add_bytes(&body, "\x20", 1); /* local.get */
		add_number(&body, i);
	}
	add_bytes(&body, "\x10", 1); /* call */
	add_number(&body, target);
	if (to->result_count)
		add_bytes(&body, "\x1a", 1); /* drop */
	if (from->result_count) {
		const char *zero = from->result == 0x7f ? "\x41\0" : from->result == 0x7e ? "\x42\0" :
			from->result == 0x7d ? "\x43\0\0\0\0" : "\x44\0\0\0\0\0\0\0\0";
		add_bytes(&body, zero, from->result >= 0x7e ? 2 : from->result == 0x7d ? 5 : 9);
	}
	add_bytes(&body, "\x0b", 1); /* end */
	return body;
}

static bool differ_in_result_only(const struct type *from, const struct type *to)
{
	return from->param_count == to->param_count && !memcmp(from->params, to->params, from->param_count) &&
		from->result_count + to->result_count == 1;
}

/* The body of a stub's adapter; empty for what is no stub, or has no fitting function. */
static struct bytes adapter_of(const struct functions *functions, uint32_t number)
{
	const char *name = functions->names[number] ? after(functions->names[number], stub_prefix) : NULL;
	uint32_t target = name ? only_function_named(functions, name) : 0;

	if (!target)
		return (struct bytes){0};
	const struct type *from = &functions->types[functions->type_of[number]];
	const struct type *to = &functions->types[functions->type_of[target]];
	return differ_in_result_only(from, to) ? adapter(from, to, target) : (struct bytes){0};
}

static struct bytes new_code(const struct section *code, const struct functions *functions)
{
	struct bytes out = {0};
	struct reader reader = reader_of(code);

	add_number(&out, read_number(&reader));
	for (uint32_t i = functions->imported; i < functions->count; i++) {
		size_t size = read_number(&reader);
		if (reader.bad || size > (size_t)(reader.end - reader.at))
			fail("damaged code section");
		struct bytes body = adapter_of(functions, i);
		add_number(&out, (uint32_t)(body.size ? body.size : size));
		add_bytes(&out, body.size ? body.data : reader.at, body.size ? body.size : size);
		reader.at += size;
	}
	return out;
}

static bool read_functions(const struct module *module, struct functions *functions)
{
	if (!find_section(module, SECTION_FUNCTION) || !find_section(module, SECTION_CODE) || !read_types(module, functions))
		return false;
	read_function_types(module, functions);
	name_functions(module, functions->names, functions->count);
	return true;
}

/* What stubs stand for. The linker drops such a function where nothing else calls it: it must be told to keep it. */
struct list stub_names(const struct module *module)
{
	struct functions functions = {0};
	struct list names = {0};

	if (!read_functions(module, &functions))
		return names;
	for (uint32_t i = functions.imported; i < functions.count; i++) {
		const char *name = functions.names[i] ? after(functions.names[i], stub_prefix) : NULL;
		if (name && !contains(&names, name))
			add(&names, name);
	}
	return names;
}

/* The exports without those that only kept functions. */
static struct bytes without_exports(const struct section *section, const struct list *names)
{
	struct bytes kept = {0}, out = {0};
	struct reader reader = reader_of(section);
	uint32_t left = read_number(&reader), count = 0;

	for (; left && !reader.bad; left--) {
		const uint8_t *start = reader.at;
		char *name = read_name(&reader);
		uint8_t kind = read_byte(&reader);
		read_number(&reader);
		if (kind == 0 && contains(names, name))
			continue;
		add_bytes(&kept, start, (size_t)(reader.at - start));
		count++;
	}
	if (reader.bad)
		fail("damaged export section");
	add_number(&out, count);
	add_bytes(&out, kept.data, kept.size);
	return out;
}

static void add_section(struct bytes *out, int id, const struct bytes *content)
{
	uint8_t byte = (uint8_t)id;

	add_bytes(out, &byte, 1);
	add_number(out, (uint32_t)content->size);
	add_bytes(out, content->data, content->size);
}

struct bytes adapt_results(const struct module *module, const struct list *kept, struct list *left)
{
	struct functions functions = {0};
	struct bytes out = {0};

	if (!read_functions(module, &functions))
		return module->bytes;
	for (uint32_t i = functions.imported; i < functions.count; i++)
		if (functions.names[i] && starts(functions.names[i], stub_prefix) && !adapter_of(&functions, i).size)
			add(left, functions.names[i] + strlen(stub_prefix));
	add_module_header(&out);
	for (size_t i = 0; i < module->count; i++) {
		const struct section *section = &module->sections[i];
		struct bytes content;
		if (section->id == SECTION_CODE)
			content = new_code(section, &functions);
		else if (section->id == SECTION_EXPORT)
			content = without_exports(section, kept);
		else {
			add_bytes(&out, section->start, section->size);
			continue;
		}
		add_section(&out, section->id, &content);
	}
	return out;
}
