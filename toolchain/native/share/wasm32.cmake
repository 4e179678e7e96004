# Instead of ../../share/wasm32.cmake: nothing is crossed.
set(CMAKE_C_COMPILER gcc)
set(CMAKE_CXX_COMPILER g++)
