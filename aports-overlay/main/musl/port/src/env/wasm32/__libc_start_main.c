/*
 * Differs from the generic file in three points: constructors are called by
 * wasm-ld's __wasm_call_ctors, the host gives no auxiliary vector (made here:
 * malloc takes its secret from AT_RANDOM, programs call getauxval), and
 * there is no dynamic linker that could have prepared anything.
 */
#include <elf.h>
#include <poll.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include <stdlib.h>
#include <sys/random.h>
#include "syscall.h"
#include "atomic.h"
#include "libc.h"

static void dummy1(void *p) {}
weak_alias(dummy1, __init_ssp);

void __wasm_call_ctors(void);

static size_t auxv[20];
static unsigned char random_bytes[16];

static void init_auxv(int uid, int euid, int gid, int egid)
{
	size_t i = 0;
	__syscall(SYS_getrandom, random_bytes, sizeof random_bytes, GRND_NONBLOCK);
#define AUX(key, value) (auxv[i++] = (key), auxv[i++] = (size_t)(value))
	AUX(AT_PAGESZ, PAGE_SIZE);
	AUX(AT_RANDOM, random_bytes);
	AUX(AT_UID, uid);
	AUX(AT_EUID, euid);
	AUX(AT_GID, gid);
	AUX(AT_EGID, egid);
	AUX(AT_SECURE, uid != euid || gid != egid);
	AUX(AT_CLKTCK, 100);
#undef AUX
	libc.auxv = auxv;
	libc.page_size = PAGE_SIZE;
}

/* A program with other rights than its user's must have descriptors 0 to 2. */
static void open_standard_files(void)
{
	struct pollfd pfd[3] = { {.fd=0}, {.fd=1}, {.fd=2} };
	if (__syscall(SYS_ppoll_time64, pfd, 3, &(long long[2]){0}, 0, _NSIG/8) < 0)
		a_crash();
	for (int i=0; i<3; i++) if (pfd[i].revents & POLLNVAL)
		if (__sys_open("/dev/null", O_RDWR) < 0) a_crash();
}

int __libc_start_main(int (*main)(int,char **,char **), int argc, char **argv,
	void (*init)(void), void (*fini)(void), void (*ldso_fini)(void))
{
	char **envp = argv+argc+1;
	char *pn = argc > 0 && argv[0] ? argv[0] : "";
	int uid = __syscall(SYS_getuid), euid = __syscall(SYS_geteuid);
	int gid = __syscall(SYS_getgid), egid = __syscall(SYS_getegid);

	__environ = envp;
	init_auxv(uid, euid, gid, egid);
	__progname = __progname_full = pn;
	for (size_t i=0; pn[i]; i++) if (pn[i]=='/') __progname = pn+i+1;

	__init_tls(auxv);
	__init_ssp(random_bytes);
	if (uid != euid || gid != egid) {
		open_standard_files();
		libc.secure = 1;
	}
	__wasm_call_ctors();
	exit(main(argc, argv, envp));
	return 0;
}
