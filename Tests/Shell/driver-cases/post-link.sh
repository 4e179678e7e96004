# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# binaryen's steps: which of them run, and the cache of their results.

cat >jumps.c <<'END'
#include <setjmp.h>
#include <stdio.h>
#include <unistd.h>
static jmp_buf place;
static void leave(void) { longjmp(place, 5); }
int main(void)
{
	int value = setjmp(place);
	if (!value)
		leave();
	if (value == 6 && fork())
		return 1;
	printf("%d\n", value);
	return 0;
}
END
verbose_link() {
	APKFARM_CC_VERBOSE=1 $T-gcc "$@" 2>&1 | grep wasm-opt | tail -n 1
}
steps() {
	verbose_link "$@" | grep -o -e '"-O2"' -e '--asyncify"' -e '--translate-to-exnref' | tr -d '"\n'
}
echo 'int main(void) { return 0; }' >plain.c
echo '#include <unistd.h>
int main(void) { return fork(); }' >forks.c
prints "a plain program is optimised" "-O2" steps plain.c -o plain
prints "a program that forks gets asyncify in between" "-O2--asyncify-O2" steps forks.c -o forks
prints "exceptions are translated last" "-O2--asyncify-O2--translate-to-exnref" steps jumps.c -o jumps
APKFARM_SKIP_ASYNCIFY=1
export APKFARM_SKIP_ASYNCIFY
prints "APKFARM_SKIP_ASYNCIFY leaves it away" "-O2--translate-to-exnref" steps jumps.c -o jumps
prints "... and the section says so" "asyncify=0" sh -c \
	"llvm-objcopy-$llvm --dump-section=apkfarm.abi=abi jumps ignored && grep asyncify abi"
unset APKFARM_SKIP_ASYNCIFY
cp jumps.c conftest.c
prints "a probe is only translated" "--translate-to-exnref" steps conftest.c -o conftest
runs "... and runs" 5 ./conftest
cp plain.c conftest.c
prints "a probe without exceptions stays as it is" "" steps conftest.c -o conftest
runs "longjmp arrives" 5 ./jumps

mkdir cache
APKFARM_LINK_CACHE=$PWD/cache
export APKFARM_LINK_CACHE
check "with a cache" $T-gcc -O2 jumps.c -o first
check "... the result is kept" sh -c 'ls cache/*.wasm'
prints "... and taken" "" verbose_link -O2 jumps.c -o second
check "... the same bytes" cmp first second
check "a torn entry is made anew" sh -c "for f in cache/*.wasm; do : >\$f; done; $T-gcc -O2 jumps.c -o third && cmp first third"
unset APKFARM_LINK_CACHE
refuses "a missing binaryen is named" "cannot start" env APKFARM_WASM_OPT=/nowhere/wasm-opt $T-gcc plain.c -o no
check "nothing temporary stays behind" sh -c "mkdir t && TMPDIR=\$PWD/t $T-gcc jumps.c -o j &&
	! TMPDIR=\$PWD/t $T-gcc jumps.c -lnowhere -o j && rmdir t"
