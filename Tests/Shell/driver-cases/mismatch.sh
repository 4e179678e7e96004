# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# A function called with another type than its definition's is a trap at run time: the link fails.

echo 'long f(int a, int b) { return a + b; }' >definition.c
echo 'long f(long long); int main(void) { return f(1); }' >call.c
refuses "a mismatch fails the link" "function called with another type than it is defined with: f" \
	$T-gcc definition.c call.c -o no
mentions "... with the type of the definition" "defined as (i32, i32) -> i32" sh -c "$T-gcc definition.c call.c -o no 2>&1 || :"
mentions "... with the type of the call" "defined as (i64) -> i32" sh -c "$T-gcc definition.c call.c -o no 2>&1 || :"
refuses "... and names the way out" APKFARM_ALLOW_MISMATCH $T-gcc definition.c call.c -o no
check "... and leaves no program" test ! -e no
refuses "a library is no exception" "another type" $T-gcc -shared definition.c call.c -o no.so
check "a named function is let through" env APKFARM_ALLOW_MISMATCH="g f" $T-gcc definition.c call.c -o yes
refuses "another name is not" "another type" env APKFARM_ALLOW_MISMATCH="g ff" $T-gcc definition.c call.c -o no
check "a star lets all through" env APKFARM_ALLOW_MISMATCH='*' $T-gcc definition.c call.c -o yes
cp call.c conftest.c
check "configure's probes are exempt" $T-gcc definition.c conftest.c -o conftest
echo 'char nothing_has_this(); int main(void) { return nothing_has_this(); }' >conftest.c
refuses "... but must find the function" "undefined symbol: nothing_has_this" $T-gcc conftest.c -o conftest

# Where the result alone differs, every native interface lets the call work, and an adapter does here.
cat >results.c <<'END'
int last;
void nothing(int a, double b) { last = a + (int)b; }
int value(int a) { return last += a; }
long long wide(void) { return 1LL << 40; }
END
cat >uses.c <<'END'
extern int last;
int nothing(int, double);
void value(int);
void wide(void);
int main(void) { if (nothing(3, 4.0)) return 1; value(10); wide(); return last; }
END
check "a result on one side only is adapted" $T-gcc results.c uses.c -o adapted
runs_status() { "$RUNNER" ./adapted; [ $? = "$1" ]; }
if [ -x "$RUNNER" ]; then check "... both ways, and called with what was meant" runs_status 17; fi
mentions "... not without a word" "a result that is there on one side only: nothing" sh -c \
	"$T-gcc results.c uses.c -o adapted 2>&1"
check "... and exports nothing for it" sh -c "! $T-nm adapted | grep -q 'export.*nothing'"
check "a library's call is adapted in the program" sh -c "sed 's/main/library/' uses.c >library.c &&
	$T-gcc -shared results.c library.c -o libresults.so 2>log && echo 'int library(void); int main(void) { return library(); }' >m.c &&
	$T-gcc m.c libresults.so -o adapted"
if [ -x "$RUNNER" ]; then check "... and does the same" runs_status 17; fi
echo 'double nothing(int, double); int main(void) { return nothing(1, 2.0) > 0; }' >other.c
echo 'int nothing(int a, double b) { return a + (int)b; }' >integer.c
refuses "results of two types stay an error" "another type" $T-gcc integer.c other.c -o no
