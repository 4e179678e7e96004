/* The linker's messages. A call with another type than the function's definition is only a warning of wasm-ld,
 * and a trap when it is reached: here it fails the link, but for configure's probes, which declare every
 * function as `char f()`. */
#include "driver.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_allowed(const char *name)
{
	const char *allowed = setting("APKFARM_ALLOW_MISMATCH", "");
	char *words = copy_text(allowed), *rest;

	if (!strcmp(allowed, "*"))
		return true;
	for (char *word = strtok_r(words, " \t\n,", &rest); word; word = strtok_r(NULL, " \t\n,", &rest))
		if (!strcmp(word, name))
			return true;
	return false;
}

/* The end of a message: the following lines that start with ">>>" belong to it. */
static const char *message_end(const char *message)
{
	const char *end = strchr(message, '\n');

	while (end && starts(end + 1, ">>>"))
		end = strchr(end + 1, '\n');
	return end ? end + 1 : message + strlen(message);
}

void report_link_messages(const struct command *command, const char *messages, bool failed)
{
	static const char warning[] = "warning: function signature mismatch: ";
	struct list mismatches = {0};

	for (const char *at = messages; *at;) {
		const char *end = message_end(at);
		char *message = copy_part(at, (size_t)(end - at));
		const char *found = strstr(message, warning);
		at = end;
		if (!found) {
			fputs(message, stderr);
			continue;
		}
		const char *name = found + strlen(warning);
		if (is_probe(command) || is_allowed(copy_part(name, strcspn(name, "\n"))))
			continue;
		if (!contains(&mismatches, name))
			add(&mismatches, name);
	}
	for (size_t i = 0; i < mismatches.count; i++) {
		fprintf(stderr, "%s: error: function called with another type than it is defined with: %s", program_name,
			mismatches.items[i]);
		if (starts(mismatches.items[i], "main\n"))
			fputs("main must return int and take no, two or three arguments.\n", stderr);
	}
	if (!mismatches.count)
		return;
	fputs("The call would trap. Declare the function as it is defined (a missing #include or an old-style\n"
		"declaration is the usual cause), or name it in APKFARM_ALLOW_MISMATCH if it is never called.\n", stderr);
	if (!failed)
		exit(1);
}
