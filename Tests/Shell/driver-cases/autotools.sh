# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# A package of autoconf, automake and libtool with two shared libraries, cross compiled.

cat >configure.ac <<'END'
AC_INIT([probe], [1.0])
AM_INIT_AUTOMAKE([foreign])
AC_CONFIG_MACRO_DIRS([m4])
AM_PROG_AR
LT_INIT
AC_PROG_CC
AC_C_BIGENDIAN
AC_CHECK_HEADERS([sys/epoll.h made/up.h])
AC_CHECK_FUNCS([fork strlcpy utimes epoll_create1 made_up])
AC_CHECK_SIZEOF([long])
AC_CHECK_SIZEOF([time_t])
AC_CHECK_LIB([m], [cos])
AC_SEARCH_LIBS([pthread_create], [pthread])
AC_FUNC_MALLOC
AC_CONFIG_HEADERS([config.h])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
END
cat >Makefile.am <<'END'
ACLOCAL_AMFLAGS = -I m4
lib_LTLIBRARIES = liblow.la libhigh.la
liblow_la_SOURCES = low.c
liblow_la_LDFLAGS = -version-info 3:0:1
libhigh_la_SOURCES = high.c
libhigh_la_LIBADD = liblow.la
libhigh_la_LDFLAGS = -version-info 1:0:0 -export-symbols-regex '^high'
bin_PROGRAMS = prog
prog_SOURCES = prog.c
prog_LDADD = libhigh.la
END
echo 'int helper(int a) { return a * 2; } int low(int a) { return helper(a) + 1; }' >low.c
echo 'int low(int); int helper(int a) { return a * 3; } int high(int a) { return low(helper(a)); }' >high.c
cat >prog.c <<'END'
#include <stdio.h>
int high(int);
int main(void) { printf("%d\n", high(5)); return 0; }
END
mkdir m4
check "autoreconf" autoreconf -fi
check "configure" env CONFIG_SITE="$toolchain/share/config.site" ./configure --host=$T --build=x86_64-linux-gnu --prefix=/usr
for line in 'HAVE_FORK 1' 'HAVE_STRLCPY 1' 'HAVE_UTIMES 1' 'HAVE_EPOLL_CREATE1 1' 'HAVE_SYS_EPOLL_H 1' 'SIZEOF_LONG 4' \
	'SIZEOF_TIME_T 8' 'HAVE_LIBM 1' 'HAVE_MALLOC 1'; do
	check "configure finds $line" grep -q "^#define $line$" config.h
done
for name in HAVE_MADE_UP HAVE_MADE_UP_H WORDS_BIGENDIAN; do
	check "configure does not find $name" sh -c "! grep -q '^#define $name ' config.h"
done
check "make" make
runs "the program runs" 31 .libs/prog
check "make install" make install-strip DESTDIR="$PWD/root"
for name in liblow.so.2.1.0 liblow.so.2 liblow.so libhigh.so.1.0.0 libhigh.so.1 liblow.a; do
	check "$name is installed" test -e "root/usr/lib/$name"
done
prints "the library's section survives" "soname=libhigh.so.1
needed=liblow.so.2" section root/usr/lib/libhigh.so apkfarm.library
check "the installed libraries link" $T-gcc prog.c -Lroot/usr/lib -lhigh -o again
runs "... and run" 31 ./again
runs "the installed program runs" 31 root/usr/bin/prog
