# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# strip and objcopy: what goes, what stays, and that objects can still be linked.

echo 'int table[] = {1, 2, 3}; int pick(int a) { return table[a]; }' >pick.c
cat >program.c <<'END'
#include <stdio.h>
int pick(int);
int main(void) { printf("%d\n", pick(2)); return 0; }
END
$T-gcc -g -O2 -c pick.c program.c
$T-ar cr libpick.a pick.o
$T-gcc -g -shared -Wl,-soname,libpick.so.1 pick.o -o libpick.so
size() {
	wc -c <"$1"
}
shrinks() {
	before=$(size "$1")
	$T-strip ${2:+"$2"} "$1"
	[ "$(size "$1")" -lt "$before" ]
}
check "strip makes an object smaller" shrinks program.o -g
check "... an archive" shrinks libpick.a --strip-debug
check "... a shared library" shrinks libpick.so ""
prints "the library's section stays" "soname=libpick.so.1" section libpick.so apkfarm.library
check "the archive links" $T-gcc program.o libpick.a -o program
runs "... and runs" 3 ./program
check "the library links" $T-gcc program.o -L. -l:libpick.so -o program
chmod 751 program
check "objcopy takes the names out" $T-objcopy --only-keep-debug program program.debug
check "strip takes them off" shrinks program ""
check "objcopy says where they are" $T-objcopy --add-gnu-debuglink=program.debug program
prints "... in the section that tools read" "program.debug" sh -c \
	"llvm-objcopy-$llvm --dump-section=external_debug_info=link program ignored && tail -c 13 link"
prints "permissions stay" 751 stat -c %a program
check "the interface's section stays" section program apkfarm.abi
runs "the stripped program runs" 3 ./program
check "it is valid" is_valid program
refuses "what is not wasm is refused" "not recognized" $T-strip program.c
check "-s at the link leaves the names away" sh -c "$T-gcc -s program.o libpick.a -o small &&
	! $T-objdump -h small | grep -q ' name '"
