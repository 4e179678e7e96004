# Start files: crt1.o for main with up to two arguments, crt3.o beside it for
# main(argc, argv, envp). Position-independent start files have no meaning.
CRT_OBJS = obj/crt/wasm32/crt1.o obj/crt/wasm32/crt3.o
SHARED_LIBS =
