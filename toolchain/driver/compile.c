/* Compiling: clang with the flags that the interface demands. */
#include "driver.h"
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
		}
	}
	add(to, format("--sysroot=%s", command->sysroot));
}

void compile(struct command *command)
{
	struct list all = {0};

	add(&all, clang());
	add_abi_flags(&all, command);
	add_all(&all, &command->compile);
	if (command->output) {
		add(&all, "-o");
		add(&all, command->output);
	}
	become(&all);
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

char *compile_for_link(struct command *command, const struct input *source, size_t number)
{
	struct list all = {0};
	char *object = temporary(format("%zu-%s.o", number,
		strcmp(source->name, "-") ? base_name(source->name) : "stdin"));

	add(&all, clang());
	add_abi_flags(&all, command);
	add_all(&all, &command->flags);
	add_dependency_flags(&all, command);
	if (source->language) {
		add(&all, "-x");
		add(&all, source->language);
	}
	add(&all, "-c");
	add(&all, "-o");
	add(&all, object);
	add(&all, source->name);
	return run(&all, NULL, NULL) ? NULL : object;
}
