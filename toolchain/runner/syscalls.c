/* Dispatch: a table made from ../syscalls.tsv (see syscalls.awk) says for each
 * number whether the call is forwarded with its arguments checked, translated
 * by a function sys_NAME, or refused. */
#include "memory.h"

enum way { UNKNOWN_CALL, REFUSED_CALL, FORWARDED_CALL, TRANSLATED_CALL };
enum kind { NONE, INT, UNSIGNED, STRING, BUFFER, BUFFER_BEFORE, ARRAY_BEFORE, VALUE_RESULT, POINTER };
struct argument { uint8_t kind; u16 size; };
struct call {
	const char *name;
	uint8_t way;
	bool never_restarts;
	short host;
	struct argument arguments[6];
	long (*run)(const u32 *);
};

#define REFUSED(number, name)
#define FORWARDED(number, name, host, ...)
#define TRANSLATED(number, name, never) long sys_##name(const u32 *a);
#include "syscalls.inc"
#undef REFUSED
#undef FORWARDED
#undef TRANSLATED

#define REFUSED(number, name) [number] = { #name, REFUSED_CALL, false, 0, { { 0, 0 } }, 0 },
#define FORWARDED(number, name, host, ...) \
	[number] = { #name, FORWARDED_CALL, false, host, { __VA_ARGS__ }, 0 },
#define TRANSLATED(number, name, never) [number] = { #name, TRANSLATED_CALL, never, 0, { { 0, 0 } }, sys_##name },
static const struct call calls[] = {
#include "syscalls.inc"
};
enum { CALLS = sizeof calls / sizeof *calls, FUTEX_TIME64 = 422 };

const char *system_call_name(u32 number)
{
	return number < CALLS && calls[number].name ? calls[number].name : "unknown";
}

/* Calls that end with EINTR whatever SA_RESTART says. */
bool never_restarts(u32 number, const u32 *a)
{
	if (number == FUTEX_TIME64) return a[3] != 0;   /* has a time limit */
	return number < CALLS && calls[number].never_restarts;
}

/* One argument as the host wants it. Null stays null: what it means is the kernel's to say. */
static int translate(const struct argument *form, const u32 *a, int i, long *out)
{
	u32 value = a[i], length;
	u64 size;
	switch (form->kind) {
	case INT: *out = (i32)value; return 0;
	case UNSIGNED: *out = value; return 0;
	case STRING: size = 1; break;           /* the kernel stops at the zero or at a missing page */
	case BUFFER: size = a[i + 1]; break;
	case BUFFER_BEFORE: size = a[i - 1]; break;
	case ARRAY_BEFORE: size = (i32)a[i - 1] > 0 ? 4ull * a[i - 1] : 0; break;
	case VALUE_RESULT:
		length = 0;
		if (value) TRY(copy_in(&length, a[i + 1], 4));
		size = length;
		break;
	default: size = form->size; break;
	}
	void *address = 0;
	RANGE_OR_NULL(address, value, size);
	*out = (long)address;
	return 0;
}

static long forward(const struct call *call, const u32 *a)
{
	long h[6] = { 0 };
	for (int i = 0; i < 6 && call->arguments[i].kind; i++) TRY(translate(&call->arguments[i], a, i, &h[i]));
	return SLEEPING(call->host, h[0], h[1], h[2], h[3], h[4], h[5]);
}

long system_call(u32 number, const u32 *a)
{
	const struct call *call = number < CALLS ? &calls[number] : &calls[CALLS - 1];
	if (number < CALLS && call->way == FORWARDED_CALL) return forward(call, a);
	if (number < CALLS && call->way == TRANSLATED_CALL) return call->run(a);
	if (settings.trace) say("%s: system call %u (%s) is not there", program.path, number, system_call_name(number));
	return -ENOSYS;
}
