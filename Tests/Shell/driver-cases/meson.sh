# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# A package of meson with two shared libraries and a test that meson runs.

cat >meson.build <<'END'
project('probe', 'c', version: '1.0')
cc = meson.get_compiler('c')
foreach name : ['fork', 'strlcpy', 'made_up', 'epoll_create1']
  message('has @0@: @1@'.format(name, cc.has_function(name)))
endforeach
message('long: @0@'.format(cc.sizeof('long')))
message('as-needed: @0@'.format(cc.has_link_argument('-Wl,--as-needed')))
message('made-up: @0@'.format(cc.has_link_argument('-Wl,--made-up')))
low = shared_library('low', 'low.c', version: '2.1.0', install: true)
high = shared_library('high', 'high.c', link_with: low, install: true)
program = executable('program', 'program.c', link_with: high,
  dependencies: [cc.find_library('m'), dependency('threads')])
test('program', program)
END
echo 'int low(int a) { return a + 1; }' >low.c
echo 'int low(int); int high(int a) { return low(a) * 2; }' >high.c
echo 'int high(int); int main(void) { return high(5) != 12; }' >program.c
if ! command -v meson >/dev/null; then
	skip "meson (not installed)"
elif [ ! -x "$RUNNER" ]; then
	skip "meson (no runner)"
else
	# without a terminal meson has no colours, and its answers are plain lines
	meson setup build --cross-file "$toolchain/share/wasm32.meson" -Dprefix=/usr >answers 2>&1 || :
	for line in 'has fork: true' 'has strlcpy: true' 'has made_up: false' 'has epoll_create1: true' 'long: 4' \
		'as-needed: true' 'made-up: false'; do
		check "meson: $line" grep -q "^Message: $line" answers
	done
	check "meson builds" ninja -C build
	check "meson's test runs as wasm" meson test -C build
	prints "the library's section" "soname=liblow.so.2" section build/liblow.so.2 apkfarm.library
fi
