/* The steps of binaryen that end a link: optimise, make fork() work in browsers (asyncify), translate the
 * legacy exceptions to exnref. Asyncify refuses exnref and nothing translates back, hence the order. Results
 * are kept by content in APKFARM_LINK_CACHE. */
#include "driver.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const features[] = {
	"--mvp-features", "--enable-mutable-globals", "--enable-nontrapping-float-to-int", "--enable-sign-ext",
	"--enable-bulk-memory", "--enable-bulk-memory-opt", "--enable-threads", "--enable-multivalue",
	"--enable-reference-types", "--enable-call-indirect-overlong", "--enable-exception-handling",
	"--enable-simd",
};

/* binaryen comes from a newer Debian: it is started through the dynamic linker of its own folder. */
static void add_program(struct list *command)
{
	const char *own = getenv("APKFARM_WASM_OPT");

	if (own && *own) {
		add(command, own);
		return;
	}
	char *folder = format("%s/libexec/binaryen", toolchain_folder());
	add(command, format("%s/lib/ld.so", folder));
	if (!is_file(command->items[0]))
		fail("%s is missing: run toolchain/setup", folder);
	add(command, "--library-path");
	add(command, format("%s/lib", folder));
	add(command, format("%s/bin/wasm-opt", folder));
}

static char *cache_file(const struct bytes *module, const struct list *passes)
{
	struct bytes parts[3] = {0};
	const char *folder = getenv("APKFARM_LINK_CACHE");

	if (!folder || !*folder)
		return NULL;
	if (!read_file(format("%s/libexec/binaryen/version", toolchain_folder()), &parts[0]))
		parts[0] = (struct bytes){0};
	for (size_t i = 0; i < passes->count; i++)
		add_bytes(&parts[1], passes->items[i], strlen(passes->items[i]) + 1);
	parts[2] = *module;
	return format("%s/%s.wasm", folder, sha256_hex(parts, 3));
}

struct bytes translate(struct bytes module, enum translation translation, bool asyncify, bool exceptions)
{
	struct list command = {0}, passes = {0};
	struct bytes result;

	if (translation == TRANSLATE_NOTHING || (translation == TRANSLATE_EXCEPTIONS && !exceptions))
		return module;
	for (size_t i = 0; i < sizeof features / sizeof *features; i++)
		add(&passes, features[i]);
	add(&passes, "-g"); /* keeps the functions' names */
	if (translation == TRANSLATE_ALL)
		add(&passes, "-O2");
	if (translation == TRANSLATE_ALL && asyncify) {
		add(&passes, "--asyncify");
		add(&passes, "--pass-arg=asyncify-imports@linux.fork");
		add(&passes, "-O2");
	}
	if (exceptions)
		add(&passes, "--translate-to-exnref");

	char *cached = cache_file(&module, &passes);
	if (cached && read_file(cached, &result) && is_wasm(result.data, result.size))
		return result;
	char *from = temporary("linked.wasm"), *to = temporary("translated.wasm");
	write_output(from, &module, false);
	add_program(&command);
	add_all(&command, &passes);
	add(&command, from);
	add(&command, "-o");
	add(&command, to);
	if (run(&command, NULL, NULL))
		fail("wasm-opt failed on the linked program (see above)");
	result = load(to);
	if (cached) {
		mkdir(getenv("APKFARM_LINK_CACHE"), 0777);
		if (!try_write_output(cached, &result, false))
			warn("cannot keep the result of the link in %s", cached);
	}
	return result;
}
