/* Reads a compiler's command line as gcc and clang understand it. */
#include "driver.h"
#include <string.h>

void add_input(struct command *command, enum input_kind kind, const char *name, const char *language)
{
	if (command->input_count == command->input_room) {
		command->input_room = command->input_room ? command->input_room * 2 : 32;
		command->inputs = grow(command->inputs, command->input_room * sizeof *command->inputs);
	}
	command->inputs[command->input_count++] =
		(struct input){kind, (char *)name, (char *)language};
}

/* Options whose value is the next argument, and which only the compiler reads. */
static const char *const separate[] = {
	"-D", "-I", "-MF", "-MJ", "-MQ", "-MT", "-U", "-Xanalyzer", "-Xassembler", "-Xclang", "-Xpreprocessor",
	"-cxx-isystem", "-idirafter", "-imacros", "-include", "-iprefix", "-iquote", "-isysroot", "-isystem",
	"-iwithprefix", "-iwithprefixbefore", "-mllvm", "-target", "--param", "-dumpbase", "-dumpdir", "-A",
};

/* Options of gcc for other machines or other kinds of code: accepted, without effect here. A trailing star
 * stands for anything. */
static const char *const ignored[] = {
	"-static", "-static-libgcc", "-static-libstdc++", "-shared-libgcc", "-static-pie", "-pie", "-no-pie", "-nopie",
	"-rdynamic", "-fPIC", "-fpic", "-fPIE", "-fpie", "-fno-pic", "-fno-PIC", "-fno-pie", "-fno-PIE", "-fno-plt",
	"-m32", "-mtune=*", "-fstack-clash-protection", "-fno-stack-clash-protection", "-fcf-protection*",
	"-fstack-protector*", "-fno-stack-protector*", "-flto*", "-fno-lto", "-ffat-lto-objects",
	"-fno-fat-lto-objects", "-fuse-linker-plugin", "-fno-use-linker-plugin", "-fuse-ld=*", "-B*", "-prefer-pic",
	"-mno-direct-extern-access", "-fno-semantic-interposition", "-fsemantic-interposition", "-save-temps*",
};

static const char *const refused[][2] = {
	{"-m64", "wasm32 has no 64-bit form"},
	{"-mx32", "wasm32 has no x32 form"},
	{"-mtail-call", "tail calls are not part of the interface"},
	{"-mrelaxed-simd", "relaxed SIMD is not part of the interface"},
	{"-mmultimemory", "several memories are not part of the interface"},
	{"-mgc", "garbage collection is not part of the interface"},
};

static bool matches(const char *argument, const char *pattern)
{
	size_t length = strlen(pattern);

	if (pattern[length - 1] == '*')
		return !strncmp(argument, pattern, length - 1);
	return !strcmp(argument, pattern);
}

static bool is_ignored(const char *argument)
{
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		if (matches(argument, ignored[i]))
			return true;
	return false;
}

static bool takes_next(const char *argument)
{
	for (size_t i = 0; i < sizeof separate / sizeof *separate; i++)
		if (!strcmp(argument, separate[i]))
			return true;
	return false;
}

/* What gcc takes for source text, by the name's ending. */
static bool is_source(const char *name)
{
	static const char *const endings[] = {
		".c", ".i", ".s", ".S", ".sx", ".cc", ".cp", ".cpp", ".cxx", ".c++", ".C", ".CPP", ".ii", ".ll", ".bc",
		".h", ".hh", ".hpp", ".hxx", ".H", ".m", ".mm",
	};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (ends(name, endings[i]))
			return true;
	return false;
}

static void for_compiler(struct command *command, const char *argument)
{
	add(&command->compile, argument);
	add(&command->flags, argument);
}

static void file_argument(struct command *command, const char *name)
{
	bool header = ends(name, ".h") || ends(name, ".hh") || ends(name, ".hpp") || ends(name, ".hxx");

	add(&command->compile, name);
	if (command->language || is_source(name) || !strcmp(name, "-"))
		add_input(command, INPUT_SOURCE, name, command->language);
	else
		add_input(command, INPUT_FILE, name, NULL);
	if (header && command->mode == MODE_LINK)
		command->mode = MODE_COMPILE; /* a header alone makes a precompiled header */
}

static void linker_argument_list(struct command *command, const char *words)
{
	const char *comma;

	for (; (comma = strchr(words, ',')); words = comma + 1)
		linker_word(command, copy_part(words, (size_t)(comma - words)));
	linker_word(command, words);
}

static void note_compiler_option(struct command *command, const char *argument)
{
	if (!strcmp(argument, "-MD") || !strcmp(argument, "-MMD"))
		command->dependencies = true;
	else if (starts(argument, "-MF"))
		command->dependency_file = true;
	else if (starts(argument, "-MT") || starts(argument, "-MQ"))
		command->dependency_target = true;
	else if (!strcmp(argument, "-fno-exceptions"))
		command->exceptions_off = true;
	else if (!strcmp(argument, "-fexceptions"))
		command->exceptions_off = false;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (!strcmp(argument, refused[i][0]))
			fail("%s: %s", argument, refused[i][1]);
}

/* The value of an option that may be joined to its name or follow it. */
static const char *value_of(const char *name, char ***at)
{
	const char *joined = after(**at, name);

	if (*joined)
		return joined;
	if (!(*at)[1])
		fail("%s wants a value", name);
	return *++*at;
}

/* Folders of the building machine's own headers and libraries. A recipe that names one means the machine that its package
 * is for, and natively that is the same: what lies there for wasm is in the sysroot. */
static bool is_machines_own(const struct command *command, const char *folder)
{
	static const char *const own[] = {"/usr/include", "/usr/lib", "/lib"};
	const char *inside = after(folder, command->sysroot);

	if (inside && (!*inside || *inside == '/'))
		return false;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		const char *rest = after(folder, own[i]);
		if (rest && (!*rest || *rest == '/'))
			return true;
	}
	return false;
}

void add_library_folder(struct command *command, const char *folder)
{
	add(&command->library_folders, is_machines_own(command, folder) ? format("=%s", folder) : folder);
}

/* -I, -isystem and the like. As gcc does, a folder that is searched anyway keeps its place in the order. */
static bool header_folder(struct command *command, char ***at)
{
	static const char *const options[] = {"-I", "-isystem", "-iquote", "-idirafter"};

	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		if (!starts(**at, options[i]))
			continue;
		const char *folder = value_of(options[i], at);
		bool own = is_machines_own(command, folder);
		if (own && (!strcmp(folder, "/usr/include") || !strcmp(folder, "/usr/include/")))
			return true;
		for_compiler(command, options[i]);
		for_compiler(command, own ? format("%s%s", command->sysroot, folder) : folder);
		return true;
	}
	return false;
}

/* gcc's old -I-: the -I before it serve #include "…" only. */
static void quote_folders(struct list *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (!strcmp(words->items[i], "-I"))
			words->items[i] = copy_text("-iquote");
}

static bool link_option(struct command *command, char ***at)
{
	const char *argument = **at;

	if (starts(argument, "-Wl,"))
		linker_argument_list(command, argument + 4);
	else if (!strcmp(argument, "-Xlinker"))
		linker_word(command, value_of("-Xlinker", at));
	else if (starts(argument, "-l"))
		add_input(command, INPUT_LIBRARY, value_of("-l", at), NULL);
	else if (starts(argument, "-L"))
		add_library_folder(command, value_of("-L", at));
	else if (!strcmp(argument, "-s"))
		command->strip_names = true;
	else if (!strcmp(argument, "-u"))
		add_input(command, INPUT_FLAG, format("--undefined=%s", value_of("-u", at)), NULL);
	else if (!strcmp(argument, "-z") || !strcmp(argument, "-T") || !strcmp(argument, "-e")) {
		linker_word(command, argument);
		linker_word(command, value_of(argument, at));
	} else if (!strcmp(argument, "-static"))
		add_input(command, INPUT_STATE, "static", NULL);
	else if (!strcmp(argument, "-nostdlib"))
		command->no_start = command->no_libc = command->no_builtins = true;
	else if (!strcmp(argument, "-nodefaultlibs"))
		command->no_libc = command->no_builtins = true;
	else if (!strcmp(argument, "-nolibc"))
		command->no_libc = true;
	else if (!strcmp(argument, "-nostartfiles"))
		command->no_start = true;
	else if (!strcmp(argument, "-nostdlib++"))
		command->no_libcxx = true;
	else
		return false;
	return true;
}

static bool mode_option(struct command *command, const char *argument)
{
	if (!strcmp(argument, "-shared"))
		command->mode = command->mode == MODE_COMPILE ? MODE_COMPILE : MODE_SHARED;
	else if (!strcmp(argument, "-r") || !strcmp(argument, "--relocatable"))
		command->mode = command->mode == MODE_COMPILE ? MODE_COMPILE : MODE_RELOCATABLE;
	else if (!strcmp(argument, "-c") || !strcmp(argument, "-S") || !strcmp(argument, "-E") ||
		!strcmp(argument, "-M") || !strcmp(argument, "-MM") || !strcmp(argument, "-fsyntax-only") ||
		!strcmp(argument, "--precompile") || !strcmp(argument, "-emit-pch")) {
		command->mode = MODE_COMPILE;
		add(&command->compile, argument);
	} else
		return false;
	return true;
}

static void compiler_argument(struct command *command, char ***at)
{
	const char *argument = **at;

	if (argument[0] != '-' || !argument[1]) {
		file_argument(command, argument);
	} else if (starts(argument, "-o") && strcmp(argument, "-object")) {
		command->output = value_of("-o", at);
	} else if (starts(argument, "-x")) {
		const char *language = value_of("-x", at);
		command->language = strcmp(language, "none") ? language : NULL;
		add(&command->compile, "-x");
		add(&command->compile, language);
	} else if (!strcmp(argument, "--sysroot")) {
		command->sysroot = value_of("--sysroot", at);
	} else if (starts(argument, "--sysroot=")) {
		command->sysroot = argument + 10;
	} else if (!strcmp(argument, "-pthread") || !strcmp(argument, "-pthreads")) {
		for_compiler(command, "-D_REENTRANT");
	} else if (!strcmp(argument, "-I-")) {
		quote_folders(&command->compile);
		quote_folders(&command->flags);
	} else if (!header_folder(command, at) && !mode_option(command, argument) && !link_option(command, at) && !is_ignored(argument)) {
		note_compiler_option(command, argument);
		answer_query(command, argument);
		for_compiler(command, argument);
		if (takes_next(argument) && (*at)[1])
			for_compiler(command, *++*at);
	}
}

void parse_arguments(struct command *command, char **arguments)
{
	for (char **at = arguments; *at; at++)
		compiler_argument(command, &at);
	end_linker_words(command);
}

void parse_linker_arguments(struct command *command, char **arguments)
{
	for (; *arguments; arguments++)
		linker_word(command, *arguments);
	end_linker_words(command);
}
