/* Linking: programs, shared libraries (one relocatable object each) and plain relocatable objects. */
#include "driver.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *wasm_ld(void)
{
	return setting("APKFARM_WASM_LD", "wasm-ld-" LLVM_MAJOR);
}

/* Is this name one that a configure tool gives to the programs it probes with? */
static bool is_probe_name(const char *path)
{
	const char *base = base_name(path);

	return starts(base, "conftest") || starts(base, "cmTC_") || strstr(path, "/cmTC_") ||
		starts(base, "CMakeCCompilerId") || starts(base, "CMakeCXXCompilerId") ||
		strstr(path, "meson-private/tmp") || starts(base, "CheckFunctionExists") ||
		starts(base, "CheckSymbolExists") || starts(base, "sanitycheckc.");
}

bool is_probe(const struct command *command)
{
	if (command->output && is_probe_name(command->output))
		return true;
	for (size_t i = 0; i < command->input_count; i++)
		if ((command->inputs[i].kind == INPUT_SOURCE || command->inputs[i].kind == INPUT_FILE) &&
			is_probe_name(command->inputs[i].name))
			return true;
	return false;
}

static bool compile_sources(struct command *command)
{
	for (size_t i = 0; i < command->input_count; i++) {
		if (command->inputs[i].kind != INPUT_SOURCE)
			continue;
		char *object = compile_for_link(command, &command->inputs[i], i);
		if (!object)
			return false;
		command->inputs[i].kind = INPUT_FILE;
		command->inputs[i].name = object;
	}
	return true;
}

static void add_libcxx(struct command *command)
{
	if (command->tool != TOOL_CXX || command->no_libc || command->no_libcxx || command->mode != MODE_LINK)
		return;
	if (!is_file(format("%s/usr/lib/libc++.a", command->sysroot)) &&
		!is_file(format("%s/usr/lib/libc++.so", command->sysroot)))
		fail("linking C++ needs the library libc++, which %s does not have: no package makes it yet; C++ without "
			"its library links with -nostdlib++", command->sysroot);
	add_input(command, INPUT_LIBRARY, "c++", NULL);
	if (is_file(format("%s/usr/lib/libc++abi.a", command->sysroot)))
		add_input(command, INPUT_LIBRARY, "c++abi", NULL);
}

/* -- relocatable objects and shared libraries --------------------------------------------------------- */

/* A library holds its own objects only: other shared libraries are named in its section, not linked in. */
static int link_objects(struct command *command)
{
	struct libraries libraries = {0};
	struct list all = {0};
	struct bytes bytes, out = {0};
	struct module module;
	char *linked = temporary("linked.o"), *messages = temporary("messages");

	resolve_inputs(command, &libraries);
	add(&all, wasm_ld());
	add(&all, "-r");
	add(&all, "-o");
	add(&all, linked);
	for (size_t i = 0; i < libraries.words.count; i++) {
		const char *word = libraries.words.items[i];
		bool own = true;
		for (size_t j = 0; j < libraries.count; j++)
			if (libraries.items[j].shared && libraries.items[j].path == word)
				own = false;
		if (!strcmp(word, "-z")) {
			i++; /* the stack is the program's matter */
			continue;
		}
		if (own && (word[0] != '-' || !strcmp(word, "--whole-archive") || !strcmp(word, "--no-whole-archive") ||
			!strcmp(word, "--start-lib") || !strcmp(word, "--end-lib") ||
			!strcmp(word, "--allow-multiple-definition")))
			add(&all, word);
	}
	int status = run(&all, NULL, messages);
	bytes = load(messages);
	add_bytes(&bytes, "", 1);
	bool lent = status && borrows_tls((char *)bytes.data);
	if (lent) {
		lend_tls(&all);
		status = run(&all, NULL, messages);
		bytes = load(messages);
		add_bytes(&bytes, "", 1);
	}
	struct list adapted = {0}; /* by the program's link */
	report_link_messages(command, (char *)bytes.data, status != 0, &adapted);
	if (status)
		return status;
	bytes = load(linked);
	if (!parse_module(&module, bytes))
		fail("%s: the linker's output is damaged", linked);
	if (lent)
		return_tls(&module);
	if (command->mode == MODE_SHARED) {
		hide_symbols(&module, &command->version_scripts);
		struct bytes section = library_section(command, &libraries, &module);
		add_bytes(&out, bytes.data, bytes.size);
		add_bytes(&out, section.data, section.size);
	} else {
		out = bytes;
	}
	write_output(command->output, &out, command->mode == MODE_SHARED);
	return 0;
}

/* -- programs ----------------------------------------------------------------------------------------- */

static void add_program_words(struct list *all, const struct command *command, const struct libraries *libraries,
	bool main_with_environment)
{
	static const char *const flags[] = {
		"--import-memory", "--shared-memory", "--export-table", "--growable-table",
		/* table entries 1 and 2 would be SIG_IGN and SIG_HOLD */
		"--table-base=3", "--export=__stack_pointer", "--export=__tls_base", "--export=__wasm_init_tls",
		/* overflow of the stack is a trap then, not damaged data */
		"--stack-first",
	};
	char *lib = format("%s/usr/lib", command->sysroot);

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		add(all, flags[i]);
	add(all, format("--max-memory=%s", setting("APKFARM_MAX_MEMORY", DEFAULT_MAX_MEMORY)));
	add(all, "-z");
	add(all, format("stack-size=%s", setting("APKFARM_STACK", DEFAULT_STACK)));
	add(all, "--strip-debug"); /* would not survive what binaryen does */
	if (main_with_environment)
		add(all, format("%s/crt3.o", lib));
	if (!command->no_start)
		add(all, format("%s/crt1.o", lib));
	add_all(all, &libraries->words);
	if (!command->no_libc)
		add(all, format("%s/libc.a", lib));
	if (!command->no_builtins)
		add(all, builtins_archive());
}

static int run_linker(struct command *command, const struct libraries *libraries, const char *linked,
	const char *trace, struct bytes *messages, bool main_with_environment, const struct list *kept)
{
	struct list all = {0};
	char *errors = temporary("messages");

	add(&all, wasm_ld());
	add(&all, "-o");
	add(&all, linked);
	add(&all, "--trace");
	add_program_words(&all, command, libraries, main_with_environment);
	for (size_t i = 0; i < kept->count; i++)
		add(&all, format("--export-if-defined=%s", kept->items[i]));
	int status = run(&all, trace, errors);
	*messages = load(errors);
	add_bytes(messages, "", 1);
	return status;
}

/* The linker's trace names each file it took something from, archives as ARCHIVE(MEMBER). Libraries of the
 * sysroot and shared ones are what a rebuild must follow. */
static void note_contents(struct link_facts *facts, const struct command *command, const struct libraries *libraries,
	const char *trace)
{
	struct bytes text = load(trace);
	char *rest;

	add_bytes(&text, "", 1);
	for (char *line = strtok_r((char *)text.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *member = strrchr(line, '(');
		const char *name = NULL;
		if (ends(line, ")") && member)
			*member = 0;
		if (ends(line, ".a") && starts(line, command->sysroot))
			name = base_name(line);
		for (size_t i = 0; i < libraries->count; i++)
			if (libraries->items[i].shared && !strcmp(libraries->items[i].path, line))
				name = libraries->items[i].soname;
		if (name && !contains(&facts->contains, name))
			add(&facts->contains, copy_text(name));
	}
}

static int link_program(struct command *command)
{
	struct libraries libraries = {0};
	struct link_facts facts = {0};
	struct module module;
	struct bytes messages, bytes;
	struct list adapted = {0}, kept = {0}, left = {0};
	char *linked = temporary("program.wasm"), *trace = temporary("trace");
	bool main_with_environment = false;

	resolve_inputs(command, &libraries);
	interpose(&libraries);
	int status = run_linker(command, &libraries, linked, trace, &messages, false, &kept);
	/* libc's start code calls main through __main_void if there is none with two arguments; a main with the
	 * environment as third one has neither name and needs its own start object */
	if (status && !command->no_start && strstr((char *)messages.data, "undefined symbol: __main_void")) {
		main_with_environment = true;
		status = run_linker(command, &libraries, linked, trace, &messages, true, &kept);
	}
	report_link_messages(command, (char *)messages.data, status != 0, &adapted);
	if (status)
		return status;

	bytes = load(linked);
	if (!parse_module(&module, bytes))
		fail("%s: the linker's output is damaged", linked);
	kept = stub_names(&module);
	if (kept.count && !is_probe(command)) {
		if (run_linker(command, &libraries, linked, trace, &messages, main_with_environment, &kept) ||
			!parse_module(&module, load(linked)))
			fail("%s: the linker does not do twice what it did once", linked);
		bytes = adapt_results(&module, &kept, &left);
		if (!parse_module(&module, bytes))
			fail("%s: damaged by its adapters", linked);
		for (size_t i = 0; i < left.count; i++)
			if (contains(&adapted, left.items[i]))
				fail("function called with another type than it is defined with: %s; declare it as it is defined",
					left.items[i]);
	}
	if (!command->no_start) {
		check_imports(&module);
		check_features(&module);
	}
	size_t count;
	const struct import *imports = module_imports(&module, &count);
	for (size_t i = 0; i < count; i++) {
		facts.forks |= !strcmp(imports[i].module, "linux") && !strcmp(imports[i].name, "fork");
		facts.max_memory += imports[i].max_memory;
	}
	facts.exceptions = has_exceptions(&module);
	facts.threads = has_function_named(&module, "pthread_create") || has_function_named(&module, "__pthread_create");
	facts.asyncified = facts.forks && !is_probe(command) && !strcmp(setting("APKFARM_SKIP_ASYNCIFY", "0"), "0");
	note_contents(&facts, command, &libraries, trace);

	bytes = translate(bytes, is_probe(command) ? TRANSLATE_EXCEPTIONS : TRANSLATE_ALL, facts.asyncified,
		facts.exceptions);
	if (!parse_module(&module, bytes))
		fail("%s: binaryen's output is damaged", command->output);
	bytes = finish_module(&module, &facts, !command->strip_names);
	write_output(command->output, &bytes, true);
	return 0;
}

int link_command(struct command *command)
{
	if (!command->output)
		command->output = "a.out";
	if (!compile_sources(command))
		return 1;
	add_libcxx(command);
	return command->mode == MODE_LINK ? link_program(command) : link_objects(command);
}
