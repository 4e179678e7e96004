# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# Questions, compiling, and the tools under their cross names. No libc is needed.

prints "-dumpmachine is the triplet" "$T" $T-gcc -dumpmachine
mentions "--version names clang" "clang version $llvm" $T-gcc --version
mentions "-v without files names the target" "Target: wasm32-unknown-linux-musl" $T-cc -v
prints "-dumpversion is one number" ok sh -c "$T-gcc -dumpversion | grep -Eq '^[0-9.]+$' && echo ok"
prints "-print-prog-name=ld is our linker" "$toolchain/bin/$T-ld" $T-gcc -print-prog-name=ld
prints "-print-sysroot is the sysroot" "$APKFARM_SYSROOT" $T-gcc -print-sysroot
check "-print-libgcc-file-name is a file" sh -c "test -f \"\$($T-gcc -print-libgcc-file-name)\""
mentions "the linker passes for a GNU one" GNU $T-ld -v
mentions "libtool finds elf among the targets" "supported targets:" $T-ld --help
mentions "meson finds the linker through the compiler" "LLD $llvm" $T-gcc -Wl,--version
refuses "no input files" "no input files" $T-gcc -O2
refuses "-m64 is refused" "no 64-bit form" $T-gcc -m64 -c x.c
refuses "an unknown linker option is refused" "unrecognized option" $T-gcc -Wl,--no-such-option x.o

cat >unit.c <<'END'
#ifndef __linux__
#error
#endif
_Thread_local int per_thread;
int answer(int a) { per_thread = a; return VALUE + a; }
END
check "-c compiles" $T-gcc -O2 -DVALUE=4 -c unit.c -o unit.o
check "the object is wasm" sh -c "$T-objdump -h unit.o | grep -q 'file format wasm'"
mentions "symbols are visible" "T answer" $T-nm unit.o
check "flags of ELF builds are accepted" $T-gcc -fPIC -fPIE -fstack-protector-strong -fstack-clash-protection \
	-pthread -pipe -flto=auto -m32 -rdynamic -DVALUE=1 -c unit.c -o ignored.o
check "-MD -MF -MT write dependencies" sh -c "$T-gcc -DVALUE=1 -MD -MP -MF unit.d -MT there -c unit.c -o unit.o &&
	grep -q '^there: unit.c' unit.d"
prints "-E reads standard input" "int x = 3;" sh -c "echo 'int x = X;' | $T-gcc -DX=3 -E -P -x c -"
prints "cpp works with file names" "int x = 4;" sh -c "echo 'int x = 4;' >in.c && $T-cpp -P in.c out.i && cat out.i"
echo "-DVALUE='7' -c  unit.c" >arguments
check "response files are read" $T-gcc @arguments -o response.o
check "as assembles" sh -c "echo '.globl x' | $T-as -o assembled.o -"
refuses "a call without a declaration is an error" "implicit" sh -c \
	"echo 'int f(void) { return g(); }' | $T-gcc -x c -c -o implicit.o -"
check "... but not in the C of 1989, where the link looks at its type" sh -c \
	"echo 'int f(void) { return g(); }' | $T-gcc -std=gnu89 -x c -c -o implicit.o -"
check "C++ compiles" sh -c "echo 'struct s { ~s(); }; void f(); int g() { s x; try { f(); } catch (int i) { return i; }
	return 0; }' | $T-g++ -x c++ -c -o cxx.o -"
mentions "C++ catches what it throws" "	try" sh -c "echo 'void f(); int g() { try { f(); } catch (int) { return 1; }
	return 0; }' | $T-g++ -x c++ -S -o - -"
cat >versions.c <<'END'
int table_2[2] = { 1, 2 };
int wait_1(int x) { return x; }
int wait_4(int x) { return x + 1; }
__asm__(".symver wait_1,wait@LIB_0.1");
__asm__(".symver wait_4 , wait@@LIB_0.4");
__asm__(".symver table_2, table@@LIB_0.4");
END
check "a default version of a symbol is an alias" sh -c "$T-gcc -O2 -MD -c versions.c -o versions.o && $T-nm versions.o >names &&
	[ \"\$(grep -c ' T wait$' names)\" = 1 ] && grep -q ' D table$' names && grep -q '^versions.o: versions.c' versions.d"
prints "... of the newest one" "$(printf 'wait\nwait_4')" sh -c "$T-nm versions.o |
	awk '\$3 == \"wait\" { at = \$1 } { of[\$3] = \$1 } END { for (name in of) if (of[name] == at && name ~ /^wait/) print name }' | sort"
check "ar and ranlib make an archive" sh -c "$T-ar cr libunit.a unit.o && $T-ranlib libunit.a && $T-ar t libunit.a"
check "... that is the same later, and when dates are asked for" sh -c "cp libunit.a first.a && rm libunit.a &&
	touch -d @1000000000 unit.o && $T-ar -rcUs libunit.a unit.o && $T-ranlib -U libunit.a && cmp libunit.a first.a &&
	rm libunit.a && $T-ar cqU libunit.a unit.o && $T-ranlib libunit.a && cmp libunit.a first.a"
check "-pedantic-errors says nothing of functions without a prototype, as gcc's" sh -c \
	"echo 'int main() { return 0; }' | $T-gcc -pedantic-errors -Wall -Wextra -Werror -x c -c -o pedantic.o -"
refuses "... but the warning can be asked for" "prototype" sh -c \
	"echo 'int main() { return 0; }' | $T-gcc -pedantic -Wstrict-prototypes -Werror -x c -c -o pedantic.o -"
mkdir -p quoted bracketed machines/usr/include/own machines/usr/lib
echo '#define VALUE 1' >quoted/place.h
echo '#define VALUE 2' >bracketed/place.h
printf '#include "place.h"\nint quoted = VALUE;\n#undef VALUE\n#include <place.h>\nint bracketed = VALUE;\n' >order.c
prints "-I- leaves the folders before it to quotes" "$(printf 'int quoted = 1;\nint bracketed = 2;')" \
	$T-gcc -Iquoted -I- -I bracketed -E -P order.c
echo '#define PLACE sysroot' >machines/usr/include/own/place.h
echo '#define PLACE before' >machines/usr/include/stdio.h
echo '#define PLACE first' >quoted/stdio.h
prints "-I/usr/include/… is the sysroot's" "sysroot" sh -c "printf '#include <place.h>\nPLACE\n' |
	$T-gcc --sysroot=\$PWD/machines -I/usr/include/own -E -P -x c -"
prints "... and -I/usr/include changes no order, as gcc's" "first" sh -c "printf '#include <stdio.h>\nPLACE\n' |
	$T-gcc --sysroot=\$PWD/machines -I/usr/include -isystem quoted -E -P -x c -"
prints "... a sysroot below /usr/lib stays itself" "-I/usr/lib/farm/root/usr/include" sh -c \
	"$T-gcc --sysroot=/usr/lib/farm/root -I/usr/lib/farm/root/usr/include -c -### unit.c 2>&1 |
	grep -o '[^ \"]*-I[\" ]*/usr/lib/farm/root[^\" ]*' | tr -d '\" '"
check "ld -r joins objects" sh -c "$T-gcc -DVALUE=1 -Danswer=other -Dper_thread=o -c unit.c -o other.o &&
	$T-ld -r -nostdlib -o joined.o unit.o other.o && $T-nm joined.o | grep -q 'T other'"
check "cc -r -nostdlib joins objects" $T-gcc -r -nostdlib -o joined.o unit.o other.o
check "objects carry no path of the building folder" sh -c \
	"$T-gcc -g -DVALUE=1 -c unit.c -o debug.o && ! grep -q '$work' debug.o"
prints "config.sub knows the triplet" "$T" "$toolchain/share/config.sub" "$T"
prints "config.guess says wasm32 where uname does" wasm32-unknown-linux-musl sh -c "mkdir -p machine &&
	printf '#!/bin/sh\necho wasm32\n' >machine/uname && chmod +x machine/uname &&
	PATH=$PWD/machine:\$PATH \"$toolchain/share/config.guess\""
prints "config.sub leaves others to Debian's" x86_64-pc-linux-gnu "$toolchain/share/config.sub" x86_64-linux
refuses "an ELF file is named as such" "ELF" $T-gcc -shared -o no.so /bin/true
