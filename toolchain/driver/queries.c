/* What the driver answers about itself, as configure, cmake, meson and libtool ask it. */
#include "driver.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void answer(const char *text)
{
	puts(text);
	exit(0);
}

const char *builtins_archive(void)
{
	return "/usr/lib/llvm-" LLVM_MAJOR "/lib/clang/" LLVM_MAJOR "/lib/wasi/libclang_rt.builtins-wasm32.a";
}

/* libtool takes the linker for a GNU one by this text, meson for an LLVM one of this version. */
void linker_version(void)
{
	struct list command = {0};
	struct bytes text;
	char *output = temporary("version");

	add(&command, wasm_ld());
	add(&command, "--version");
	if (run(&command, output, NULL))
		exit(1);
	text = load(output);
	add_bytes(&text, "", 1);
	char *version = strstr((char *)text.data, "LLD ");
	answer(format("%.*s (compatible with GNU linkers), driver for " TRIPLET,
		version ? (int)strcspn(version, "\n") : 3, version ? version : "LLD"));
}

void linker_help(void)
{
	puts("Usage: " TRIPLET "-ld [options] file...\n"
		"Options of GNU ld; those without a meaning for wasm are accepted and left out.\n"
		"  -o FILE, -L FOLDER, -l NAME, -r, -shared, -soname NAME, -rpath FOLDER\n"
		"  --whole-archive, --no-whole-archive, --as-needed, --gc-sections, -Map FILE\n"
		"  --version-script FILE, --export-dynamic, --wrap SYMBOL, -z stack-size=BYTES");
	/* libtool makes shared libraries only with a linker that says elf here. */
	answer(TRIPLET "-ld: supported targets: wasm32 (and the options of elf)");
}

static _Noreturn void answer_program(const char *name)
{
	char *path = format("%s/bin/" TRIPLET "-%s", toolchain_folder(), name);
	answer(is_file(path) ? path : name);
}

static _Noreturn void answer_file(const struct command *command, const char *name)
{
	static const char *const folders[] = {"usr/lib", "lib", "usr/local/lib"};

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		char *path = format("%s/%s/%s", command->sysroot, folders[i], name);
		if (is_file(path))
			answer(path);
	}
	if (!strcmp(name, "libgcc.a"))
		answer(builtins_archive());
	answer(name);
}

void answer_query(struct command *command, const char *argument)
{
	const char *name = starts(argument, "--print-") ? argument + 1 : argument;
	const char *value;

	if (!strcmp(argument, "-dumpmachine"))
		answer(TRIPLET);
	if (!starts(name, "-print-"))
		return;
	if ((value = after(name, "-print-prog-name=")))
		answer_program(value);
	if ((value = after(name, "-print-file-name=")))
		answer_file(command, value);
	if (!strcmp(name, "-print-libgcc-file-name"))
		answer(builtins_archive());
	if (!strcmp(name, "-print-sysroot"))
		answer(command->sysroot);
	if (!strcmp(name, "-print-multiarch") || !strcmp(name, "-print-effective-triple"))
		answer(TRIPLET);
	if (!strcmp(name, "-print-target-triple"))
		answer(CLANG_TARGET);
	if (!strcmp(name, "-print-multi-os-directory") || !strcmp(name, "-print-multi-directory"))
		answer(".");
	if (!strcmp(name, "-print-multi-lib"))
		answer(".;");
	if (!strcmp(name, "-print-search-dirs"))
		answer(format("programs: =%s/bin\nlibraries: =%s/usr/lib:%s/lib", toolchain_folder(),
			command->sysroot, command->sysroot));
}
