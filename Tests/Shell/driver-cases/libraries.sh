# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# Shared libraries: one relocatable object each, found transitively at the program's link.

mkdir -p low high prefix
cat >low/low.c <<'END'
static int hidden_counter;
__attribute__((visibility("hidden"))) int helper(int a) { return a + ++hidden_counter; }
int low(int a) { return helper(a); }
int low_unused(int a) { return a * 12345; }
END
cat >high/high.c <<'END'
int low(int);
__attribute__((visibility("hidden"))) int helper(int a) { return a * 10; }
int high(int a) { return low(helper(a)); }
END
cat >program.c <<'END'
#include <stdio.h>
int high(int);
int main(void) { printf("%d\n", high(4)); return 0; }
END
check "-shared links" $T-gcc -O2 -fPIC -shared -Wl,-soname,liblow.so.2 -Wl,-z,now -o low/liblow.so.2.1 low/low.c
ln -s liblow.so.2.1 low/liblow.so.2
ln -s liblow.so.2.1 low/liblow.so
prints "the section names the library" "soname=liblow.so.2" section low/liblow.so apkfarm.library
check "a library that needs another links" $T-gcc -O2 -shared -Wl,-soname -Wl,libhigh.so.1 -o high/libhigh.so \
	high/high.c -Llow -llow -lm
prints "the section names what it needs" "soname=libhigh.so.1
needed=liblow.so.2" section high/libhigh.so apkfarm.library
check "it does not contain what it needs" sh -c "$T-nm high/libhigh.so | grep -q 'U low'"
check "a needed library is found in -L folders" $T-gcc program.c -Lhigh -Llow -lhigh -o program
runs "hidden symbols of two libraries do not meet" 41 ./program
check "... through -rpath-link" $T-gcc program.c -Lhigh -lhigh -Wl,-rpath-link,"$PWD/low" -o program
check "... through -rpath" $T-gcc program.c high/libhigh.so -Wl,-rpath,"$PWD/low:/usr/lib" -o program
mentions "a missing one is named" "liblow.so.2, needed by high/libhigh.so, not found" sh -c \
	"$T-gcc program.c -Lhigh -lhigh -o no 2>&1 || :"
check "a needed library may be named as well" $T-gcc program.c -Lhigh -Llow -lhigh -llow -o program
section program apkfarm.abi >contents
check "the program says what it contains: libraries and libc" sh -c "grep -q '^contains=libhigh.so.1$' contents &&
	grep -q '^contains=liblow.so.2$' contents && grep -q '^contains=libc.a$' contents"
check "unused functions are dropped" sh -c "! grep -q low_unused program"
check "--as-needed leaves an unused library out" sh -c "
	$T-gcc program.c -Lhigh -Llow -lhigh -Wl,--as-needed -lunused -o no 2>/dev/null && exit 1
	echo 'int unused_function(void) { return 1; }' | $T-gcc -shared -x c - -o low/libunused.so &&
	$T-gcc program.c -Lhigh -Llow -Wl,--as-needed -lunused -lhigh -o program"
section program apkfarm.abi >contents
check "... and out of the record" sh -c "! grep -q unused contents"
check "a library needs after --as-needed what it uses" $T-gcc -shared high/high.c -Lhigh -Llow -Wl,--as-needed \
	-lunused -llow -Wl,-soname,libhigh.so.1 -o high/libneeds.so
prints "... and nothing else" "soname=libhigh.so.1
needed=liblow.so.2" section high/libneeds.so apkfarm.library

echo 'INPUT ( -lhigh AS_NEEDED ( -llow ) )' >prefix/libscript.so
check "linker scripts in text name libraries" $T-gcc program.c -Lprefix -Lhigh -Llow -lscript -o program
check "libraries of the building machine are passed over" sh -c "cp /bin/true prefix/libhigh.so &&
	$T-gcc program.c -Lprefix -Lhigh -Llow -lhigh -o program"
refuses "a missing library is named" "cannot find -lnowhere" $T-gcc program.c -lnowhere -o no
check "-static takes the archive" sh -c "$T-gcc -c low/low.c -o low.o && $T-ar cr low/liblow.a low.o &&
	$T-gcc -Dhelper=other -c high/high.c -o high.o && $T-ar cr high/libhigh.a high.o &&
	$T-gcc -static program.c -Lhigh -Llow -lhigh -llow -o program"
check "-Bstatic and -Bdynamic switch" $T-gcc program.c -Lhigh -Llow -Wl,-Bstatic -lhigh -Wl,-Bdynamic -llow -o program
check "gcc's own libraries need not exist" $T-gcc program.c high.o low.o -lgcc -lgcc_s -latomic -lc -o program

cat >names.map <<'END'
LOW_1 { global: low; low_p*; local: *; };
END
echo 'int low(void) { return 1; } int low_public(void) { return 2; } int other(void) { return 3; }' >versions.c
check "a version script hides the rest" sh -c "
	$T-gcc -shared -Wl,--version-script=names.map versions.c -o libversions.so &&
	$T-nm libversions.so >symbols && grep -q 'T low$' symbols && grep -q 'T low_public' symbols &&
	grep -q 't other' symbols"
echo 'int low(int a) { return a; }' >again.c
refuses "two libraries with one symbol are an error" "duplicate symbol: low" sh -c "
	$T-gcc -shared again.c -o libagain.so && $T-gcc program.c -Lhigh -Llow -lhigh libagain.so -llow -o no"
check "a program's own definition wins over a library's" $T-gcc program.c again.c -Lhigh -Llow -lhigh -llow -o program
runs "... in the library too" 40 ./program
check "... and leaves the library as it was" sh -c "$T-nm low/liblow.so | grep -q 'T low$'"
refuses "two objects with one symbol are an error" "duplicate symbol: low" $T-gcc program.c again.c low.o -Lhigh -Llow \
	-lhigh -llow -o no
check "an archive goes into a library as a whole if asked" sh -c "
	$T-gcc -shared -Wl,--whole-archive low/liblow.a -Wl,--no-whole-archive -o libwhole.so &&
	$T-nm libwhole.so | grep -q 'T low$'"
mkdir -p root/usr/lib/pkgconfig
cat >root/usr/lib/pkgconfig/low.pc <<'END'
prefix=/usr
Name: low
Description: a test
Version: 2.1
Libs: -L${prefix}/lib/low -llow
Cflags: -I${prefix}/include/low
END
prints "pkg-config looks into the sysroot only" "-I$PWD/root/usr/include/low -L$PWD/root/usr/lib/low -llow" sh -c \
	"APKFARM_SYSROOT=$PWD/root $T-pkg-config --cflags --libs low | sed 's/ *$//'"
refuses "... not at the machine's own" "zlib" sh -c "APKFARM_SYSROOT=$PWD/root $T-pkg-config --print-errors --exists zlib"
