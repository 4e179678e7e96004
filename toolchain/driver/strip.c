/* strip, and objcopy as packages use it for their -dbg part. Names and debugging information go, the sections of
 * the interface (apkfarm.*) stay. Object files keep their symbols, as they could not be linked any more. */
#include "driver.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
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

/* Writes what was made of a file, with that file's permissions. */
static void write_like(const char *model, const char *output, const struct bytes *content)
{
	struct stat old, new;
	bool known = !stat(model, &old);

	write_output(output, content, known && old.st_mode & 0111);
	if (known && !stat(output, &new) && S_ISREG(new.st_mode) && chmod(output, old.st_mode & 07777))
		warn("%s: %s", output, strerror(errno));
}

static int strip_file(const char *path, const char *output, bool only_debugging)
{
	struct bytes bytes = load(path), out;
	bool archive = bytes.size >= 8 && !memcmp(bytes.data, "!<arch>\n", 8);

	if (!archive && !is_wasm(bytes.data, bytes.size)) {
		warn("%s: file format not recognized", path);
		return 1;
	}
	out = archive ? strip_archive(path, bytes) : strip_module(bytes, only_debugging);
	write_like(path, output, &out);
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

/* Only what a debugger wants: the names and the debugging information, in a module without code. */
static struct bytes debugging_only(const struct module *module)
{
	struct bytes out = {0};

	add_module_header(&out);
	for (size_t i = 0; i < module->count; i++) {
		const struct section *section = &module->sections[i];
		if (section->name && (is_debugging(section->name) || !strcmp(section->name, "name") ||
			starts(section->name, "apkfarm.")))
			add_bytes(&out, section->start, section->size);
	}
	return out;
}

/* The section that names the file with the debugging information, in the form that WebAssembly's tools read. */
static struct bytes with_debug_link(const struct module *module, const char *file)
{
	struct bytes out = {0}, content = {0};

	add_bytes(&out, module->bytes.data, module->bytes.size);
	add_number(&content, (uint32_t)strlen(base_name(file)));
	add_bytes(&content, base_name(file), strlen(base_name(file)));
	add_custom_section(&out, "external_debug_info", content.data, content.size);
	return out;
}

/* objcopy --only-keep-debug IN OUT, --add-gnu-debuglink=FILE IN [OUT], --strip-… IN [OUT]; anything else is
 * LLVM's. */
void objcopy_command(char **arguments)
{
	struct list files = {0};
	const char *link = NULL;
	bool keep = false, strip = false, all = false, other = false;

	for (char **at = arguments; *at; at++) {
		if (!strcmp(*at, "--only-keep-debug"))
			keep = true;
		else if (starts(*at, "--add-gnu-debuglink="))
			link = strchr(*at, '=') + 1;
		else if (!strcmp(*at, "-g") || !strcmp(*at, "-S") || starts(*at, "--strip-")) {
			strip = true;
			all |= !strcmp(*at, "-S") || !strcmp(*at, "--strip-all") || !strcmp(*at, "--strip-unneeded");
		} else if (starts(*at, "--compress-debug-sections"))
			continue;
		else if (**at != '-')
			add(&files, *at);
		else
			other = true;
	}
	if (other || keep + strip + (link != NULL) != 1 || !files.count || files.count > 2)
		tool_command("objcopy", arguments);
	const char *from = files.items[0], *to = files.items[files.count - 1];
	struct module module;
	struct bytes out;
	if (strip)
		exit(strip_file(from, to, !all));
	if (!parse_module(&module, load(from)))
		fail("%s: file format not recognized", from);
	out = keep ? debugging_only(&module) : with_debug_link(&module, link);
	write_like(from, to, &out);
	exit(0);
}
