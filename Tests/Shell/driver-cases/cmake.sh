# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# A package of cmake with two shared libraries.

cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.10)
project(probe C)
include(CheckFunctionExists)
include(CheckSymbolExists)
include(CheckIncludeFile)
include(CheckTypeSize)
include(TestBigEndian)
find_package(Threads REQUIRED)
check_function_exists(fork FORK)
check_function_exists(made_up MADE_UP)
check_symbol_exists(strlcpy string.h STRLCPY)
check_include_file(sys/epoll.h EPOLL)
check_type_size(long LONG)
test_big_endian(BIG)
add_library(low SHARED low.c)
set_target_properties(low PROPERTIES VERSION 2.1.0 SOVERSION 2)
add_library(high SHARED high.c)
target_link_libraries(high PRIVATE low)
add_executable(prog prog.c)
target_link_libraries(prog high Threads::Threads)
file(WRITE ${CMAKE_BINARY_DIR}/answers "fork=${FORK} made_up=${MADE_UP} strlcpy=${STRLCPY} epoll=${EPOLL} long=${LONG} big=${BIG} id=${CMAKE_C_COMPILER_ID} pointer=${CMAKE_SIZEOF_VOID_P}\n")
install(TARGETS prog low high)
END
echo 'int low(int a) { return a + 1; }' >low.c
echo 'int low(int); int high(int a) { return low(a) * 2; }' >high.c
cat >prog.c <<'END'
#include <stdio.h>
int high(int);
int main(void) { printf("%d\n", high(5)); return 0; }
END
check "cmake configures" cmake -S . -B build -DCMAKE_TOOLCHAIN_FILE="$toolchain/share/wasm32.cmake" \
	-DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr
prints "cmake's answers" "fork=1 made_up= strlcpy=1 epoll=1 long=4 big=0 id=Clang pointer=4" cat build/answers
check "cmake builds" cmake --build build
runs "the program runs" 12 build/prog
check "cmake installs" env DESTDIR="$PWD/root" cmake --install build
prints "the library's section" "soname=liblow.so.2" section root/usr/lib/liblow.so.2 apkfarm.library
