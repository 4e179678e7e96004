/*
 * Own tests of the curses, panel, menu and form libraries. The terminal is xterm-256color
 * without a terminal: output goes to a file, keys come from a pipe. Prints PASS: and FAIL:
 * lines; exit status 1 if any failed. TERMINFO must name a database with these entries.
 */
#define _XOPEN_SOURCE_EXTENDED 1
#include <curses.h>
#include <form.h>
#include <locale.h>
#include <menu.h>
#include <panel.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

static FILE *screen_output;
static int keys[2];
static int failures;
static const char *wrong;

static void expect_at(int line, bool claim, const char *text)
{
	if (!claim && wrong == NULL) {
		wrong = text;
		printf("screen-test.c:%d: not so: %s\n", line, text);
	}
}
#define expect(claim) expect_at(__LINE__, claim, #claim)

static void type(const char *text)
{
	expect(write(keys[1], text, strlen(text)) == (ssize_t)strlen(text));
}

static chtype cell(WINDOW *window, int y, int x)
{
	return mvwinch(window, y, x) & A_CHARTEXT;
}

/* what has been sent to the terminal since the last call */
static const char *sent(void)
{
	static char buffer[65536];
	static long from;
	size_t length;

	fflush(screen_output);
	fseek(screen_output, from, SEEK_SET);
	length = fread(buffer, 1, sizeof buffer - 1, screen_output);
	buffer[length] = '\0';
	fseek(screen_output, 0, SEEK_END);
	from = ftell(screen_output);
	return buffer;
}

static void screen_size(void)
{
	expect(LINES == 24 && COLS == 80);
	expect(getmaxy(stdscr) == 24 && getmaxx(stdscr) == 80);
	expect(strcmp(termname(), "xterm-256color") == 0);
}

static void text_and_cells(void)
{
	int y, x;
	char back[16];

	mvaddstr(3, 5, "hello");
	getyx(stdscr, y, x);
	expect(y == 3 && x == 10);
	expect(cell(stdscr, 3, 5) == 'h' && cell(stdscr, 3, 9) == 'o');
	expect(mvinnstr(3, 5, back, 5) == 5 && strcmp(back, "hello") == 0);
	expect(mvaddch(24, 0, 'x') == ERR && move(-1, 0) == ERR);
	mvprintw(4, 0, "%05d|%-4s|", 42, "ab");
	expect(mvinnstr(4, 0, back, 11) == 11 && strcmp(back, "00042|ab  |") == 0);
	mvaddch(6, 3, '\t');
	expect(getcurx(stdscr) == 8);
	mvaddch(6, 0, 1);
	expect(cell(stdscr, 6, 0) == '^' && cell(stdscr, 6, 1) == 'A');
	mvaddstr(7, 78, "wraps");
	expect(cell(stdscr, 7, 79) == 'r' && cell(stdscr, 8, 0) == 'a');
}

static void attributes_and_colours(void)
{
	short foreground, background;
	chtype c;

	expect(has_colors() && start_color() == OK && COLORS == 256 && COLOR_PAIRS > 1000);
	expect(init_pair(1, COLOR_RED, COLOR_BLUE) == OK);
	expect(pair_content(1, &foreground, &background) == OK);
	expect(foreground == COLOR_RED && background == COLOR_BLUE);
	attrset(A_BOLD | COLOR_PAIR(1));
	mvaddch(0, 0, 'C');
	attrset(A_NORMAL);
	c = mvinch(0, 0);
	expect((c & A_CHARTEXT) == 'C' && (c & A_BOLD) && PAIR_NUMBER(c) == 1);
	mvchgat(0, 0, 1, A_UNDERLINE, 0, NULL);
	c = mvinch(0, 0);
	expect((c & A_UNDERLINE) && !(c & A_BOLD) && PAIR_NUMBER(c) == 0);
	expect(init_pair((short)300, 200, 100) == OK);
	bkgd(' ' | A_REVERSE);
	expect((mvinch(10, 10) & A_REVERSE) != 0);
	bkgd(' ');
}

static void windows(void)
{
	WINDOW *window = newwin(5, 10, 2, 3), *inner = derwin(window, 2, 4, 1, 1), *copy;

	expect(window != NULL && inner != NULL && derwin(window, 6, 4, 0, 0) == NULL);
	box(window, '|', '-');
	expect(cell(window, 2, 0) == '|' && cell(window, 0, 3) == '-');
	mvwaddch(inner, 0, 0, 'i');
	expect(cell(window, 1, 1) == 'i');
	copy = dupwin(window);
	expect(copy != NULL && cell(copy, 1, 1) == 'i');
	mvwaddch(copy, 1, 1, 'd');
	expect(cell(window, 1, 1) == 'i');
	expect(mvwin(copy, 10, 20) == OK && getbegy(copy) == 10 && getbegx(copy) == 20);
	expect(overwrite(window, stdscr) == OK && cell(stdscr, 3, 4) == 'i');
	expect(copywin(window, stdscr, 1, 1, 15, 30, 15, 30, FALSE) == OK && cell(stdscr, 15, 30) == 'i');
	expect(wenclose(window, 2, 3) && !wenclose(window, 7, 3));
	expect(delwin(copy) == OK && delwin(inner) == OK && delwin(window) == OK);
}

static void moving_lines(void)
{
	WINDOW *window = newwin(4, 8, 0, 0);

	for (int i = 0; i < 4; i++)
		mvwaddch(window, i, 0, '0' + i);
	wmove(window, 1, 0);
	winsertln(window);
	expect(cell(window, 1, 0) == ' ' && cell(window, 2, 0) == '1' && cell(window, 3, 0) == '2');
	wmove(window, 1, 0);
	wdeleteln(window);
	expect(cell(window, 1, 0) == '1' && cell(window, 3, 0) == ' ');
	expect(wscrl(window, 1) == ERR);
	scrollok(window, TRUE);
	expect(wscrl(window, 1) == OK && cell(window, 0, 0) == '1');
	wsetscrreg(window, 1, 2);
	wscrl(window, -1);
	expect(cell(window, 0, 0) == '1' && cell(window, 1, 0) == ' ' && cell(window, 2, 0) == '2');
	mvwaddstr(window, 0, 0, "abc");
	mvwinsch(window, 0, 1, 'X');
	expect(cell(window, 0, 1) == 'X' && cell(window, 0, 3) == 'c');
	mvwdelch(window, 0, 0);
	expect(cell(window, 0, 0) == 'X');
	mvwinsstr(window, 0, 0, "in");
	expect(cell(window, 0, 2) == 'X');
	wmove(window, 0, 1);
	wclrtoeol(window);
	expect(cell(window, 0, 0) == 'i' && cell(window, 0, 1) == ' ');
	delwin(window);
}

static void pads(void)
{
	WINDOW *pad = newpad(200, 300);

	expect(pad != NULL && is_pad(pad));
	mvwaddch(pad, 150, 250, 'P');
	expect(prefresh(pad, 150, 250, 1, 1, 5, 5) == OK);
	expect(cell(curscr, 1, 1) == 'P');
	delwin(pad);
	touchwin(stdscr);
	refresh();
}

static void wide_characters(void)
{
	cchar_t c;
	wchar_t text[CCHARW_MAX + 1];
	attr_t attributes;
	short pair;

	expect(MB_CUR_MAX > 1);
	mvaddwstr(12, 0, L"a\u00e9\u20ac\u4e2d|");
	expect(mvin_wch(12, 1, &c) == OK && getcchar(&c, text, &attributes, &pair, NULL) == OK);
	expect(text[0] == 0xe9);
	expect(mvin_wch(12, 5, &c) == OK && getcchar(&c, text, &attributes, &pair, NULL) == OK);
	expect(text[0] == L'|');
	mvaddstr(13, 0, "\xe2\x82\xac");
	expect(mvin_wch(13, 0, &c) == OK && getcchar(&c, text, &attributes, &pair, NULL) == OK);
	expect(text[0] == 0x20ac);
	mvaddwstr(14, 0, L"e\u0301");
	expect(getcurx(stdscr) == 1);
	expect(mvin_wch(14, 0, &c) == OK && getcchar(&c, text, &attributes, &pair, NULL) == OK);
	expect(text[0] == L'e' && text[1] == 0x301);
	expect(unget_wch(0x20ac) == OK);
	wint_t key;
	expect(get_wch(&key) == OK && key == 0x20ac);
}

static void bytes_to_the_terminal(void)
{
	const char *bytes;

	erase();
	refresh();
	sent();
	mvaddstr(5, 10, "QQ");
	refresh();
	bytes = sent();
	expect(strstr(bytes, "\033[6;11HQQ") != NULL);
	refresh();
	expect(sent()[0] == '\0');
	attron(A_BOLD);
	mvaddstr(5, 40, "B");
	attroff(A_BOLD);
	refresh();
	bytes = sent();
	expect(strstr(bytes, "\033[0;1m") != NULL || strstr(bytes, "\033[1m") != NULL);
	beep();
	expect(strcmp(sent(), "\a") == 0);
	curs_set(0);
	expect(strstr(sent(), "\033[?25l") != NULL);
	curs_set(1);
	expect(strstr(sent(), "\033[?12l\033[?25h") != NULL);
}

static void keys_and_escapes(void)
{
	char line[32];

	keypad(stdscr, TRUE);
	noecho();
	cbreak();
	type("a\033OA\033OD\033[5~\033OPz");
	expect(getch() == 'a' && getch() == KEY_UP && getch() == KEY_LEFT);
	expect(getch() == KEY_PPAGE && getch() == KEY_F(1) && getch() == 'z');
	keypad(stdscr, FALSE);
	type("\033OA");
	expect(getch() == 27 && getch() == 'O' && getch() == 'A');
	ungetch('u');
	expect(getch() == 'u');
	nodelay(stdscr, TRUE);
	expect(getch() == ERR);
	nodelay(stdscr, FALSE);
	timeout(50);
	expect(getch() == ERR);
	timeout(-1);
	type("word\r");
	nonl();
	expect(getnstr(line, sizeof line - 1) == OK && strcmp(line, "word") == 0);
	nl();
	expect(define_key("\033qq", KEY_F(20)) == OK);
	keypad(stdscr, TRUE);
	type("\033qq");
	expect(getch() == KEY_F(20));
	expect(strcmp(keyname(KEY_UP), "KEY_UP") == 0 && strcmp(keyname(1), "^A") == 0);
}

static void capabilities(void)
{
	char *cup = tigetstr("cup"), *setaf = tigetstr("setaf");

	expect(tigetnum("colors") == 256 && tigetflag("am") == 1 && tigetflag("nosuch") == -1);
	expect(cup != NULL && strcmp(tparm(cup, 4, 9), "\033[5;10H") == 0);
	expect(setaf != NULL && strcmp(tparm(setaf, 3), "\033[33m") == 0);
	expect(strcmp(tparm(setaf, 12), "\033[94m") == 0 && strcmp(tparm(setaf, 200), "\033[38;5;200m") == 0);
	expect(strcmp(tparm("%p1%d%p2%+%c", 1), "1") != 0);
	expect(strcmp(tparm("%{7}%{3}%*%d:%?%p1%{5}%>%tbig%esmall%;", 9), "21:big") == 0);
	expect(strcmp(tparm("%p1%03d|%p1%x|%p1%:-5d|", 42), "042|2a|42   |") == 0);
	expect(strcmp(tgoto(cup, 9, 4), "\033[5;10H") == 0);
}

static void panels(void)
{
	WINDOW *a = newwin(3, 3, 1, 1), *b = newwin(3, 3, 2, 2);
	PANEL *below, *above;

	wbkgd(a, 'a');
	wbkgd(b, 'b');
	below = new_panel(a);
	above = new_panel(b);
	update_panels();
	expect(cell(newscr, 2, 2) == 'b' && cell(newscr, 1, 1) == 'a');
	top_panel(below);
	update_panels();
	expect(cell(newscr, 2, 2) == 'a' && panel_above(above) == below);
	hide_panel(below);
	update_panels();
	expect(panel_hidden(below) && cell(newscr, 2, 2) == 'b' && cell(newscr, 1, 1) == ' ');
	move_panel(above, 10, 10);
	update_panels();
	expect(cell(newscr, 10, 10) == 'b' && cell(newscr, 2, 2) == ' ');
	expect(set_panel_userptr(above, a) == OK && panel_userptr(above) == a);
	del_panel(below);
	del_panel(above);
	update_panels();
	delwin(a);
	delwin(b);
}

static void menus(void)
{
	static const char *names[] = { "one", "two", "three", "four", NULL };
	ITEM *items[5] = { NULL };
	MENU *menu;
	char back[8];

	for (int i = 0; names[i]; i++)
		items[i] = new_item(names[i], "");
	menu = new_menu(items);
	expect(menu != NULL && item_count(menu) == 4);
	set_menu_format(menu, 2, 1);
	menu_opts_off(menu, O_ONEVALUE);
	expect(post_menu(menu) == OK);
	expect(item_index(current_item(menu)) == 0);
	expect(menu_driver(menu, REQ_DOWN_ITEM) == OK && menu_driver(menu, REQ_DOWN_ITEM) == OK);
	expect(item_index(current_item(menu)) == 2 && top_row(menu) == 1);
	expect(menu_driver(menu, REQ_LAST_ITEM) == OK && menu_driver(menu, REQ_NEXT_ITEM) == E_REQUEST_DENIED);
	expect(item_index(current_item(menu)) == 3);
	expect(menu_driver(menu, 't') == OK && menu_driver(menu, 'h') == OK);
	expect(item_index(current_item(menu)) == 2 && strcmp(menu_pattern(menu), "th") == 0);
	expect(menu_driver(menu, 'q') == E_NO_MATCH);
	mvinnstr(0, 0, back, 1);
	expect(menu_driver(menu, REQ_TOGGLE_ITEM) == OK && item_value(items[2]));
	unpost_menu(menu);
	free_menu(menu);
	for (int i = 0; items[i]; i++)
		free_item(items[i]);
}

static void forms(void)
{
	FIELD *fields[3] = { new_field(1, 10, 0, 0, 0, 0), new_field(1, 5, 2, 0, 0, 0), NULL };
	FORM *form;

	set_field_type(fields[1], TYPE_INTEGER, 0, 1L, 50L);
	form = new_form(fields);
	expect(form != NULL && field_count(form) == 2 && post_form(form) == OK);
	for (const char *s = "helo"; *s; s++)
		expect(form_driver(form, *s) == OK);
	form_driver(form, REQ_PREV_CHAR);
	form_driver(form, REQ_INS_MODE);
	form_driver(form, 'l');
	form_driver(form, REQ_VALIDATION);
	expect(strncmp(field_buffer(fields[0], 0), "hello     ", 10) == 0);
	form_driver(form, REQ_BEG_FIELD);
	form_driver(form, REQ_DEL_CHAR);
	form_driver(form, REQ_NEXT_FIELD);
	expect(strncmp(field_buffer(fields[0], 0), "ello ", 5) == 0 && current_field(form) == fields[1]);
	form_driver(form, '9');
	form_driver(form, '9');
	expect(form_driver(form, REQ_VALIDATION) == E_INVALID_FIELD);
	form_driver(form, REQ_CLR_FIELD);
	form_driver(form, '4');
	expect(form_driver(form, REQ_VALIDATION) == OK && atoi(field_buffer(fields[1], 0)) == 4);
	expect(form_driver(form, 'x') == OK && form_driver(form, REQ_VALIDATION) == E_INVALID_FIELD);
	unpost_form(form);
	free_form(form);
	free_field(fields[0]);
	free_field(fields[1]);
}

static void dump_and_restore(void)
{
	erase();
	mvaddstr(9, 9, "kept");
	refresh();
	expect(scr_dump("screen.dump") == OK);
	erase();
	refresh();
	expect(cell(curscr, 9, 9) == ' ');
	expect(scr_restore("screen.dump") == OK);
	doupdate();
	expect(cell(curscr, 9, 9) == 'k');
	remove("screen.dump");
}

static void resizing(void)
{
	expect(resizeterm(30, 100) == OK && LINES == 30 && COLS == 100 && getmaxx(stdscr) == 100);
	expect(mvaddch(29, 99, 'c') == OK || cell(stdscr, 29, 99) == 'c');
	expect(resizeterm(24, 80) == OK && mvaddch(29, 99, 'c') == ERR);
	expect(wresize(stdscr, 24, 80) == OK);
}

static void second_screen(SCREEN *first)
{
	FILE *other_output = tmpfile();
	SCREEN *second = newterm("vt100", other_output, stdin);

	expect(second != NULL && !has_colors() && strcmp(termname(), "vt100") == 0);
	mvaddch(1, 1, '2');
	refresh();
	endwin();
	expect(set_term(first) == second && has_colors());
	expect(cell(stdscr, 1, 1) != '2');
	delscreen(second);
	set_term(first);
	fclose(other_output);
}

static void test(const char *name, void (*body)(void))
{
	wrong = NULL;
	erase();
	body();
	failures += wrong != NULL;
	printf("%s: screen: %s\n", wrong ? "FAIL" : "PASS", name);
}

static SCREEN *first;

static void two_screens(void)
{
	second_screen(first);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	screen_output = tmpfile();
	if (screen_output == NULL || pipe(keys) != 0)
		return 2;
	setenv("LINES", "24", 1);
	setenv("COLUMNS", "80", 1);
	first = newterm("xterm-256color", screen_output, fdopen(keys[0], "r"));
	if (first == NULL) {
		printf("FAIL: screen: newterm\n");
		return 1;
	}
	test("size", screen_size);
	test("text and cells", text_and_cells);
	test("attributes and colours", attributes_and_colours);
	test("windows", windows);
	test("inserting, deleting and scrolling lines", moving_lines);
	test("pads", pads);
	test("wide characters", wide_characters);
	test("bytes to the terminal", bytes_to_the_terminal);
	test("keys and escape sequences", keys_and_escapes);
	test("capabilities and parameters", capabilities);
	test("panels", panels);
	test("menus", menus);
	test("forms", forms);
	test("dump and restore", dump_and_restore);
	test("resizing", resizing);
	test("two screens", two_screens);
	endwin();
	delscreen(first);
	return failures != 0;
}
