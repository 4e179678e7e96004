/* The linker's messages. A call with another type than the function's definition is only a warning of wasm-ld,
 * and a trap when it is reached: here it fails the link, but where an adapter helps (adapters.c), and for configure's
 * probes, which declare every function as `char f()`. */
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

/* Is the result all that differs, a value on one side and nothing on the other?
 * The lines are `>>> defined as (i32, i32) -> void in FILE`. */
static bool has_adapter(const char *message)
{
	static const char before[] = ">>> defined as ", between[] = " -> ";
	const char *params[2], *results[2];
	size_t lengths[2];
	int found = 0;

	for (const char *at = message; (at = strstr(at, before)); found++) {
		if (found == 2)
			return false;
		params[found] = at += strlen(before);
		at = strstr(at, between);
		if (!at)
			return false;
		lengths[found] = (size_t)(at - params[found]);
		results[found] = at + strlen(between);
	}
	return found == 2 && lengths[0] == lengths[1] && !strncmp(params[0], params[1], lengths[0]) &&
		starts(results[0], "void ") != starts(results[1], "void ");
}

/* The end of a message: the following lines that start with ">>>" belong to it. */
static const char *message_end(const char *message)
{
	const char *end = strchr(message, '\n');

	while (end && starts(end + 1, ">>>"))
		end = strchr(end + 1, '\n');
	return end ? end + 1 : message + strlen(message);
}

void report_link_messages(const struct command *command, const char *messages, bool failed, struct list *adapted)
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
		if (has_adapter(name)) {
			fprintf(stderr, "%s: warning: a result that is there on one side only: %s", program_name, name);
			add(adapted, copy_part(name, strcspn(name, "\n")));
			continue;
		}
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
