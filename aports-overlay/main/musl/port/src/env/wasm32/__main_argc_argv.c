/*
 * clang calls main(int, char **) __main_argc_argv, and main(void) also
 * __main_void. This member is taken from libc.a only where the former is
 * missing; a main of three arguments needs crt3.o (crt/wasm32).
 */
int __main_void(void);

int __main_argc_argv(int argc, char **argv)
{
	return __main_void();
}
