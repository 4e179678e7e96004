# cmake -DCMAKE_TOOLCHAIN_FILE=…/toolchain/share/wasm32.cmake
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR wasm32)

get_filename_component(apkfarm_toolchain "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(apkfarm_tool "${apkfarm_toolchain}/bin/wasm32-alpine-linux-musl")
set(CMAKE_C_COMPILER "${apkfarm_tool}-gcc")
set(CMAKE_CXX_COMPILER "${apkfarm_tool}-g++")
set(CMAKE_ASM_COMPILER "${apkfarm_tool}-gcc")
set(CMAKE_AR "${apkfarm_tool}-ar" CACHE FILEPATH "")
set(CMAKE_RANLIB "${apkfarm_tool}-ranlib" CACHE FILEPATH "")
set(CMAKE_NM "${apkfarm_tool}-nm" CACHE FILEPATH "")
set(CMAKE_STRIP "${apkfarm_tool}-strip" CACHE FILEPATH "")
set(CMAKE_OBJCOPY "${apkfarm_tool}-objcopy" CACHE FILEPATH "")
set(CMAKE_OBJDUMP "${apkfarm_tool}-objdump" CACHE FILEPATH "")
set(CMAKE_LINKER "${apkfarm_tool}-ld" CACHE FILEPATH "")
# try_run() and tests start wasm programs by the runner, also where the kernel does not.
set(CMAKE_CROSSCOMPILING_EMULATOR "${apkfarm_tool}-run" CACHE FILEPATH "")
set(PKG_CONFIG_EXECUTABLE "${apkfarm_tool}-pkg-config" CACHE FILEPATH "")

# Headers and libraries come from the sysroot, programs from the machine that builds.
if(DEFINED ENV{APKFARM_SYSROOT})
	set(CMAKE_FIND_ROOT_PATH "$ENV{APKFARM_SYSROOT}")
else()
	set(CMAKE_FIND_ROOT_PATH "${apkfarm_toolchain}/sysroot")
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Shared libraries are objects that the program's link takes in: nothing is looked for at run time.
set(CMAKE_SKIP_RPATH ON CACHE BOOL "")
