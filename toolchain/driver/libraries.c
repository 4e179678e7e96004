/* Finding libraries. A shared library is one relocatable object with a custom section `apkfarm.library`
 * (soname=…, needed=… lines); what it needs is found here, transitively, and linked only as far as used. */
#include "driver.h"
#include <string.h>

struct search {
	struct command *command;
	struct libraries *found;
	struct list sonames;    /* already taken */
	bool lazy, static_only;
	bool saved_lazy[16], saved_static[16];
	size_t saved;
};

static void take_file(struct search *search, const char *path);
static void take_library(struct search *search, const char *name);

/* Wasm object, archive (of wasm or empty), or a linker script in text; anything else is the machine's own. */
static bool is_usable(const char *path)
{
	uint8_t start[512];
	size_t size = read_start(path, start, sizeof start);

	if (!is_file(path))
		return false;
	if (is_wasm(start, size))
		return true;
	if (is_archive(start, size)) {
		/* the first member says which machine it is for */
		struct bytes all = load(path), member;
		size_t at = 0;
		return !next_member(&all, &at, &member) || member.size < 4 || memcmp(member.data, "\177ELF", 4);
	}
	for (size_t i = 0; i < size; i++)
		if (!start[i] || start[i] >= 0x80)
			return false;
	return size > 0;
}

static char *in_folder(const struct command *command, const char *folder, const char *file)
{
	const char *rest = after(folder, "=");
	if (!rest)
		rest = after(folder, "$SYSROOT");
	return rest ? format("%s/%s/%s", command->sysroot, rest, file) : format("%s/%s", folder, file);
}

static char *find_file(const struct command *command, const char *file)
{
	static const char *const folders[] = {"usr/local/lib", "usr/lib", "lib"};

	for (size_t i = 0; i < command->library_folders.count; i++) {
		char *path = in_folder(command, command->library_folders.items[i], file);
		if (is_usable(path))
			return path;
	}
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		char *path = format("%s/%s/%s", command->sysroot, folders[i], file);
		if (is_usable(path))
			return path;
	}
	return NULL;
}

/* -lNAME: in each folder the shared library comes before the archive, unless static was asked for. */
static char *find_library(const struct search *search, const char *name)
{
	struct command one = *search->command;
	struct list folders = search->command->library_folders;
	char *shared = format("lib%s.so", name), *archive = format("lib%s.a", name), *path;

	if (name[0] == ':')
		return find_file(search->command, name + 1);
	one.library_folders = (struct list){0};
	for (size_t i = 0; i < folders.count; i++) {
		if (!search->static_only && is_usable(path = in_folder(&one, folders.items[i], shared)))
			return path;
		if (is_usable(path = in_folder(&one, folders.items[i], archive)))
			return path;
	}
	if (!search->static_only && (path = find_file(&one, shared)))
		return path;
	path = find_file(&one, archive);
	return path || !search->static_only ? path : find_file(&one, shared);
}

/* A library that another one needs, by its soname. */
static char *find_needed(const struct search *search, const char *soname, const char *beside)
{
	const struct command *command = search->command;
	char *path = find_file(command, soname);

	for (size_t i = 0; !path && i < command->run_folders.count; i++) {
		for (char *part = strtok(copy_text(command->run_folders.items[i]), ":"); part; part = strtok(NULL, ":")) {
			char *here = format("%s/%s", part, soname), *there = format("%s/%s/%s", command->sysroot, part, soname);
			if (is_usable(here) || is_usable(there)) {
				path = is_usable(here) ? here : there;
				break;
			}
		}
	}
	if (!path) {
		char *here = format("%s/%s", folder_of(beside), soname);
		path = is_usable(here) ? here : NULL;
	}
	return path;
}

static void read_library_section(struct library *library, const struct section *section)
{
	char *text = copy_part((char *)section->content, section->content_size);

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		const char *value;
		if ((value = after(line, "soname=")))
			library->soname = copy_text(value);
		else if ((value = after(line, "needed=")))
			add(&library->needed, copy_text(value));
	}
}

static struct library *add_library(struct search *search, const struct library *library)
{
	struct libraries *found = search->found;

	if (found->count == found->room) {
		found->room = found->room ? found->room * 2 : 16;
		found->items = grow(found->items, found->room * sizeof *found->items);
	}
	found->items[found->count] = *library;
	if (library->lazy)
		add(&found->words, "--start-lib");
	found->items[found->count].word = found->words.count;
	add(&found->words, library->path);
	if (library->lazy)
		add(&found->words, "--end-lib");
	return &found->items[found->count++];
}

/* A library that was only found as another one's need is now named itself: it is linked as a whole. */
static void take_whole(struct libraries *found, const char *soname)
{
	for (size_t i = 0; i < found->count; i++) {
		struct library *library = &found->items[i];
		if (!library->lazy || strcmp(library->soname, soname))
			continue;
		library->lazy = false;
		/* both marks give way to a flag that is the default anyway */
		found->words.items[library->word - 1] = "--check-features";
		found->words.items[library->word + 1] = "--check-features";
	}
}

/* INPUT ( file -lname AS_NEEDED ( … ) ) and GROUP ( … ), as Alpine's ncurses has them. */
static void take_script(struct search *search, const char *path, const struct bytes *text)
{
	char *copy = copy_part((char *)text->data, text->size), *comment;

	while ((comment = strstr(copy, "/*")) && strstr(comment + 2, "*/"))
		memset(comment, ' ', (size_t)(strstr(comment + 2, "*/") + 2 - comment));
	if (!strchr(copy, '('))
		fail("%s: neither a wasm file nor a linker script", path);
	struct list words = {0};
	for (char *word = strtok(copy, " \t\r\n(),;"); word; word = strtok(NULL, " \t\r\n(),;"))
		add(&words, word);
	bool skip = false;
	for (size_t i = 0; i < words.count; i++) {
		const char *word = words.items[i];
		if (skip || !strcmp(word, "INPUT") || !strcmp(word, "GROUP") || !strcmp(word, "AS_NEEDED")) {
			skip = false;
		} else if (!strcmp(word, "OUTPUT_FORMAT") || !strcmp(word, "OUTPUT_ARCH")) {
			skip = true;
		} else if (starts(word, "-l")) {
			take_library(search, word + 2);
		} else {
			char *beside = format("%s/%s", folder_of(path), word);
			char *inside = format("%s/%s", search->command->sysroot, word);
			char *found = word[0] == '/' ? (is_usable(inside) ? inside : copy_text(word))
				: is_usable(beside) ? beside : find_file(search->command, word);
			if (!found)
				fail("%s: cannot find %s", path, word);
			take_file(search, found);
		}
	}
}

static bool already_taken(struct search *search, const char *soname)
{
	if (contains(&search->sonames, soname))
		return true;
	add(&search->sonames, soname);
	return false;
}

static void take_needed(struct search *search, const struct library *library)
{
	for (size_t i = 0; i < library->needed.count; i++) {
		const char *soname = library->needed.items[i];
		if (contains(&search->sonames, soname))
			continue;
		char *path = find_needed(search, soname, library->path);
		if (path && ends(soname, ".a"))
			add(&search->sonames, soname);
		if (!path) {
			warn("%s, needed by %s, not found (try using -L or -Wl,-rpath-link)", soname, library->path);
			continue;
		}
		bool lazy = search->lazy;
		search->lazy = true;
		take_file(search, path);
		search->lazy = lazy;
	}
}

static void take_file(struct search *search, const char *path)
{
	struct library library = {.path = (char *)path};
	struct module module;
	struct bytes bytes;
	uint8_t start[8];
	size_t size = read_start(path, start, sizeof start);

	if (is_archive(start, size)) {
		add_library(search, &library);
		return;
	}
	if (!read_file(path, &bytes))
		fail("cannot find %s", path);
	if (!is_wasm(start, size)) {
		if (bytes.size >= 4 && !memcmp(bytes.data, "\177ELF", 4))
			fail("%s: made for this machine (ELF), not for wasm32", path);
		take_script(search, path, &bytes);
		return;
	}
	if (!parse_module(&module, bytes))
		fail("%s: damaged wasm file", path);
	const struct section *section = custom_section(&module, "apkfarm.library");
	if (section) {
		library.shared = true;
		library.as_needed = search->lazy;
		library.lazy = search->lazy && search->command->mode == MODE_LINK;
		library.soname = copy_text(base_name(path));
		read_library_section(&library, section);
		if (already_taken(search, library.soname)) {
			if (!library.lazy)
				take_whole(search->found, library.soname);
			return;
		}
		library = *add_library(search, &library);
		if (search->command->mode == MODE_LINK)
			take_needed(search, &library);
	} else {
		if (!is_object(&module))
			fail("%s: a finished program, not an object file", path);
		add_library(search, &library);
	}
}

/* Of these a shared library only notes that it needs them, see library-section.c. */
static bool is_cxx_library(const char *name)
{
	return !strcmp(name, "c++") || !strcmp(name, "c++abi") || !strcmp(name, "supc++") || !strcmp(name, "unwind");
}

/* Parts of gcc's own run time: the builtins archive is always there, the rest is the compiler's. */
static bool is_compiler_library(const char *name)
{
	static const char *const names[] = {"gcc", "gcc_s", "gcc_eh", "atomic", "ssp", "ssp_nonshared", "c"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static void take_library(struct search *search, const char *name)
{
	if (is_compiler_library(name))
		return;
	if (!strcmp(name, "stdc++"))
		name = "c++";
	char *path = find_library(search, name);
	if (!path)
		fail("cannot find -l%s: no usable lib%s.so or lib%s.a in the -L folders or in %s/usr/lib", name, name, name,
			search->command->sysroot);
	if (search->command->mode == MODE_SHARED && is_cxx_library(name))
		return;
	take_file(search, path);
}

static void change_state(struct search *search, const char *state)
{
	if (!strcmp(state, "as-needed")) {
		search->lazy = true;
	} else if (!strcmp(state, "no-as-needed")) {
		search->lazy = false;
	} else if (!strcmp(state, "push-state")) {
		if (search->saved == sizeof search->saved_lazy)
			fail("too many --push-state");
		search->saved_lazy[search->saved] = search->lazy;
		search->saved_static[search->saved++] = search->static_only;
	} else if (!strcmp(state, "pop-state")) {
		if (!search->saved)
			fail("--pop-state without --push-state");
		search->lazy = search->saved_lazy[--search->saved];
		search->static_only = search->saved_static[search->saved];
	} else {
		search->static_only = strcmp(state, "Bdynamic") && strcmp(state, "dy") && strcmp(state, "call_shared");
	}
}

void resolve_inputs(struct command *command, struct libraries *libraries)
{
	struct search search = {.command = command, .found = libraries};

	for (size_t i = 0; i < command->input_count; i++) {
		const struct input *input = &command->inputs[i];
		switch (input->kind) {
		case INPUT_SOURCE:
			break;
		case INPUT_FILE:
			take_file(&search, input->name);
			break;
		case INPUT_LIBRARY:
			take_library(&search, input->name);
			break;
		case INPUT_FLAG:
			add(&libraries->words, input->name);
			break;
		case INPUT_STATE:
			change_state(&search, input->name);
			break;
		}
	}
}
