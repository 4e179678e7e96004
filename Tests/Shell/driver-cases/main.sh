# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# Programs with each form of main; what a program may import.

for form in 'int main(void)' 'int main()' 'int main(int c, char **v)' 'int main(int c, char *const *v)' \
	'int main(c, v) int c; char **v;' 'int main(int c, char **v, char **e)'; do
	{
		echo '#include <stdio.h>'
		echo "$form { puts(\"here\"); return 0; }"
	} >program.c
	check "'$form' links" $T-gcc -std=gnu17 -w -O2 program.c -o program
	runs "'$form' runs" here ./program
	check "'$form' links out of an archive" sh -c "rm -f libprogram.a; $T-gcc -std=gnu17 -w -c program.c &&
		$T-ar cr libprogram.a program.o && $T-gcc -L. -lprogram -o program"
	runs "'$form' runs out of an archive" here ./program
done
cat >arguments.c <<'END'
#include <stdio.h>
int main(int count, char **words, char **environment)
{
	printf("%d %s %s\n", count, words[2], *environment ? "environment" : "none");
	return 0;
}
END
check "main with environment links" $T-gcc arguments.c -o arguments
runs "arguments and environment arrive" "3 two environment" ./arguments one two
refuses "another main is refused" "main must return int" sh -c "echo 'void main(void) {}' | $T-gcc -w -x c - -o no"
refuses "no main is refused" "undefined symbol: main" sh -c "echo 'int x;' | $T-gcc -x c - -o no"
check "source from standard input links" sh -c "echo 'int main(void) { return 0; }' | $T-gcc -x c - -o standard"
check "the output may be a device" sh -c "echo 'int main(void) { return 0; }' | $T-gcc -x c - -o /dev/null &&
	test -c /dev/null"
check "several sources link at once" sh -c "echo 'int f(void) { return 5; }' >f.c &&
	echo 'int f(void); int main(void) { return f(); }' >m.c && $T-gcc m.c f.c -o both"
check "-MD at a link names the program" sh -c "$T-gcc -MD m.c f.c -o both.program && grep -q '^both.program:' both.d"
refuses "another import than the interface's is refused" "would import env.made_up" sh -c "echo '
	__attribute__((import_module(\"env\"), import_name(\"made_up\"))) void made_up(void);
	int main(void) { made_up(); return 0; }' | $T-gcc -x c - -o no"
refuses "features outside the interface are refused" "tail-call" $T-gcc -Xclang -target-feature -Xclang +tail-call \
	arguments.c -o no
check "simd is part of the interface" $T-gcc -msimd128 arguments.c -o simd
refuses "C++ programs say what is missing" "libc++" sh -c \
	"echo 'int main() {}' | $T-g++ --sysroot=/nowhere -x c++ - -o no"
check "programs are valid with exactly the interface's features" is_valid program
check "... with simd" is_valid simd
