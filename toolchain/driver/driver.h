/* The wasm32 Alpine toolchain's driver: what its files share. ../README.md says what it does.
 *
 * The driver is a short process that a configure run starts thousands of times: memory is never given back,
 * and no shell is started. */
#ifndef APKFARM_DRIVER_H
#define APKFARM_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRIPLET "wasm32-alpine-linux-musl"
#define CLANG_TARGET "wasm32-unknown-linux-musl"
#define INTERFACE_VERSION 1
#define DEFAULT_STACK "1048576"
#define DEFAULT_MAX_MEMORY "1073741824"
#ifndef LLVM_MAJOR
#define LLVM_MAJOR "22"
#endif

/* text.c: strings and lists of them. A list always ends with a null pointer. */
struct list {
	char **items;
	size_t count, room;
};

void *allocate(size_t size);
void *grow(void *old, size_t size);
char *copy_text(const char *text);
char *copy_part(const char *text, size_t length);
char *format(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
void add(struct list *list, const char *item);
void add_all(struct list *list, const struct list *more);
bool contains(const struct list *list, const char *item);
bool starts(const char *text, const char *prefix);
bool ends(const char *text, const char *suffix);
/* What follows the prefix in the text, or null. */
const char *after(const char *text, const char *prefix);
const char *base_name(const char *path);
char *folder_of(const char *path);
/* The variable's value, or the other text if it is unset or empty. */
const char *setting(const char *variable, const char *otherwise);
_Noreturn void fail(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
void warn(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
extern const char *program_name;

/* files.c */
struct bytes {
	uint8_t *data;
	size_t size, room;
};

void add_bytes(struct bytes *to, const void *data, size_t size);
bool is_file(const char *path);
/* Reads a whole file; false, with errno, if that is not possible. */
bool read_file(const char *path, struct bytes *into);
/* Reads a whole file or ends the program. */
struct bytes load(const char *path);
/* Reads at most `size` bytes from the start of a file; how many there were. */
size_t read_start(const char *path, void *into, size_t size);
/* Puts a file in place as a whole (or writes into a device such as /dev/null); ends the program if it cannot. */
void write_output(const char *path, const struct bytes *from, bool executable);
bool try_write_output(const char *path, const struct bytes *from, bool executable);
/* A path in this process's own temporary folder, which goes away at the end. */
char *temporary(const char *name);
void remove_temporary(void);
/* Absolute path of the toolchain folder. */
const char *toolchain_folder(void);

/* process.c */
extern bool verbose;
void print_command(const struct list *command);
/* Runs a command; its exit status as a shell gives it. Null: that stream is not redirected. */
int run(const struct list *command, const char *output, const char *errors);
_Noreturn void become(const struct list *command);
/* Makes signals that end a process remove the temporary folder first. */
void catch_signals(void);

/* sha256.c */
char *sha256_hex(const struct bytes *parts, size_t count);

/* wasm.c: modules and object files as rows of sections. */
enum section_id {
	SECTION_CUSTOM = 0,
	SECTION_TYPE = 1,
	SECTION_IMPORT = 2,
	SECTION_FUNCTION = 3,
	SECTION_EXPORT = 7,
	SECTION_CODE = 10,
	SECTION_TAG = 13,
};

struct section {
	int id;
	char *name;             /* of a custom section, else null */
	uint8_t *start;         /* the section with its header */
	size_t size;
	uint8_t *content;       /* without header and name */
	size_t content_size;
};

struct module {
	struct bytes bytes;
	struct section *sections;
	size_t count;
};

struct import {
	char *module, *name;
	int kind;
	uint64_t max_memory; /* of a memory, in bytes */
};

struct reader {
	const uint8_t *at, *end;
	bool bad;
};

uint32_t read_number(struct reader *from);
uint8_t read_byte(struct reader *from);
char *read_name(struct reader *from);
void add_number(struct bytes *to, uint32_t number);
void add_custom_section(struct bytes *to, const char *name, const void *content, size_t size);
void add_module_header(struct bytes *to);
bool is_wasm(const uint8_t *data, size_t size);
/* Parses a module; false if the bytes are none. The module points into the bytes. */
bool parse_module(struct module *module, struct bytes bytes);
const struct section *custom_section(const struct module *module, const char *name);
bool is_object(const struct module *module);
struct import *module_imports(const struct module *module, size_t *count);
bool has_exceptions(const struct module *module);
bool has_function_named(const struct module *module, const char *name);
/* Notes the functions' names by their number; functions from `count` on are passed over. */
void name_functions(const struct module *module, char **names, uint32_t count);
/* The custom section "name" with the function names only. */
struct bytes function_names(const struct module *module);

/* symbols.c */
enum { SYMBOL_WEAK = 1, SYMBOL_LOCAL = 2, SYMBOL_HIDDEN = 4, SYMBOL_UNDEFINED = 0x10, SYMBOL_TLS = 0x100 };

struct symbol {
	char *name; /* null for sections */
	uint32_t flags;
	uint8_t *flags_at;
};

struct symbol *module_symbols(const struct module *module, size_t *count);
/* Is something undefined in the one that the other defines? */
bool uses_symbols_of(const struct module *user, const struct module *library);

/* archives.c */
bool is_archive(const uint8_t *start, size_t size);
/* The archive's next member after `*at`, which is 0 at first; it points into the archive. False at the end. */
bool next_member(const struct bytes *archive, size_t *at, struct bytes *member);
/* Adds what an object, or the members of an archive, define for others. */
void add_definitions(struct list *names, const char *path, bool weak_too);
void sort_names(struct list *names);
bool has_sorted(const struct list *names, const char *name);

/* borrowed-tls.c: relocations that wasm-ld -r refuses, for `words` of its command line and in its output. */
bool borrows_tls(const char *messages);
void lend_tls(struct list *words);
void return_tls(const struct module *linked);

/* arguments.c */
enum tool { TOOL_C, TOOL_CXX, TOOL_LD };
enum mode { MODE_COMPILE, MODE_LINK, MODE_SHARED, MODE_RELOCATABLE };
enum input_kind {
	INPUT_SOURCE,
	INPUT_FILE,      /* object, archive, library */
	INPUT_LIBRARY,   /* -lNAME */
	INPUT_FLAG,      /* goes to wasm-ld as it is */
	INPUT_STATE,     /* --as-needed, -Bstatic and the like, see libraries.c */
};

struct input {
	enum input_kind kind;
	char *name;
	char *language; /* of a source, if -x said so */
};

struct command {
	enum tool tool;
	enum mode mode;
	const char *output;
	const char *sysroot;
	const char *soname;
	const char *language;
	struct list compile;      /* for clang, inputs included, in their order */
	struct list flags;        /* the same without inputs and -x */
	struct input *inputs;
	size_t input_count, input_room;
	struct list library_folders, run_folders, version_scripts;
	bool no_start, no_libc, no_builtins, no_libcxx;
	bool strip_names, whole_names, exceptions_off;
	bool dependencies, dependency_file, dependency_target;
	const struct linker_option *pending; /* linker option that waits for its value */
	const char *pending_name;
};

void add_input(struct command *command, enum input_kind kind, const char *name, const char *language);
void parse_arguments(struct command *command, char **arguments);
void add_library_folder(struct command *command, const char *folder);
void parse_linker_arguments(struct command *command, char **arguments);
/* Replaces @FILE by the words of the file. */
struct list expand_responses(char **arguments);

/* linker-options.c */
void linker_word(struct command *command, const char *word);
void end_linker_words(struct command *command);

/* queries.c: what --version, -dumpmachine, -print-… answer. */
void answer_query(struct command *command, const char *argument);
_Noreturn void linker_version(void);
_Noreturn void linker_help(void);
const char *builtins_archive(void);

/* compile.c */
void add_abi_flags(struct list *to, const struct command *command);
_Noreturn void compile(struct command *command);
char *compile_for_link(struct command *command, const struct input *source, size_t number);

/* symver.c */
int compile_object(const struct list *compiler, const struct list *words, const struct list *dependencies,
	const char *output);

/* link.c */
const char *wasm_ld(void);
bool is_probe(const struct command *command);
int link_command(struct command *command);

/* libraries.c */
struct library {
	char *path;
	size_t word; /* its place in `words` */
	bool shared, lazy;
	bool as_needed; /* to be named as needed only if it is used */
	char *soname;
	struct list needed;
};

struct libraries {
	struct library *items;
	size_t count, room;
	struct list words; /* for wasm-ld, in order */
};

void resolve_inputs(struct command *command, struct libraries *libraries);

/* library-section.c */
struct bytes library_section(const struct command *command, const struct libraries *libraries,
	const struct module *linked);

/* interpose.c: a program's own definitions win over those of shared libraries. */
void interpose(struct libraries *libraries);

/* visibility.c: makes the hidden symbols of a linked library local to it. */
void hide_symbols(struct module *module, const struct list *version_scripts);

/* mismatch.c: the linker's messages about function types. `adapted` takes the names that an adapter helps. */
void report_link_messages(const struct command *command, const char *messages, bool failed, struct list *adapted);

/* adapters.c: calls whose result alone is another than the definition's are made to work. */
struct list stub_names(const struct module *module);
/* `kept` names functions that were exported only for this; `left` takes the names of calls that stay traps. */
struct bytes adapt_results(const struct module *module, const struct list *kept, struct list *left);

/* abi.c: checks a linked module and adds what it says about itself. */
struct link_facts {
	bool forks, threads, exceptions, asyncified;
	uint64_t max_memory; /* bytes */
	struct list contains;
};

struct bytes finish_module(struct module *module, const struct link_facts *facts, bool keep_names);
void check_imports(const struct module *module);
void check_features(const struct module *module);

/* binaryen.c */
enum translation { TRANSLATE_NOTHING, TRANSLATE_EXCEPTIONS, TRANSLATE_ALL };

struct bytes translate(struct bytes module, enum translation translation, bool asyncify, bool exceptions);

/* strip.c, tools.c: the forms that are not compiler or linker. */
int strip_command(char **arguments);
_Noreturn void objcopy_command(char **arguments);
_Noreturn void tool_command(const char *tool, char **arguments);
_Noreturn void preprocessor_command(char **arguments);
_Noreturn void assembler_command(char **arguments);
_Noreturn void pkg_config_command(char **arguments);

#endif
