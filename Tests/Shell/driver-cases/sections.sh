# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# What a program tells about itself, and that it tells the same wherever it was linked.

cat >forks.c <<'END'
#include <setjmp.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
static jmp_buf place;
int main(void)
{
	int status = 0;
	if (!setjmp(place))
		longjmp(place, 1);
	if (!fork())
		_exit(7);
	wait(&status);
	printf("%d\n", WEXITSTATUS(status));
	return 0;
}
END
cat >threads.c <<'END'
#include <pthread.h>
#include <stdio.h>
static _Thread_local int value = 3;
static void *work(void *out) { *(int *)out = ++value; return 0; }
int main(void)
{
	pthread_t thread;
	int result = 0;
	if (pthread_create(&thread, 0, work, &result) || pthread_join(thread, 0)) return 1;
	printf("%d %d\n", result, value);
	return 0;
}
END
check "a program that forks links" $T-gcc -O2 forks.c -o forks
section forks apkfarm.abi >abi
prints "its section" "version=1
fork=1
asyncify=1
threads=0
exceptions=1
max-memory=1073741824
contains=libc.a" cat abi
runs "it forks under the runner" 7 ./forks
check "a program with threads links" $T-gcc -O2 threads.c -o threads
section threads apkfarm.abi >abi
prints "its section says so" "threads=1" grep threads abi
prints "... and that it does not fork" "fork=0" grep fork abi
runs "its threads run" "4 3" ./threads
check "the one that forks is valid with exactly the interface's features" is_valid forks
check "the one with threads is, too" is_valid threads
"$toolchain/libexec/wasm-tools" print forks >text
prints "only fork is asyncified upon" ok sh -c "grep -q 'export \"asyncify_start_unwind\"' text && echo ok"
for name in _start __indirect_function_table __stack_pointer __tls_base __wasm_init_tls; do
	check "$name is exported" grep -q "export \"$name\"" text
done
check "memory is imported, shared, with the common maximum" \
	grep -q '(import "env" "memory" (memory .* 16384 shared))' text
check "APKFARM_MAX_MEMORY sets another" sh -c "APKFARM_MAX_MEMORY=2147483648 $T-gcc threads.c -o large"
section large apkfarm.abi >abi
prints "... and the section says so" "max-memory=2147483648" grep max-memory abi
check "custom sections are the two that stay" sh -c "$T-objdump -h forks | awk '{ print \$2 }' >names &&
	grep -q '^name$' names && ! grep -Eq 'producers|debug|target_features|linking' names"

mkdir -p here "there/a much longer path"
cp forks.c here
cp forks.c "there/a much longer path"
check "two links from different folders" sh -c "(cd here && $T-gcc -g -O2 forks.c -o forks) &&
	(cd 'there/a much longer path' && TMPDIR=\$PWD $T-gcc -g -O2 forks.c -o forks)"
check "... give the same bytes" cmp here/forks "there/a much longer path/forks"
check "... without a path of this machine" sh -c "! grep -qe '$work' -e /tmp/ here/forks"
check "shared libraries too" sh -c "echo 'int f(void) { return 1; }' | tee here/l.c >'there/a much longer path/l.c' &&
	(cd here && $T-gcc -g -shared l.c -o l.so) && (cd 'there/a much longer path' && $T-gcc -g -shared l.c -o l.so) &&
	cmp here/l.so 'there/a much longer path/l.so'"
