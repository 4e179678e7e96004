/*
 * Differs from the generic file only in the call: linux.fork returns twice, so
 * it is an import of its own. Only programs that link this file import it,
 * so that the need to fork is visible from outside.
 */
#include <unistd.h>
#include <signal.h>
#include "syscall.h"
#include "libc.h"
#include "lock.h"
#include "pthread_impl.h"
#include "fork_impl.h"

__attribute__((__import_module__("linux"), __import_name__("fork")))
int __wasm_fork(void);

pid_t _Fork(void)
{
	pid_t ret;
	sigset_t set;
	__block_all_sigs(&set);
	LOCK(__abort_lock);
	ret = __wasm_fork();
	__post_Fork(ret);
	__restore_sigs(&set);
	return __syscall_ret(ret);
}
