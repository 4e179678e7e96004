/* Signals. The host's handler only notes a signal; the guest's handler is
 * called when a system call returns (imports.c). Until then all signals are
 * blocked in the host, so that the kernel queues what follows, in its order,
 * and nothing is overwritten. Everything goes through the bare rt_sigaction and
 * rt_sigprocmask: glibc keeps signals 32 and 33 for itself, musl uses them.
 *
 * SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGTRAP ("faults") belong to the engine,
 * which turns them into traps; their host handler is never taken away and they
 * are never blocked there. Sent by kill() they are noted like any other. */
#include <stdio.h>
#include <sys/resource.h>
#include <ucontext.h>
#include "memory.h"
#include "structures.h"

extern char interruptible_begin[], interruptible_end[], interruptible_abort[];
extern char guarded_begin[], guarded_end[], guarded_abort[];
void signal_return(void);

enum { RESTORER = 0x04000000, SIGNALS = 64 };
#define BIT(signal) (1ull << ((signal) - 1))
static const u64 faults = BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGILL) | BIT(SIGFPE) | BIT(SIGTRAP);

struct guest_action actions[65];

bool is_fault(int signal) { return faults >> (signal - 1) & 1; }
u64 host_mask(u64 mask) { return mask & ~faults; }
void set_host_mask(u64 mask) { syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8); }

u64 block_all(void)
{
	u64 all = ~faults, old = 0;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, 8);
	return old;
}

static greg_t *instruction_pointer(void *context)
{
	return &((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
}

static void note_signal(int signal, siginfo_t *info, void *context)
{
	if (!current) return;
	struct pending_signals *p = &current->signals;
	p->info[signal] = *info;
	p->taken |= BIT(signal);
	p->any = 1;
	if (!is_fault(signal)) *(u64 *)&((ucontext_t *)context)->uc_sigmask |= ~faults;
	if (settings.epochs) wasmtime_engine_increment_epoch(engine);
	greg_t *ip = instruction_pointer(context);
	if (*ip >= (greg_t)interruptible_begin && *ip < (greg_t)interruptible_end)
		*ip = (greg_t)interruptible_abort;
}

static int host_action(int signal, void *handler, u64 flags, struct kernel_action *old)
{
	struct kernel_action new = { handler, flags | RESTORER, (void *)signal_return, ~faults };
	return syscall(SYS_rt_sigaction, signal, &new, old, 8) ? -errno : 0;
}

/* The engine's own handler comes first and passes on what is not a trap. */
static void fault(int signal, siginfo_t *info, void *context)
{
	greg_t *ip = instruction_pointer(context);
	if (*ip >= (greg_t)guarded_begin && *ip < (greg_t)guarded_end)
		*ip = (greg_t)guarded_abort;
	else if (info->si_code <= 0)
		note_signal(signal, info, context);
	else    /* in a library call for the guest, say a copy into a guard page: it ends as a native one */
		host_action(signal, SIG_DFL, 0, 0);
}

void start_signals(void)
{
	struct kernel_action old;
	u64 mask = 0;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, 0, &mask, 8);
	for (int s = 1; s <= SIGNALS; s++) {
		if (is_fault(s)) host_action(s, (void *)fault, SA_SIGINFO | SA_ONSTACK | SA_NODEFER, &old);
		else if (syscall(SYS_rt_sigaction, s, 0, &old, 8)) continue;
		if (old.handler == (void *)SIG_IGN) actions[s].handler = 1;
	}
	current->signals.mask = mask;
	set_host_mask(host_mask(mask));
}

void set_mask(u64 mask)
{
	u64 host = host_mask(mask);
	current->signals.mask = mask;
	/* not made if a signal waits: then all are blocked until that is taken */
	SLEEPING(SYS_rt_sigprocmask, SIG_SETMASK, &host, 0, 8, 0, 0);
	/* a fault's signal that was sent while it was blocked may be due now */
	if (current->signals.taken) current->signals.any = 1;
}

void leave_signals(void)
{
	block_all();
	for (int s = 1; s <= SIGNALS; s++)
		if (is_fault(s) && actions[s].handler == 1) host_action(s, SIG_IGN, 0, 0);
	set_host_mask(current->signals.mask);
}

void reenter_signals(void)
{
	for (int s = 1; s <= SIGNALS; s++)
		if (is_fault(s) && actions[s].handler == 1)
			host_action(s, (void *)fault, SA_SIGINFO | SA_ONSTACK | SA_NODEFER, 0);
	set_mask(current->signals.mask);
}

_Noreturn void die_by(int signal)
{
	struct rlimit none = { 0, 0 };
	setrlimit(RLIMIT_CORE, &none);          /* the runner's core would tell nothing */
	host_action(signal, SIG_DFL, 0, 0);
	set_host_mask(0);
	syscall(SYS_kill, getpid(), signal);
	_exit(128 + signal);
}

/* ---- calling the guest's handlers ------------------------------------------------- */

/* Moves the shadow stack to the alternate one; returns what it was, or 0. */
static u32 enter_alternate_stack(u32 flags)
{
	if (!(flags & SA_ONSTACK) || !current->alternate_size || !current->has_stack_pointer) return 0;
	wasmtime_val_t value;
	wasmtime_global_get(current->context, &current->stack_pointer, &value);
	u32 old = (u32)value.of.i32;
	if (old - current->alternate_stack <= current->alternate_size) return 0;
	value.of.i32 = (i32)((current->alternate_stack + current->alternate_size) & ~15u);
	wasmtime_global_set(current->context, &current->stack_pointer, &value);
	return old;
}

static void leave_alternate_stack(u32 old)
{
	wasmtime_val_t value = { .kind = VALUE_I32, .of.i32 = (i32)old };
	if (old) wasmtime_global_set(current->context, &current->stack_pointer, &value);
}

static wasm_trap_t *call_handler(int signal, const siginfo_t *info, struct guest_action action)
{
	const siginfo_t *outer = current->handled;
	u64 old = current->signals.mask;
	if (settings.trace > 1) say("[%d] signal %d, handler %u", getpid(), signal, action.handler);
	current->handled = info;
	set_mask(old | action.mask | (action.flags & SA_NODEFER ? 0 : BIT(signal)));
	u32 stack = enter_alternate_stack(action.flags);
	wasm_trap_t *trap = call_table(action.handler, signal, 0);
	current->handled = outer;
	if (trap) return trap;          /* siglongjmp has set the mask and the stack itself */
	leave_alternate_stack(stack);
	set_mask(old);
	return 0;
}

/* Takes a noted signal that the guest does not block and leaves all blocked;
 * 0 and the guest's mask if there is none. */
static int take_signal(siginfo_t *info)
{
	struct pending_signals *p = &current->signals;
	block_all();
	u64 ready = p->taken & ~(p->mask & faults);
	int signal = ready ? __builtin_ctzll(ready) + 1 : 0;
	if (signal) {
		*info = p->info[signal];
		p->taken &= ~BIT(signal);
	}
	p->any = (ready & (ready - 1)) != 0;
	if (!signal) set_host_mask(host_mask(p->mask));
	return signal;
}

wasm_trap_t *run_handlers(bool *restart, bool *cancel, bool *ran)
{
	siginfo_t info;
	int signal;
	while (current->signals.any && (signal = take_signal(&info))) {
		struct guest_action action = actions[signal];
		if (action.handler <= 1) {      /* became ignored or the default one meanwhile */
			if (action.handler == 0 && is_fault(signal)) die_by(signal);
			if (action.handler == 0) syscall(SYS_tgkill, getpid(), gettid(), signal);
			set_mask(current->signals.mask);
			continue;
		}
		if (action.flags & SA_RESETHAND) {
			actions[signal].handler = 0;
			if (!is_fault(signal)) host_action(signal, SIG_DFL, 0, 0);
		}
		wasm_trap_t *trap = call_handler(signal, &info, action);
		if (trap) return trap;
		*ran = true;
		if (signal == 33) *cancel = true;       /* musl's SIGCANCEL looks at a flag after EINTR */
		if (!(action.flags & SA_RESTART)) *restart = false;
	}
	return 0;
}

/* ---- the end by a trap ---------------------------------------------------------------- */

static _Noreturn void die_trapped(int signal, const char *text, size_t length)
{
	static __thread bool handling;
	struct guest_action action = actions[signal];
	if (action.handler > 2 && !handling && !(current->signals.mask & BIT(signal))) {
		/* The frames are gone: the handler can clean up and exit, not return or jump. */
		siginfo_t info = { .si_signo = signal, .si_code = signal == SIGFPE ? FPE_INTDIV : SEGV_MAPERR };
		handling = true;
		wasm_trap_t *trap = call_handler(signal, &info, action);
		if (trap && current->exiting) _exit(current->exit_code);
	} else {
		say("%s: %.*s", program.path, (int)length, text);
	}
	end_thread();
	die_by(signal);
}

_Noreturn void die_of_error(wasmtime_error_t *error)
{
	wasm_byte_vec_t message;
	char text[4096];
	wasmtime_error_message(error, &message);
	size_t n = message.size < sizeof text - 1 ? message.size : sizeof text - 1;
	memcpy(text, message.data, n);
	text[n] = 0;
	/* a trap with a backtrace comes as an error too, its kind only in the text */
	int signal = strstr(text, "out of bounds memory") || strstr(text, "stack exhausted") ? SIGSEGV
		: strstr(text, "divide by zero") || strstr(text, "integer overflow") ||
			strstr(text, "conversion to integer") ? SIGFPE
		: strstr(text, "unaligned atomic") ? SIGBUS
		: strstr(text, "wasm trap") ? SIGILL : SIGABRT;
	die_trapped(signal, text, n);
}

_Noreturn void die_of_trap(wasm_trap_t *trap)
{
	static const uint8_t signals[] = {
		SIGSEGV, SIGSEGV, SIGBUS, SIGILL, SIGILL, SIGILL, SIGFPE, SIGFPE, SIGFPE, SIGILL
	};
	wasm_byte_vec_t message;
	uint8_t code = 255;
	wasm_trap_message(trap, &message);
	wasmtime_trap_code(trap, &code);
	die_trapped(code < sizeof signals ? signals[code] : SIGABRT, message.data, message.size);
}

/* ---- rt_sigaction: the rest of the signal calls is in signal_calls.c --------------------- */

long sys_rt_sigaction(const u32 *a)
{
	u32 signal = a[0];
	struct guest_sigaction in, out;
	if (a[3] != 8 || signal - 1 >= SIGNALS) return -EINVAL;
	if (a[1]) {
		TRY(copy_in(&in, a[1], sizeof in));
		if (signal == SIGKILL || signal == SIGSTOP) return -EINVAL;
	}
	struct guest_action old = actions[signal];
	if (a[1]) {
		actions[signal] = (struct guest_action){ in.handler, in.flags, in.mask[0] | (u64)in.mask[1] << 32 };
		void *handler = in.handler == 0 ? SIG_DFL : in.handler == 1 ? SIG_IGN : (void *)note_signal;
		u64 flags = in.flags & (SA_NOCLDSTOP | SA_NOCLDWAIT);
		if (!is_fault((int)signal)) TRY(host_action((int)signal, handler, flags | SA_SIGINFO | SA_ONSTACK, 0));
	}
	out = (struct guest_sigaction){ old.handler, old.flags, { (u32)old.mask, (u32)(old.mask >> 32) } };
	return a[2] ? copy_out(a[2], &out, sizeof out) : 0;
}
