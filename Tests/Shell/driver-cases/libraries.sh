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
# gnulib's functions are in a library and in the archive of its programs
cat >own.c <<'END'
int low(int a) { return a + 100; }
int own(int a) { return low(a); }
END
cat >both.c <<'END'
#include <stdio.h>
int low(int), high(int), own(int);
int main(void) { printf("%d %d %d\n", low(1), high(1), own(1)); return 0; }
END
check "a member of an archive and a library may define one symbol" sh -c "$T-gcc -c own.c -o own.o &&
	$T-ar cr libown.a own.o && $T-gcc both.c -Lhigh -Llow -lhigh -llow libown.a -o both"
runs "... and the program's wins" "101 110 101" ./both

# a variable of every thread's own, in another library; wasm-ld -r alone refuses it
echo '_Thread_local int everyones = 5;' >tls-owner.c
cat >tls-user.c <<'END'
extern _Thread_local int everyones;
int used(void) { int was = everyones++; return was == 5 ? 15 : was; }
END
cat >tls.c <<'END'
#include <pthread.h>
#include <stdio.h>
int used(void);
static void *other(void *into) { *(int *)into = used(); return into; }
int main(void)
{
	pthread_t thread;
	int there = 0, here = used();
	pthread_create(&thread, 0, other, &there);
	pthread_join(thread, 0);
	printf("%d %d %d\n", here, there, used());
	return 0;
}
END
check "a library uses a thread-local variable of another one" sh -c "
	$T-gcc -shared tls-owner.c -Wl,-soname,libowner.so -o libowner.so &&
	$T-gcc -c tls-user.c -o tls-user.o && $T-ar cr libtls.a tls-user.o &&
	$T-gcc -shared -Wl,--whole-archive libtls.a -Wl,--no-whole-archive -L. -lowner -o libuser.so &&
	$T-gcc tls.c libuser.so -L. -o tls"
runs "... in each thread its own" "15 15 6" ./tls

# C++'s library, here a small one: shared libraries name it, programs of C take it
cp -a "$APKFARM_SYSROOT" with-cxx
rm -f with-cxx/usr/lib/libc++*
cat >cxx.c <<'END'
int cxx_used(void) __asm__("_ZSt4usedv");
int cxx_used(void) { return 42; }
int cxx_unused(void) __asm__("_ZSt6unusedv");
int cxx_unused(void) { return 43; }
END
cat >throws.cc <<'END'
namespace std { int used(); }
extern "C" int plain() { return std::used(); }
END
cat >plain.c <<'END'
#include <stdio.h>
int plain(void);
int main(void) { printf("%d\n", plain()); return 0; }
END
echo 'int nothing;' >nothing.c
check "a shared library of C++ names C++'s" sh -c "$T-gcc -c cxx.c -o cxx.o && $T-ar cr with-cxx/usr/lib/libc++.a cxx.o &&
	$T-gcc -c nothing.c -o nothing.o && $T-ar cr with-cxx/usr/lib/libc++abi.a nothing.o &&
	APKFARM_SYSROOT=$PWD/with-cxx $T-g++ -nostdinc++ -shared -nostdlib throws.cc -lstdc++ -lm -Wl,-soname,libthrows.so.1 \
	-o libthrows.so"
prints "... and does not contain it" "soname=libthrows.so.1
needed=libc++.a
needed=libc++abi.a" section libthrows.so apkfarm.library
check "a program of C takes it from there" env APKFARM_SYSROOT="$PWD/with-cxx" $T-gcc plain.c libthrows.so -o plain
runs "... and runs" 42 ./plain
check "a library of C does not name C++'s" sh -c "APKFARM_SYSROOT=$PWD/with-cxx $T-gcc -shared low/low.c -o libplain.so"
prints "... in its section" "soname=libplain.so" section libplain.so apkfarm.library
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
