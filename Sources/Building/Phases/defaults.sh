# shellcheck shell=dash
# The environment of a recipe: abuild's variables, for wasm32. What the farm
# may set from outside is SOURCE_DATE_EPOCH, JOBS and FARM_PKGREL.

umask 022

unset farm_machine CDPATH ENV BASH_ENV
farm_machine=$(/usr/bin/uname -m)
CBUILD=$farm_machine-alpine-linux-musl
CBUILD_ARCH=$farm_machine
CHOST=wasm32-alpine-linux-musl
CTARGET=$CHOST
CARCH=wasm32
CTARGET_ARCH=$CARCH
CLIBC=musl
CTARGET_LIBC=musl
CBUILDROOT=/sysroot
CROSS_COMPILE=$CHOST-
export CBUILD CHOST CTARGET CBUILDROOT CROSS_COMPILE
: "$CBUILD_ARCH" "$CTARGET_ARCH" "$CLIBC" "$CTARGET_LIBC"

PATH=/farm/phases/bin:/farm/toolchain/bin:/usr/sbin:/usr/bin:/sbin:/bin
HOME=/build/home
TMPDIR=/tmp
SHELL=/bin/sh
LC_ALL=C
LANG=C
TZ=UTC
TERM=dumb
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1767225600}
GIT_CEILING_DIRECTORIES=/build
export PATH HOME TMPDIR SHELL LC_ALL LANG TZ TERM SOURCE_DATE_EPOCH GIT_CEILING_DIRECTORIES

CC=$CHOST-gcc
CXX=$CHOST-g++
CPP="$CHOST-gcc -E"
LD=$CHOST-ld
AR=$CHOST-ar
RANLIB=$CHOST-ranlib
NM=$CHOST-nm
STRIP=$CHOST-strip
OBJCOPY=$CHOST-objcopy
OBJDUMP=$CHOST-objdump
READELF=$CHOST-readelf
PKG_CONFIG=$CHOST-pkg-config
export CC CXX CPP LD AR RANLIB NM STRIP OBJCOPY OBJDUMP READELF PKG_CONFIG

CFLAGS="-O2 -Wformat -Werror=format-security"
CXXFLAGS=$CFLAGS
CPPFLAGS=
LDFLAGS=
export CFLAGS CXXFLAGS CPPFLAGS LDFLAGS
# __FILE__ and debugging sections name sources without the build's folder. Not in CFLAGS: programs print those.
CCC_OVERRIDE_OPTIONS="# +-ffile-prefix-map=/build/src/="
# The sandbox's root is no user who could spoil anything: GNU's configure scripts need not refuse it.
FORCE_UNSAFE_CONFIGURE=1
# As large as Linux gives a program's first thread: parsers and evaluators recurse (jq's suite wants 5 MiB of it).
APKFARM_STACK=8388608
export CCC_OVERRIDE_OPTIONS FORCE_UNSAFE_CONFIGURE APKFARM_STACK

# For programs that a build compiles to run itself, by each of the names in use.
HOSTCC=build-gcc HOSTCXX=build-g++ HOSTLD=ld HOSTCFLAGS=-O2 HOSTCXXFLAGS=-O2 HOSTCPPFLAGS="" HOSTLDFLAGS=""
BUILD_CC=build-gcc BUILD_CXX=build-g++ BUILD_CFLAGS=-O2
BUILDCC=build-gcc BUILDCXX=build-g++ BUILDLD=ld BUILDCFLAGS=-O2 BUILDCXXFLAGS=-O2 BUILDCPPFLAGS="" BUILDLDFLAGS=""
CC_FOR_BUILD=build-gcc CXX_FOR_BUILD=build-g++ CFLAGS_FOR_BUILD=-O2
export HOSTCC HOSTCXX HOSTLD HOSTCFLAGS HOSTCXXFLAGS HOSTCPPFLAGS HOSTLDFLAGS
export BUILD_CC BUILD_CXX BUILD_CFLAGS
export BUILDCC BUILDCXX BUILDLD BUILDCFLAGS BUILDCXXFLAGS BUILDCPPFLAGS BUILDLDFLAGS
export CC_FOR_BUILD CXX_FOR_BUILD CFLAGS_FOR_BUILD

JOBS=${JOBS:-1}
MAKEFLAGS=-j$JOBS
SAMUFLAGS=-j$JOBS
CMAKE_BUILD_PARALLEL_LEVEL=$JOBS
CTEST_PARALLEL_LEVEL=$JOBS
export JOBS MAKEFLAGS SAMUFLAGS CMAKE_BUILD_PARALLEL_LEVEL CTEST_PARALLEL_LEVEL

# Build systems: what they look for is in the sysroot, what they run is not.
# One file: configure scripts of autoconf 2.62 to 2.69 take a list for a name.
CONFIG_SITE=/farm/phases/config.site
CMAKE_TOOLCHAIN_FILE=/farm/toolchain/share/wasm32.cmake
CMAKE_GENERATOR=Ninja
CTEST_OUTPUT_ON_FAILURE=ON
CTEST_NO_TESTS_ACTION=error
PKG_CONFIG_LIBDIR=/sysroot/usr/lib/pkgconfig:/sysroot/usr/share/pkgconfig
PKG_CONFIG_SYSROOT_DIR=/sysroot
PERL_MM_USE_DEFAULT=1
export CONFIG_SITE CMAKE_TOOLCHAIN_FILE CMAKE_GENERATOR CTEST_OUTPUT_ON_FAILURE CTEST_NO_TESTS_ACTION
export PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR PERL_MM_USE_DEFAULT

startdir=/build/recipe
srcdir=/build/src
pkgbasedir=/build/pkg
tmpdir=/build/tmp
SRCDEST=/farm/distfiles
sharedir=/farm/toolchain/share
: "$startdir" "$srcdir" "$pkgbasedir" "$tmpdir" "$SRCDEST" "$sharedir"

# What needs the network or changes the recipe is not for a build.
fetch() {
	die "fetch is refused: a build has no network; the farm has fetched and verified the sources"
}

snapshot() {
	die "snapshot is refused: a build has no network"
}

checksum() {
	:
}
