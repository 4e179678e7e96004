/* The linker's options as GNU ld knows them: what wasm-ld can do goes to it, what has no meaning for wasm is
 * accepted and left out, what is unknown is refused (configure asks which options a linker knows). */
#include "driver.h"
#include <string.h>

enum action {
	IGNORE,
	PASS,           /* to wasm-ld */
	STATE,          /* changes how the libraries after it are found */
	OUTPUT, LIBRARY, FOLDER, SONAME, RUN_FOLDER, VERSION_SCRIPT, KEYWORD, UNDEFINED,
	MAKE_SHARED, MAKE_RELOCATABLE, STRIP, ALLOW_UNDEFINED, REFUSE, VERSION, HELP,
};

enum value { NONE, WANTED, OPTIONAL };

struct linker_option {
	const char *name;
	enum value value;
	enum action action;
};

static const struct linker_option options[] = {
	{"L", WANTED, FOLDER}, {"library-path", WANTED, FOLDER},
	{"l", WANTED, LIBRARY}, {"library", WANTED, LIBRARY},
	{"o", WANTED, OUTPUT}, {"output", WANTED, OUTPUT},
	{"u", WANTED, UNDEFINED}, {"undefined", WANTED, UNDEFINED}, {"require-defined", WANTED, UNDEFINED},
	{"z", WANTED, KEYWORD},
	{"h", WANTED, SONAME}, {"soname", WANTED, SONAME},
	{"R", WANTED, RUN_FOLDER}, {"rpath", WANTED, RUN_FOLDER}, {"rpath-link", WANTED, RUN_FOLDER},
	{"version-script", WANTED, VERSION_SCRIPT},
	{"shared", NONE, MAKE_SHARED}, {"Bshareable", NONE, MAKE_SHARED},
	{"r", NONE, MAKE_RELOCATABLE}, {"i", NONE, MAKE_RELOCATABLE}, {"relocatable", NONE, MAKE_RELOCATABLE},
	{"s", NONE, STRIP}, {"strip-all", NONE, STRIP},
	{"as-needed", NONE, STATE}, {"no-as-needed", NONE, STATE}, {"push-state", NONE, STATE},
	{"pop-state", NONE, STATE}, {"Bstatic", NONE, STATE}, {"Bdynamic", NONE, STATE}, {"dn", NONE, STATE},
	{"dy", NONE, STATE}, {"non_shared", NONE, STATE}, {"call_shared", NONE, STATE}, {"static", NONE, STATE},
	{"whole-archive", NONE, PASS}, {"no-whole-archive", NONE, PASS},
	{"start-lib", NONE, PASS}, {"end-lib", NONE, PASS},
	{"allow-multiple-definition", NONE, PASS}, {"no-allow-multiple-definition", NONE, PASS},
	{"gc-sections", NONE, PASS}, {"no-gc-sections", NONE, PASS}, {"print-gc-sections", NONE, PASS},
	{"no-print-gc-sections", NONE, PASS}, {"demangle", NONE, PASS}, {"no-demangle", NONE, PASS},
	{"error-limit", WANTED, PASS}, {"export", WANTED, PASS}, {"export-if-defined", WANTED, PASS},
	{"wrap", WANTED, PASS}, {"Map", WANTED, PASS}, {"M", NONE, PASS}, {"print-map", NONE, PASS},
	{"why-extract", WANTED, PASS}, {"trace-symbol", WANTED, PASS}, {"y", WANTED, IGNORE},
	{"unresolved-symbols", WANTED, PASS}, {"warn-unresolved-symbols", NONE, PASS},
	{"error-unresolved-symbols", NONE, PASS}, {"fatal-warnings", NONE, PASS}, {"no-fatal-warnings", NONE, PASS},
	{"initial-memory", WANTED, PASS}, {"max-memory", WANTED, PASS}, {"global-base", WANTED, PASS},
	{"no-entry", NONE, PASS}, {"e", WANTED, PASS}, {"entry", WANTED, PASS}, {"import-undefined", NONE, PASS},
	{"keep-section", WANTED, PASS}, {"mllvm", WANTED, PASS}, {"threads", WANTED, PASS},
	{"no-check-features", NONE, PASS}, {"table-base", WANTED, PASS}, {"import-table", NONE, PASS},
	{"export-table", NONE, PASS}, {"growable-table", NONE, PASS}, {"import-memory", OPTIONAL, PASS},
	{"shared-memory", NONE, PASS}, {"export-all", NONE, PASS}, {"features", WANTED, PASS},
	{"extra-features", WANTED, PASS}, {"stack-first", NONE, PASS}, {"no-stack-first", NONE, PASS},
	{"allow-undefined", NONE, ALLOW_UNDEFINED},
	{"version", NONE, VERSION}, {"v", NONE, VERSION}, {"V", NONE, VERSION}, {"help", NONE, HELP},
	{"T", WANTED, REFUSE}, {"script", WANTED, REFUSE}, {"defsym", WANTED, REFUSE}, {"just-symbols", WANTED, REFUSE},
	{"init", WANTED, REFUSE}, {"fini", WANTED, REFUSE},
	/* Meaningless for wasm, or the default. */
	{"(", NONE, IGNORE}, {")", NONE, IGNORE}, {"start-group", NONE, IGNORE}, {"end-group", NONE, IGNORE},
	{"E", NONE, IGNORE}, {"export-dynamic", NONE, IGNORE}, {"no-export-dynamic", NONE, IGNORE},
	{"dynamic-list", WANTED, IGNORE}, {"dynamic-list-data", NONE, IGNORE},
	{"export-dynamic-symbol", WANTED, IGNORE}, {"export-dynamic-symbol-list", WANTED, IGNORE},
	{"Bsymbolic", NONE, IGNORE}, {"Bsymbolic-functions", NONE, IGNORE}, {"Bno-symbolic", NONE, IGNORE},
	{"pie", NONE, IGNORE}, {"pic-executable", NONE, IGNORE}, {"no-pie", NONE, IGNORE}, {"nostdlib", NONE, IGNORE},
	{"m", WANTED, IGNORE}, {"A", WANTED, IGNORE}, {"dynamic-linker", WANTED, IGNORE},
	{"no-dynamic-linker", NONE, IGNORE}, {"I", WANTED, IGNORE}, {"a", WANTED, IGNORE}, {"f", WANTED, IGNORE},
	{"F", WANTED, IGNORE}, {"filter", WANTED, IGNORE}, {"auxiliary", WANTED, IGNORE},
	{"build-id", OPTIONAL, IGNORE}, {"hash-style", WANTED, IGNORE}, {"hash-size", WANTED, IGNORE},
	{"eh-frame-hdr", NONE, IGNORE}, {"no-eh-frame-hdr", NONE, IGNORE}, {"no-ld-generated-unwind-info", NONE, IGNORE},
	{"enable-new-dtags", NONE, IGNORE}, {"disable-new-dtags", NONE, IGNORE},
	{"sort-common", OPTIONAL, IGNORE}, {"sort-section", WANTED, IGNORE}, {"warn-common", NONE, IGNORE},
	{"no-warn-mismatch", NONE, IGNORE}, {"warn-once", NONE, IGNORE}, {"warn-shared-textrel", NONE, IGNORE},
	{"warn-execstack", NONE, IGNORE}, {"no-warn-execstack", NONE, IGNORE}, {"no-warn-rwx-segments", NONE, IGNORE},
	{"no-undefined", NONE, IGNORE}, {"no-undefined-version", NONE, IGNORE}, {"undefined-version", NONE, IGNORE},
	{"default-symver", NONE, IGNORE}, {"allow-shlib-undefined", NONE, IGNORE},
	{"no-allow-shlib-undefined", NONE, IGNORE}, {"no-add-needed", NONE, IGNORE}, {"add-needed", NONE, IGNORE},
	{"copy-dt-needed-entries", NONE, IGNORE}, {"no-copy-dt-needed-entries", NONE, IGNORE},
	{"no-relax", NONE, IGNORE}, {"relax", NONE, IGNORE}, {"N", NONE, IGNORE}, {"n", NONE, IGNORE},
	{"omagic", NONE, IGNORE}, {"no-omagic", NONE, IGNORE}, {"nmagic", NONE, IGNORE}, {"q", NONE, IGNORE},
	{"emit-relocs", NONE, IGNORE}, {"x", NONE, IGNORE}, {"X", NONE, IGNORE}, {"discard-all", NONE, IGNORE},
	{"discard-locals", NONE, IGNORE}, {"discard-none", NONE, IGNORE}, {"S", NONE, IGNORE}, {"g", NONE, IGNORE},
	{"strip-debug", NONE, IGNORE}, {"strip-discarded", NONE, IGNORE}, {"retain-symbols-file", WANTED, IGNORE},
	{"compress-debug-sections", WANTED, IGNORE}, {"debug-names", NONE, IGNORE}, {"gdb-index", NONE, IGNORE},
	{"no-keep-memory", NONE, IGNORE}, {"reduce-memory-overheads", NONE, IGNORE}, {"stats", NONE, IGNORE},
	{"t", NONE, IGNORE}, {"trace", NONE, IGNORE}, {"verbose", OPTIONAL, IGNORE}, {"cref", NONE, IGNORE},
	{"color-diagnostics", OPTIONAL, IGNORE}, {"no-color-diagnostics", NONE, IGNORE},
	{"plugin", WANTED, IGNORE}, {"plugin-opt", WANTED, IGNORE}, {"icf", WANTED, IGNORE},
	{"ld-generated-unwind-info", NONE, IGNORE}, {"spare-dynamic-tags", WANTED, IGNORE},
	{"pack-dyn-relocs", WANTED, IGNORE}, {"Ttext", WANTED, IGNORE}, {"image-base", WANTED, IGNORE},
	{"no-rosegment", NONE, IGNORE}, {"d", NONE, IGNORE},
	{"dc", NONE, IGNORE}, {"dp", NONE, IGNORE}, {"EL", NONE, IGNORE}, {"no-ctors-in-init-array", NONE, IGNORE},
	{"orphan-handling", WANTED, IGNORE}, {"no-whole-program", NONE, IGNORE}, {"discard-unused", NONE, IGNORE},
};

static void apply(struct command *command, const struct linker_option *option, const char *name, const char *value)
{
	switch (option->action) {
	case IGNORE:
		break;
	case PASS:
		if (!strcmp(name, "e"))
			name = "entry";
		if (!strcmp(name, "mllvm"))
			add_input(command, INPUT_FLAG, format("-mllvm=%s", value), NULL);
		else
			add_input(command, INPUT_FLAG,
				value ? format("--%s=%s", name, value) : format("--%s", name), NULL);
		break;
	case STATE:
		add_input(command, INPUT_STATE, name, NULL);
		break;
	case OUTPUT:
		command->output = value;
		break;
	case LIBRARY:
		add_input(command, INPUT_LIBRARY, value, NULL);
		break;
	case FOLDER:
		add_library_folder(command, value);
		break;
	case SONAME:
		command->soname = value;
		break;
	case RUN_FOLDER:
		add(&command->run_folders, value);
		break;
	case VERSION_SCRIPT:
		add(&command->version_scripts, value);
		break;
	case KEYWORD:
		if (starts(value, "stack-size=")) {
			add_input(command, INPUT_FLAG, "-z", NULL);
			add_input(command, INPUT_FLAG, value, NULL);
		}
		break;
	case UNDEFINED:
		add_input(command, INPUT_FLAG, format("--undefined=%s", value), NULL);
		break;
	case MAKE_SHARED:
		command->mode = MODE_SHARED;
		break;
	case MAKE_RELOCATABLE:
		command->mode = MODE_RELOCATABLE;
		break;
	case STRIP:
		command->strip_names = true;
		break;
	case ALLOW_UNDEFINED:
		if (command->no_start)
			add_input(command, INPUT_FLAG, "--allow-undefined", NULL);
		break;
	case REFUSE:
		fail("linker option -%s has no counterpart for wasm", name);
	case VERSION:
		linker_version();
	case HELP:
		linker_help();
	}
}

static const struct linker_option *find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (!strncmp(options[i].name, name, length) && !options[i].name[length])
			return &options[i];
	return NULL;
}

static void long_or_short_option(struct command *command, const char *word)
{
	const char *name = word + (word[1] == '-' ? 2 : 1);
	const char *equals = strchr(name, '=');
	const struct linker_option *option = find(name, equals ? (size_t)(equals - name) : strlen(name));

	if (option && equals && option->value != NONE) {
		apply(command, option, option->name, equals + 1);
	} else if (option && !equals && option->value == WANTED) {
		command->pending = option;
		command->pending_name = option->name;
	} else if (option && !equals) {
		apply(command, option, option->name, NULL);
	} else if (word[1] == 'O' || starts(word, "-plugin-opt=")) {
		return;
	} else if (word[1] != '-' && (option = find(word + 1, 1)) && option->value == WANTED && word[2]) {
		apply(command, option, option->name, word + 2); /* -Lfolder, -lname, -ooutput */
	} else {
		fail("unrecognized option '%s'", word);
	}
}

void linker_word(struct command *command, const char *word)
{
	const struct linker_option *waiting = command->pending;

	if (waiting) {
		command->pending = NULL;
		apply(command, waiting, command->pending_name, word);
	} else if (word[0] == '-' && word[1]) {
		long_or_short_option(command, word);
	} else if (word[0]) {
		add_input(command, INPUT_FILE, word, NULL);
	}
}

void end_linker_words(struct command *command)
{
	if (command->pending)
		fail("linker option -%s wants a value", command->pending_name);
}
