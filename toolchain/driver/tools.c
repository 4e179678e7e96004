/* The other forms: LLVM's tools under their cross names, the preprocessor, the assembler, pkg-config. */
#include "driver.h"
#include <stdlib.h>
#include <string.h>

static const char *sysroot(void)
{
	return setting("APKFARM_SYSROOT", format("%s/sysroot", toolchain_folder()));
}

void tool_command(const char *tool, char **arguments)
{
	struct list all = {0};

	add(&all, format("llvm-%s-" LLVM_MAJOR, tool));
	for (; *arguments; arguments++)
		add(&all, *arguments);
	become(&all);
}

static void start_clang(struct list *all)
{
	struct command command = {.tool = TOOL_C, .sysroot = sysroot()};

	add(all, setting("APKFARM_CLANG", "clang-" LLVM_MAJOR));
	add_abi_flags(all, &command);
}

/* cpp [OPTION…] [IN [OUT]] */
void preprocessor_command(char **arguments)
{
	struct list all = {0};
	size_t files = 0;

	start_clang(&all);
	add(&all, "-E");
	for (; *arguments; arguments++) {
		bool file = (*arguments)[0] != '-' || !(*arguments)[1];
		if (file && files++ == 1)
			add(&all, "-o");
		if (file && files == 1) {
			add(&all, "-x");
			add(&all, ends(*arguments, ".S") ? "assembler-with-cpp" : "c");
		}
		add(&all, *arguments);
	}
	if (!files) {
		add(&all, "-x");
		add(&all, "c");
		add(&all, "-");
	}
	become(&all);
}

/* as [OPTION…] [FILE] */
void assembler_command(char **arguments)
{
	struct list all = {0};
	const char *output = "a.out";
	bool file = false;

	start_clang(&all);
	add(&all, "-c");
	add(&all, "-x");
	add(&all, "assembler");
	for (; *arguments; arguments++) {
		if (!strcmp(*arguments, "-o") && arguments[1])
			output = *++arguments;
		else if (!strcmp(*arguments, "--32") || !strcmp(*arguments, "-g"))
			continue;
		else {
			file |= (*arguments)[0] != '-' || !strcmp(*arguments, "--version") || !(*arguments)[1];
			add(&all, *arguments);
		}
	}
	if (!file)
		add(&all, "-");
	add(&all, "-o");
	add(&all, output);
	become(&all);
}

void pkg_config_command(char **arguments)
{
	struct list all = {0};
	const char *root = sysroot();

	setenv("PKG_CONFIG_SYSROOT_DIR", root, 1);
	setenv("PKG_CONFIG_LIBDIR", format("%s/usr/local/lib/pkgconfig:%s/usr/lib/pkgconfig:%s/usr/share/pkgconfig",
		root, root, root), 1);
	setenv("PKG_CONFIG_SYSTEM_INCLUDE_PATH", format("/usr/include:%s/usr/include", root), 1);
	setenv("PKG_CONFIG_SYSTEM_LIBRARY_PATH", format("/usr/lib:/lib:%s/usr/lib:%s/lib", root, root), 1);
	add(&all, setting("APKFARM_PKG_CONFIG", "pkgconf"));
	for (; *arguments; arguments++)
		add(&all, *arguments);
	become(&all);
}
