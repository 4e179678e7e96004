/*
 * Own tests of line editing, completion and history. Keys are given by rl_getc_function, the
 * display goes to /dev/null: no terminal. Prints PASS: and FAIL: lines; exit status 1 if any failed.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <readline/history.h>
#include <readline/readline.h>

static const char *keys;
static int failures, tests;

static int next_key(FILE *stream)
{
	(void)stream;
	return *keys ? (unsigned char)*keys++ : EOF;
}

static void result(const char *name, bool good, const char *got)
{
	tests++;
	failures += !good;
	printf("%s: line: %s\n", good ? "PASS" : "FAIL", name);
	if (!good)
		printf("got: %s\n", got ? got : "(end of file)");
}

/* readline, given these keys, returns this line (NULL: end of file) */
static void edits(const char *name, const char *typed, const char *wanted)
{
	char *line;

	keys = typed;
	line = readline("> ");
	result(name, line && wanted ? strcmp(line, wanted) == 0 : line == wanted, line);
	free(line);
}

/* rl_parse_and_bind writes into its argument */
static void bind(const char *text)
{
	char *copy = strdup(text);

	rl_parse_and_bind(copy);
	free(copy);
}

static char *one_of(const char *text, int state)
{
	static const char *names[] = { "alpha", "alphabet", "beta", "gamma ray", NULL };
	static int at;

	if (state == 0)
		at = 0;
	while (names[at])
		if (strncmp(names[at++], text, strlen(text)) == 0)
			return strdup(names[at - 1]);
	return NULL;
}

static char **complete_word(const char *text, int start, int end)
{
	(void)start;
	(void)end;
	rl_attempted_completion_over = 1;
	return rl_completion_matches(text, one_of);
}

static int shout(int count, int key)
{
	(void)count;
	(void)key;
	for (int i = 0; i < rl_end; i++)
		if (rl_line_buffer[i] >= 'a' && rl_line_buffer[i] <= 'z')
			rl_line_buffer[i] -= 32;
	return 0;
}

static int prefill(void)
{
	rl_insert_text("prefilled");
	return 0;
}

static char *async_line;

static void on_line(char *line)
{
	async_line = line;
}

static void emacs_keys(void)
{
	edits("plain text", "hello\r", "hello");
	edits("empty line", "\r", "");
	edits("end of file", "", NULL);
	edits("^D on an empty line", "\004", NULL);
	edits("^A and ^E", "ell\001h\005o\r", "hello");
	edits("^B, ^F and arrows", "ac\002b\006d\033[D\033[De\033[C\033[C!\r", "abecd!");
	edits("backspace and ^D", "hexllo\002\002\002\177\005x\002\004\r", "hello");
	edits("^K and ^Y", "one two\002\002\002\013\001\031 \r", "two one ");
	edits("^U and ^W", "remove this\025kept word gone\027\r", "kept word ");
	edits("words: M-b, M-f, M-d, M-DEL", "aa bb cc dd\033b\033b\033d\001\033f\033\177X\r", "X bb  dd");
	edits("case: M-u, M-l, M-c", "abc DEF ghi\001\033u\033l\033c\r", "ABC def Ghi");
	edits("^T and M-t", "ba\024 two one\033t\r", "ab one two");
	edits("kill ring: M-y", "one\025\005two\005\025\005\031\033y\r", "one");
	edits("undo: ^_", "abc\027\037\r", "abc");
	edits("numeric argument", "\0335x\0333\002\033-2\177\r", "xxx");
	edits("quoted insert: ^V", "a\026\001b\r", "a\001b");
	edits("search within the line: ^]", "a,b;c\001\035;X\r", "a,bX;c");
	edits("mark and region: M-SPC, M-w, ^X^X", "abcd\001\033 \005\030\030>\r", ">abcd");
	edits("UTF-8: one backspace a character", "a\xe2\x82\xac\xc3\xa9\177\177b\r", "ab");
	edits("a long line", "0123456789012345678901234567890123456789012345678901234567890123456789"
	      "0123456789012345678901234567890123456789\001x\r",
	      "x0123456789012345678901234567890123456789012345678901234567890123456789"
	      "0123456789012345678901234567890123456789");
}

static void completion(void)
{
	edits("unique match", "be\t!\r", "beta !");
	edits("common part, then nothing more", "al\t\r", "alpha");
	edits("no match", "xy\t\r", "xy");
	edits("insert all: M-*", "alp\033*\r", "alpha alphabet ");
	rl_completer_quote_characters = "\"";
	rl_filename_quote_characters = " ";
	edits("inside quotes", "\"gam\t\r", "\"gamma ray\" ");
}

static void history(void)
{
	add_history("first command");
	add_history("second thing");
	add_history("third command");
	edits("^P twice", "\020\020\r", "second thing");
	edits("up and down", "new\033[A\033[A\033[B\033[B\r", "new");
	edits("incremental search: ^R", "\022com\r", "third command");
	edits("incremental search twice", "\022com\022\r", "first command");
	edits("search given up: ^G", "x\022first\007\r", "x");
	edits("M-< and M->", "\033<\r", "first command");
	edits("last word: M-.", "echo \033.\r", "echo command");
	edits("edited history line", "\020!\r", "third command!");

	char *expanded;
	static const char *const cases[][2] = {
		{ "!!", "third command" }, { "!1", "first command" }, { "!-2", "second thing" },
		{ "!sec", "second thing" }, { "!?ird?", "third command" }, { "echo !$", "echo command" },
		{ "!!:0", "third" }, { "!!:s/third/3rd/", "3rd command" }, { "^third^fourth", "fourth command" },
		{ "no !\\!", "no !\\!" },
	};
	using_history();
	for (size_t i = 0; i < sizeof cases / sizeof *cases - 1; i++) {
		char name[64];

		snprintf(name, sizeof name, "history expansion: %s", cases[i][0]);
		int status = history_expand((char *)cases[i][0], &expanded);
		result(name, status == 1 && strcmp(expanded, cases[i][1]) == 0, expanded);
		free(expanded);
	}
	result("history expansion: unknown event", history_expand("!nosuch", &expanded) == -1, expanded);
	free(expanded);

	result("history file", write_history("history.file") == 0, NULL);
	clear_history();
	result("history is empty", history_length == 0, NULL);
	result("history read back", read_history("history.file") == 0 && history_length == 3 &&
	       strcmp(history_get(2)->line, "second thing") == 0, NULL);
	stifle_history(2);
	result("history stifled", history_length == 2 && strcmp(history_get(history_base)->line, "second thing") == 0,
	       NULL);
	unlink("history.file");
	unstifle_history();
	HIST_ENTRY *old = replace_history_entry(0, "replaced", NULL);
	result("history entry replaced", old && strcmp(history_get(history_base)->line, "replaced") == 0, NULL);
	result("history search", (history_set_pos(history_length), history_search("thi", -1)) == 0 && where_history() == 1,
	       NULL);
}

static void vi_keys(void)
{
	bind("set editing-mode vi");
	edits("vi: insert and x", "hello\033x\r", "hell");
	edits("vi: 0 and i", "bc\0330ia\033\r", "abc");
	edits("vi: dw and p", "one two\0330dw$p\r", "twoone ");
	edits("vi: cw", "one two\033bcw2\033\r", "one 2");
	edits("vi: A, r and ~", "abc\0330rX~A!\033\r", "xbc!");
	edits("vi: f and D", "key=value\0330f=D\r", "key");
	edits("vi: u", "abc\033xu\r", "abc");
	edits("vi: counts and .", "abcdef\03302x.\r", "ef");
	bind("set editing-mode emacs");
}

static void own_bindings(void)
{
	rl_add_defun("shout", shout, -1);
	bind("\"\\C-xu\": shout");
	edits("own function", "loud\030u\r", "LOUD");
	bind("\"\\C-xm\": \"macro text\"");
	edits("macro from an inputrc line", "\030m\r", "macro text");
	rl_variable_bind("completion-ignore-case", "on");
	result("variable", strcmp(rl_variable_value("completion-ignore-case"), "on") == 0,
	       rl_variable_value("completion-ignore-case"));
	rl_startup_hook = prefill;
	edits("startup hook", "!\r", "prefilled!");
	rl_startup_hook = NULL;
	FILE *inputrc = fopen("inputrc.file", "w");
	fputs("$if mode=emacs\n\"\\C-xz\": \"zed\"\n$else\n\"\\C-xz\": \"other\"\n$endif\n", inputrc);
	fclose(inputrc);
	result("inputrc read", rl_read_init_file("inputrc.file") == 0, NULL);
	edits("conditional of an inputrc", "\030z\r", "zed");
	unlink("inputrc.file");
}

static void callbacks(void)
{
	keys = "by call\r";
	rl_callback_handler_install("> ", on_line);
	for (int i = 0; i < 20 && async_line == NULL && *keys; i++)
		rl_callback_read_char();
	rl_callback_handler_remove();
	result("callback interface", async_line && strcmp(async_line, "by call") == 0, async_line);
	free(async_line);
}

int main(void)
{
	FILE *null_output = fopen("/dev/null", "w"), *null_input = fopen("/dev/null", "r");

	setenv("TERM", "dumb", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("INPUTRC", "/dev/null", 1);
	rl_instream = null_input;
	rl_outstream = null_output;
	rl_getc_function = next_key;
	rl_catch_signals = 0;
	rl_attempted_completion_function = complete_word;
	rl_initialize();
	bind("set bell-style none");
	using_history();
	emacs_keys();
	completion();
	history();
	vi_keys();
	own_bindings();
	callbacks();
	printf("%d tests, %d failed\n", tests, failures);
	return failures != 0;
}
