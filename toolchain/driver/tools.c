/* The other forms: LLVM's tools under their cross names, the preprocessor, the assembler, pkg-config. */
#include "driver.h"
#include <stdlib.h>
#include <string.h>

static const char *sysroot(void)
{
	return setting("APKFARM_SYSROOT", format("%s/sysroot", toolchain_folder()));
}

/* The letter U of ar's and ranlib's options puts dates and owners into an archive. Without it they are 0, always. */
static char *without_dates(const char *options)
{
	char *kept = copy_text(options), *to = kept;

	for (const char *from = options; *from; from++)
		if (*from != 'U')
			*to++ = *from;
	*to = 0;
	return kept;
}

void tool_command(const char *tool, char **arguments)
{
	struct list all = {0};
	bool ar = !strcmp(tool, "ar"), ranlib = !strcmp(tool, "ranlib");

	add(&all, format("llvm-%s-" LLVM_MAJOR, tool));
	for (size_t i = 0; arguments[i]; i++) {
		const char *word = arguments[i];
		bool option = word[0] == '-' && word[1] != '-';
		if (ar && i == 0 && !starts(word, "--"))
			add(&all, without_dates(word));
		else if (!ranlib || !option)
			add(&all, word);
		else if (strcmp(word = without_dates(word), "-"))
			add(&all, word);
	}
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
