/* Compiling: clang with the flags that the interface demands. */
#include "driver.h"
#include <stdlib.h>
#include <string.h>

static const char *clang(void)
{
	return setting("APKFARM_CLANG", "clang-" LLVM_MAJOR);
}

void add_abi_flags(struct list *to, const struct command *command)
{
	static const char *const flags[] = {
		"--target=" CLANG_TARGET, "-fno-pic", "-matomics", "-mbulk-memory",
		/* setjmp and exceptions in the legacy form: the link translates them to exnref at its very end. */
		"-mexception-handling", "-mllvm", "-wasm-enable-sjlj", "-mllvm", "-wasm-use-legacy-eh=true",
		/* without the model longjmp throws and no catch is emitted, silently */
		"-Xclang", "-exception-model=wasm",
		"-ftls-model=local-exec",
		/* clang hides every symbol of a wasm object by default; libraries need to know which were meant */
		"-fvisibility=default",
		"-Wno-unused-command-line-argument",
		/* gcc says nothing of what macros of system headers expand to; clang does, and musl's isnan() is long long */
		"-Wno-long-long",
		/* clang's -pedantic warns of `int main()`, gcc's does not; asked for by name it is back */
		"-Wno-strict-prototypes",
		"-ffile-compilation-dir=.",
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		add(to, flags[i]);
	if (command->tool == TOOL_CXX) {
		add(to, "--driver-mode=g++");
		add(to, "-stdlib=libc++");
		if (!command->exceptions_off) {
			add(to, "-fwasm-exceptions");
			/* for this triplet clang takes its Linux rules, which do not tell LLVM; then no catch is emitted */
			add(to, "-mllvm");
			add(to, "-wasm-enable-eh");
			/* in a handler clang calls what initialises a thread_local variable without saying to which handler the call
			 * belongs, and LLVM takes such calls for impossible (WinEHPrepare.cpp): a trap instead of the variable */
			add(to, "-mllvm");
			add(to, "-disable-cleanups");
		}
	}
	add(to, format("--sysroot=%s", command->sysroot));
}

/* gcc and clang name the file of dependencies after the program when they compile and link at once. */
static void add_dependency_flags(struct list *to, const struct command *command)
{
	const char *output = command->output ? command->output : "a.out";

	if (!command->dependencies)
		return;
	if (!command->dependency_file) {
		const char *base = base_name(output), *dot = strrchr(base, '.');
		size_t stem = dot && dot > base ? (size_t)(dot - output) : strlen(output);
		add(to, "-MF");
		add(to, format("%s.d", copy_part(output, stem)));
	}
	if (!command->dependency_target) {
		add(to, "-MQ");
		add(to, output);
	}
}

/* The object that -c makes of the only source; null when clang does something else. */
static const char *only_object(const struct command *command)
{
	if (command->input_count != 1 || command->inputs[0].kind != INPUT_SOURCE || !contains(&command->compile, "-c") ||
		contains(&command->compile, "-S") || contains(&command->compile, "-E") ||
		contains(&command->compile, "-fsyntax-only") || contains(&command->compile, "-M") ||
		contains(&command->compile, "-MM") || contains(&command->compile, "-###"))
		return NULL;
	if (command->output)
		return strcmp(command->output, "-") ? command->output : NULL;
	const char *name = base_name(command->inputs[0].name), *dot = strrchr(name, '.');
	return dot ? format("%s.o", copy_part(name, (size_t)(dot - name))) : NULL;
}

void compile(struct command *command)
{
	struct list all = {0}, dependencies = {0};
	const char *object = only_object(command);

	add(&all, clang());
	add_abi_flags(&all, command);
	if (object) {
		struct command named = *command;
		named.output = object;
		add_dependency_flags(&dependencies, &named);
		exit(compile_object(&all, &command->compile, &dependencies, object));
	}
	add_all(&all, &command->compile);
	if (command->output) {
		add(&all, "-o");
		add(&all, command->output);
	}
	become(&all);
}

char *compile_for_link(struct command *command, const struct input *source, size_t number)
{
	struct list all = {0}, words = {0}, none = {0};
	char *object = temporary(format("%zu-%s.o", number,
		strcmp(source->name, "-") ? base_name(source->name) : "stdin"));

	add(&all, clang());
	add_abi_flags(&all, command);
	add_all(&words, &command->flags);
	add_dependency_flags(&words, command);
	if (source->language) {
		add(&words, "-x");
		add(&words, source->language);
	}
	add(&words, "-c");
	add(&words, source->name);
	return compile_object(&all, &words, &none, object) ? NULL : object;
}
