/* strip: names and debugging information go, the sections of the interface (apkfarm.*) stay. Object files keep
 * their symbols, as they could not be linked any more. */
#include "driver.h"
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static bool is_debugging(const char *name)
{
	return starts(name, ".debug_") || starts(name, "reloc..debug_") || !strcmp(name, "sourceMappingURL") ||
		!strcmp(name, "external_debug_info");
}

/* Section numbers in the symbol table and the relocations count every section: emptied ones keep their place. */
static struct bytes strip_object(const struct module *module)
{
	struct bytes out = {0};

	add_module_header(&out);
	for (size_t i = 0; i < module->count; i++) {
		const struct section *section = &module->sections[i];
		if (section->name && starts(section->name, "reloc..debug_"))
			continue;
		if (section->name && is_debugging(section->name))
			add_custom_section(&out, section->name, "", 0);
		else
			add_bytes(&out, section->start, section->size);
	}
	return out;
}

static struct bytes strip_program(const struct module *module, bool only_debugging)
{
	struct bytes out = {0};

	add_module_header(&out);
	for (size_t i = 0; i < module->count; i++) {
		const struct section *section = &module->sections[i];
		bool drop = section->name && (is_debugging(section->name) ||
			(!only_debugging && !starts(section->name, "apkfarm.")));
		if (!drop)
			add_bytes(&out, section->start, section->size);
	}
	return out;
}

static struct bytes strip_module(struct bytes bytes, bool only_debugging)
{
	struct module module;

	if (!parse_module(&module, bytes))
		return bytes;
	return is_object(&module) ? strip_object(&module) : strip_program(&module, only_debugging);
}

static size_t decimal(const char *field, size_t width)
{
	size_t number = 0;

	for (size_t i = 0; i < width && isdigit((unsigned char)field[i]); i++)
		number = number * 10 + (size_t)(field[i] - '0');
	return number;
}

/* The members one by one; the table of symbols is made anew by ranlib afterwards. */
static struct bytes strip_archive(const char *path, struct bytes bytes)
{
	struct bytes out = {0};

	add_bytes(&out, bytes.data, 8);
	for (size_t at = 8; at + 60 <= bytes.size;) {
		char header[61] = {0}, field[17];
		memcpy(header, bytes.data + at, 60);
		size_t size = decimal(header + 48, 10);
		if (size > bytes.size - at - 60)
			fail("%s: damaged archive", path);
		struct bytes member = {bytes.data + at + 60, size, 0};
		member = strip_module(member, true);
		memcpy(field, format("%-10zu", member.size), 10);
		memcpy(header + 48, field, 10);
		add_bytes(&out, header, 60);
		add_bytes(&out, member.data, member.size);
		if (member.size & 1)
			add_bytes(&out, "\n", 1);
		at += 60 + size + (size & 1);
	}
	return out;
}

static int strip_file(const char *path, const char *output, bool only_debugging)
{
	struct bytes bytes = load(path), out;
	struct stat status;
	bool archive = bytes.size >= 8 && !memcmp(bytes.data, "!<arch>\n", 8);

	if (!archive && !is_wasm(bytes.data, bytes.size)) {
		warn("%s: file format not recognized", path);
		return 1;
	}
	out = archive ? strip_archive(path, bytes) : strip_module(bytes, only_debugging);
	bool executable = !stat(path, &status) && status.st_mode & 0111;
	write_output(output, &out, executable);
	if (!stat(output, &status) && S_ISREG(status.st_mode)) {
		struct stat old;
		if (strcmp(path, output) && !stat(path, &old))
			status = old;
		chmod(output, status.st_mode & 07777);
	}
	if (archive) {
		struct list ranlib = {0};
		add(&ranlib, "llvm-ranlib-" LLVM_MAJOR);
		add(&ranlib, output);
		return run(&ranlib, NULL, NULL);
	}
	return 0;
}

int strip_command(char **arguments)
{
	struct list files = {0};
	const char *output = NULL;
	bool only_debugging = false;
	int result = 0;

	for (; *arguments; arguments++) {
		const char *argument = *arguments;
		if (!strcmp(argument, "--version") || !strcmp(argument, "-V") || !strcmp(argument, "--help"))
			tool_command("strip", arguments);
		if (!strcmp(argument, "-o") && arguments[1])
			output = *++arguments;
		else if ((!strcmp(argument, "-R") || !strcmp(argument, "-K") || !strcmp(argument, "-N")) && arguments[1])
			arguments++; /* single ELF sections and symbols: wasm has not got them */
		else if (!strcmp(argument, "-g") || !strcmp(argument, "-S") || !strcmp(argument, "-d") ||
			!strcmp(argument, "--strip-debug"))
			only_debugging = true;
		else if (argument[0] != '-')
			add(&files, argument);
	}
	if (!files.count)
		fail("no files to strip");
	if (output && files.count > 1)
		fail("-o is for one file only");
	for (size_t i = 0; i < files.count; i++)
		result |= strip_file(files.items[i], output ? output : files.items[i], only_debugging);
	return result;
}
