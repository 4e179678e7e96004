/*
 * For a main of three arguments, which clang leaves under the name "main". The
 * linker's driver adds this file when __main_void stays undefined. The asm
 * label hides the name from LLVM, which rewrites calls of "main".
 */
extern char **__environ;

int main_of_three(int, char **, char **) __asm__("main");

int __main_argc_argv(int argc, char **argv)
{
	return main_of_three(argc, argv, __environ);
}
