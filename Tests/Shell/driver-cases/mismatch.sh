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
