/* What a linked module says about itself, and the check that it keeps to the interface. */
#include "driver.h"
#include <string.h>

void check_imports(const struct module *module)
{
	static const char *const functions[] = {
		"syscall", "get_args_length", "get_args", "get_thread_area", "copy_siginfo", "fork",
	};
	size_t count;
	const struct import *imports = module_imports(module, &count);

	for (size_t i = 0; i < count; i++) {
		bool known = imports[i].kind == 2 && !strcmp(imports[i].module, "env") &&
			!strcmp(imports[i].name, "memory");
		for (size_t j = 0; j < sizeof functions / sizeof *functions; j++)
			if (!imports[i].kind && !strcmp(imports[i].module, "linux") && !strcmp(imports[i].name, functions[j]))
				known = true;
		if (!known)
			fail("the program would import %s.%s, which the interface does not have: define the symbol or do "
				"without it", imports[i].module, imports[i].name);
	}
}

/* wasm-ld records what the objects were compiled for. */
void check_features(const struct module *module)
{
	static const char *const allowed[] = {
		"atomics", "bulk-memory", "bulk-memory-opt", "call-indirect-overlong", "exception-handling",
		"multivalue", "mutable-globals", "nontrapping-fptoint", "reference-types", "sign-ext", "simd128",
		"shared-mem",
	};
	const struct section *section = custom_section(module, "target_features");

	if (!section)
		return;
	struct reader reader = {section->content, section->content + section->content_size, false};
	for (uint32_t left = read_number(&reader); left && !reader.bad; left--) {
		bool used = read_byte(&reader) == '+', known = false;
		char *name = read_name(&reader);
		for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
			known |= !strcmp(name, allowed[i]);
		if (used && !known)
			fail("an object was compiled for the wasm feature %s, which is not part of the interface", name);
	}
}

static struct bytes interface_section(const struct link_facts *facts)
{
	struct bytes text = {0}, section = {0};
	char *lines = format("version=%d\nfork=%d\nasyncify=%d\nthreads=%d\nexceptions=%d\nmax-memory=%llu\n",
		INTERFACE_VERSION, facts->forks, facts->asyncified, facts->threads, facts->exceptions,
		(unsigned long long)facts->max_memory);

	add_bytes(&text, lines, strlen(lines));
	for (size_t i = 0; i < facts->contains.count; i++) {
		char *line = format("contains=%s\n", facts->contains.items[i]);
		add_bytes(&text, line, strlen(line));
	}
	add_custom_section(&section, "apkfarm.abi", text.data, text.size);
	return section;
}

/* All sections but the custom ones, of which only the functions' names may stay: the others tell about the
 * machine that built it. */
struct bytes finish_module(struct module *module, const struct link_facts *facts, bool keep_names)
{
	struct bytes out = {0}, names = keep_names ? function_names(module) : (struct bytes){0};
	struct bytes interface = interface_section(facts);

	add_module_header(&out);
	for (size_t i = 0; i < module->count; i++)
		if (module->sections[i].id != SECTION_CUSTOM)
			add_bytes(&out, module->sections[i].start, module->sections[i].size);
	add_bytes(&out, names.data, names.size);
	add_bytes(&out, interface.data, interface.size);
	return out;
}
