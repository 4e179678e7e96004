/* Response files: @FILE stands for the words in the file, quoted as gcc reads them. */
#include "driver.h"
#include <ctype.h>

static char *next_word(const struct bytes *text, size_t *at)
{
	struct bytes word = {0};
	char quote = 0;

	while (*at < text->size && isspace(text->data[*at]))
		++*at;
	if (*at == text->size)
		return NULL;
	for (; *at < text->size; ++*at) {
		char c = (char)text->data[*at];
		if (c == '\\' && *at + 1 < text->size)
			c = (char)text->data[++*at];
		else if (quote && c == quote) {
			quote = 0;
			continue;
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
			continue;
		} else if (!quote && isspace((unsigned char)c))
			break;
		add_bytes(&word, &c, 1);
	}
	add_bytes(&word, "", 1);
	return (char *)word.data;
}

static void expand(struct list *into, const char *argument, int depth)
{
	struct bytes text;
	char *word;
	size_t at = 0;

	if (argument[0] != '@' || !read_file(argument + 1, &text)) {
		add(into, argument);
		return;
	}
	if (depth > 32)
		fail("%s: response files include each other", argument);
	while ((word = next_word(&text, &at)))
		expand(into, word, depth + 1);
}

struct list expand_responses(char **arguments)
{
	struct list all = {0};

	add(&all, "");
	all.count = 0;
	for (; *arguments; arguments++)
		expand(&all, *arguments, 0);
	return all;
}
