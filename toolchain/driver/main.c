/* Entry: the name that the driver was started by says what it is. */
#include "driver.h"
#include <stdlib.h>
#include <string.h>

/* gcc, clang++, ar, … out of wasm32-alpine-linux-musl-gcc; also gcc-ar and the like. */
static const char *tool_name(const char *name)
{
	const char *tool = after(base_name(name), TRIPLET "-");

	if (!tool)
		fail("started as %s: the name must be " TRIPLET "-TOOL", name);
	if (starts(tool, "gcc-") || starts(tool, "llvm-"))
		tool = strchr(tool, '-') + 1;
	return tool;
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

/* --version, -v without files and the like: clang answers. */
static bool is_question(const struct command *command)
{
	static const char *const questions[] = {
		"--version", "-v", "-V", "-version", "-qversion", "-###", "--help", "-dumpversion", "-dumpfullversion",
		"-dumpspecs", "--target-help", "--autocomplete", NULL,
	};

	for (size_t i = 0; i < command->compile.count; i++)
		if (is_one_of(command->compile.items[i], questions) || starts(command->compile.items[i], "-print-") ||
			starts(command->compile.items[i], "--print-"))
			return true;
	return false;
}

static int compiler(enum tool tool, char **arguments)
{
	struct command command = {
		.tool = tool,
		.mode = MODE_LINK,
		.sysroot = setting("APKFARM_SYSROOT", format("%s/sysroot", toolchain_folder())),
	};

	parse_arguments(&command, arguments);
	if (command.mode == MODE_COMPILE)
		compile(&command);
	bool has_files = false, has_libraries = false;
	for (size_t i = 0; i < command.input_count; i++) {
		has_files |= command.inputs[i].kind == INPUT_SOURCE || command.inputs[i].kind == INPUT_FILE;
		has_libraries |= command.inputs[i].kind == INPUT_LIBRARY;
	}
	if (contains(&command.flags, "-###") || (!has_files && is_question(&command)))
		compile(&command);
	if (!has_files && !has_libraries)
		fail("no input files");
	verbose |= contains(&command.flags, "-v");
	return link_command(&command);
}

static int linker(char **arguments)
{
	struct command command = {
		.tool = TOOL_LD,
		.mode = MODE_LINK,
		.sysroot = setting("APKFARM_SYSROOT", format("%s/sysroot", toolchain_folder())),
		.no_start = true,
		.no_libc = true,
		.no_builtins = true,
	};

	parse_linker_arguments(&command, arguments);
	if (!command.input_count)
		fail("no input files");
	return link_command(&command);
}

int main(int count, char **words)
{
	static const char *const c_names[] = {"gcc", "cc", "clang", NULL};
	static const char *const cxx_names[] = {"g++", "c++", "clang++", NULL};
	static const char *const plain[] = {
		"ar", "ranlib", "nm", "objdump", "readelf", "size", "strings", "addr2line", "c++filt", NULL,
	};

	if (!count)
		return 1;
	program_name = base_name(words[0]);
	verbose = *setting("APKFARM_CC_VERBOSE", "") != 0;
	const char *tool = tool_name(words[0]);
	char **arguments = expand_responses(words + 1).items;

	if (is_one_of(tool, c_names))
		return compiler(TOOL_C, arguments);
	if (is_one_of(tool, cxx_names))
		return compiler(TOOL_CXX, arguments);
	if (!strcmp(tool, "ld"))
		return linker(arguments);
	if (!strcmp(tool, "strip"))
		return strip_command(arguments);
	if (!strcmp(tool, "objcopy"))
		objcopy_command(arguments);
	if (!strcmp(tool, "cpp"))
		preprocessor_command(arguments);
	if (!strcmp(tool, "as"))
		assembler_command(arguments);
	if (!strcmp(tool, "pkg-config") || !strcmp(tool, "pkgconf"))
		pkg_config_command(arguments);
	if (is_one_of(tool, plain))
		tool_command(strcmp(tool, "c++filt") ? tool : "cxxfilt", arguments);
	fail("no such tool: %s", tool);
}
