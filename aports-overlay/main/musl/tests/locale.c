/* Locales, multibyte characters, character classes, iconv. */
#define _GNU_SOURCE
#include "check.h"
#include <ctype.h>
#include <iconv.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <wchar.h>
#include <wctype.h>

static void choosing(void)
{
	struct lconv *format;
	locale_t locale, old;

	CHECK("locale: starts as C", !strcmp(setlocale(LC_ALL, NULL), "C"));
	CHECK("locale: C.UTF-8", setlocale(LC_ALL, "C.UTF-8") && MB_CUR_MAX >= 4 && !strcmp(nl_langinfo(CODESET), "UTF-8"));
	format = localeconv();
	CHECK("locale: localeconv", !strcmp(format->decimal_point, ".") && !*format->thousands_sep && !*format->currency_symbol);
	locale = newlocale(LC_ALL_MASK, "C", NULL);
	old = uselocale(locale);
	CHECK("locale: newlocale and uselocale", locale && old && uselocale(NULL) == locale);
	uselocale(old);
	CHECK("locale: isalpha_l", isalpha_l('a', locale) && !isdigit_l('a', locale) && toupper_l('a', locale) == 'A');
	CHECK("locale: strcoll and strxfrm", strcoll("a", "b") < 0 && strxfrm(NULL, "abc", 0) >= 3);
	freelocale(locale);
	CHECK("locale: day and month names", !strcmp(nl_langinfo(DAY_1), "Sunday") && !strcmp(nl_langinfo(ABMON_12), "Dec") &&
		!strcmp(nl_langinfo(RADIXCHAR), "."));
}

static void multibyte(void)
{
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
	static const wchar_t expected[] = { 'a', 0xe9, 0x20ac, 0x1f600, 0 };
	wchar_t wide[10], one = 0;
	char bytes[20];
	mbstate_t state = { 0 };
	const char *from = text;

	CHECK("locale: mbstowcs", mbstowcs(wide, text, 10) == 4 && !wcscmp(wide, expected));
	CHECK("locale: wcstombs", wcstombs(bytes, expected, sizeof bytes) == 10 && !strcmp(bytes, text));
	CHECK("locale: mbrtowc in parts", mbrtowc(&one, "\xe2", 1, &state) == (size_t)-2 && mbrtowc(&one, "\x82", 1, &state) == (size_t)-2 &&
		mbrtowc(&one, "\xac", 1, &state) == 1 && one == 0x20ac);
	CHECK("locale: mbsrtowcs", mbsrtowcs(wide, &from, 10, &state) == 4 && !from);
	CHECK("locale: bad sequences", mbtowc(&one, "\xff", 1) == -1 && mbtowc(&one, "\xc0\x80", 2) == -1 &&
		mbtowc(&one, "\xed\xa0\x80", 3) == -1 && errno == EILSEQ);
	CHECK("locale: wctomb and mblen", wctomb(bytes, 0x20ac) == 3 && mblen("\xe2\x82\xac", 3) == 3 && wctob('x') == 'x' && btowc('y') == 'y');
}

static void classes(void)
{
	CHECK("locale: ASCII classes", isalpha('z') && isdigit('0') && isspace('\t') && ispunct('!') && isxdigit('F') && iscntrl(1) &&
		isgraph('~') && !isprint(127) && isblank(' ') && toupper('q') == 'Q' && tolower('Q') == 'q');
	CHECK("locale: wide classes", iswalpha(0xe9) && iswupper(0xc9) && iswlower(0xe9) && iswspace(0x2003) && !iswalpha(0x20ac) && iswprint(0x20ac));
	CHECK("locale: wide case", towupper(0xe9) == 0xc9 && towlower(0x416) == 0x436 && towupper(0x3c9) == 0x3a9);
	CHECK("locale: wctype", iswctype('5', wctype("digit")) && !iswctype('x', wctype("digit")) && towctrans('a', wctrans("toupper")) == 'A');
	CHECK("locale: wcwidth", wcwidth('a') == 1 && wcwidth(0x4e00) == 2 && wcwidth(0x301) == 0 && wcswidth(L"a\x4e00", 2) == 3);
}

static void wide(void)
{
	wchar_t text[40], *end, *rest;
	FILE *file;

	CHECK("locale: swprintf", swprintf(text, 40, L"%ls %d %s %lc", L"w\xe9", 5, "b\xc3\xa9", 0x20ac) == 9 && !wcscmp(text, L"w\xe9 5 b\xe9 \x20ac"));
	CHECK("locale: wcstol and wcstod", wcstol(L"123x", &end, 10) == 123 && *end == 'x' && wcstod(L"1.5", NULL) == 1.5);
	CHECK("locale: wcsstr, wcschr, wcstok", wcsstr(L"hello", L"llo") && wcschr(L"abc", 'b') && !wcscmp(wcstok(wcscpy(text, L"a b"), L" ", &rest), L"a"));
	file = fopen("wide", "w+");
	CHECK("locale: fputws", file && fwide(file, 1) > 0 && fputws(L"\xe9\x20ac\n", file) >= 0 && fwprintf(file, L"%d\n", 7) == 2);
	rewind(file);
	CHECK("locale: fgetws and fwscanf", fgetws(text, 40, file) && !wcscmp(text, L"\xe9\x20ac\n") && fgetwc(file) == '7');
	fclose(file);
}

static bool converts(const char *to, const char *from, const char *text, size_t size, const char *expected, size_t expected_size)
{
	char room[64], *in = (char *)text, *out = room;
	size_t left = sizeof room;
	iconv_t conversion = iconv_open(to, from);
	bool good = conversion != (iconv_t)-1 && iconv(conversion, &in, &size, &out, &left) != (size_t)-1 && size == 0 &&
		sizeof room - left == expected_size && !memcmp(room, expected, expected_size);

	if (conversion != (iconv_t)-1)
		iconv_close(conversion);
	return good;
}

static void conversion(void)
{
	char bad[] = "a\xff", *in = bad, room[16], *out = room;
	size_t size = 2, left = sizeof room;
	iconv_t utf = iconv_open("UTF-16LE", "UTF-8");

	CHECK("locale: iconv latin1", converts("UTF-8", "ISO-8859-1", "\xe9", 1, "\xc3\xa9", 2) && converts("ISO-8859-1", "UTF-8", "\xc3\xa9", 2, "\xe9", 1));
	CHECK("locale: iconv UTF-16", converts("UTF-16LE", "UTF-8", "a\xf0\x9f\x98\x80", 5, "a\0\x3d\xd8\0\xde", 6));
	CHECK("locale: iconv shift-jis and euc-jp", converts("UTF-8", "SHIFT_JIS", "\x82\xa0", 2, "\xe3\x81\x82", 3) &&
		converts("UTF-8", "EUC-JP", "\xa4\xa2", 2, "\xe3\x81\x82", 3));
	CHECK("locale: iconv stops at bad input", iconv(utf, &in, &size, &out, &left) == (size_t)-1 && errno == EILSEQ && in == bad + 1);
	iconv_close(utf);
	CHECK("locale: iconv of an unknown set", iconv_open("no-such-set", "UTF-8") == (iconv_t)-1 && errno == EINVAL);
}

int main(void)
{
	choosing();
	multibyte();
	classes();
	wide();
	conversion();
	return check_status();
}
