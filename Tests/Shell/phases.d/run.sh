# shellcheck shell=sh
# Order of phases, environment, what one phase leaves to the next.
# shellcheck disable=SC2016,SC2034,SC2154

recipe sequence <<'EOR'
source="https://example.org/data-$pkgver.txt local.txt renamed.txt::https://example.org/data-1.0.txt"
options="!check"
prepare() { default_prepare; counted=1; export shared=2; }
build() { test "$counted" = 1; pwd >where; cat "$srcdir"/local.txt "$srcdir"/data-1.0.txt >got; }
check() { false; }
package() { test -z "$counted"; test "$shared" = 2; install -Dm644 got "$pkgdir"/usr/share/order/got; }
EOR
printf 'local\n' >"$build/recipe/local.txt"
cp "$work/distfiles/data-1.0.txt" "$work/distfiles/renamed.txt"
expect "all phases in one call" phase unpack prepare build check package
expect "phases are announced" test "$(grep -c '^>>> sequence: [a-z]*$' "$build/log")" -eq 5
expect "build runs in builddir" grep -qx /build/src/sequence-1.0 "$build/src/sequence-1.0/where"
holds sequence usr/share/order/got
expect "a second time, one call a phase" phase unpack
for step in prepare build check package; do
	expect "phase $step alone" phase "$step"
done
holds sequence usr/share/order/got
field sequence pkgver 1.0
field sequence arch wasm32
field sequence origin sequence

recipe environment <<'EOR'
build() {
	test "$CARCH $CTARGET_ARCH $CHOST" = "wasm32 wasm32 wasm32-alpine-linux-musl"
	test "$CBUILD" = "$CBUILD_ARCH-alpine-linux-musl"
	test "$CC $AR $HOSTCC $CC_FOR_BUILD" = "$CHOST-gcc $CHOST-ar build-gcc build-gcc"
	test "$(umask) $LC_ALL $TZ $HOME $JOBS" = "0022 C UTC /build/home 1"
	cross_compiling
	want_check
	patch --version | grep -q "GNU patch"
	tar --version | grep -q "GNU tar"
}
package() { mkdir -p "$pkgdir"; depends=something; }
depends="a"
EOR
expect "abuild's variables" phase build package
field environment depends a

recipe plainnames <<'EOR'
build() {
	gcc a.c -o x
	ar rcs lib.a x.o
	sh -c 'cc -c b.c; c99 c.c; nm x'
	test "$(uname -m)" = wasm32
	test "$(sh -c 'uname -m')" = wasm32
	sh -c '$CC_FOR_BUILD -x c - -o native' <<-END
		int main(void) { return 0; }
	END
	./native
}
package() { mkdir -p "$pkgdir"; }
depends=x
EOR
for tool in gcc cc ar nm; do
	printf '#!/bin/sh\necho "cross %s $*" >>/build/tools\n' "$tool" >"$work/toolchain/bin/wasm32-alpine-linux-musl-$tool"
	chmod +x "$work/toolchain/bin/wasm32-alpine-linux-musl-$tool"
done
expect "tools by their plain names are the cross tools" phase build
expect "each of them" test "$(tr '\n' ' ' <"$build/tools")" = "cross gcc a.c -o x cross ar rcs lib.a x.o \
cross cc -c b.c cross gcc -std=c99 c.c cross nm x "

recipe fails <<'EOR'
build() { echo before; false; echo after; }
package() { :; }
EOR
refused "fails: build failed" build
expect "stops at the first failing command" sh -c '! grep -q after "$1"' sh "$build/log"
refused "unknown phase 'install'" install
refused "no network" fetch
refused "no network" snapshot
expect "checksum does nothing" phase checksum

recipe missing <<'EOR'
source="https://example.org/none.tar.gz"
package() { :; }
EOR
refused "none.tar.gz is not among the fetched files" unpack
recipe options <<'EOR'
options="!chek suid custom:thing"
package() { mkdir -p "$pkgdir"; }
depends=x
EOR
expect "an unknown option is no failure" phase unpack
expect "it is said, and only it" test "$(grep -c "unknown option '!chek'" "$build/log")" -eq 1
expect "known ones are not" sh -c '! grep -qe suid -e custom "$1"' sh "$build/log"

recipe number <<'EOR'
provides="other=$pkgver-r$pkgrel"
package() { install -Dm644 /dev/null "$pkgdir"/usr/share/x; }
EOR
FARM_PKGREL=3001
expect "published release" phase package
unset FARM_PKGREL
field number pkgrel 3001
field number provides other=1.0-r3001

recipe own <<'EOR'
source="https://example.org/own-1.0.tar.gz"
unpack() { default_unpack; mv "$srcdir"/own-1.0/file "$srcdir"/moved; }
package() { install -Dm644 "$srcdir"/moved "$pkgdir"/usr/share/moved; }
EOR
mkdir -p "$work/own-1.0" && echo content >"$work/own-1.0/file"
tar -C "$work" -czf "$work/distfiles/own-1.0.tar.gz" own-1.0
expect "a recipe's own unpack" phase unpack package
holds own usr/share/moved

recipe suite <<'EOR'
check() { echo "PASS: one"; echo "FAIL: two" >&2; sleep 30 & test ! -e /build/bad; }
package() { mkdir -p "$pkgdir"; }
depends=x
EOR
expect "check" phase check
expect "its output is kept" test "$(tr '\n' ' ' <"$build/report/check.log")" = "PASS: one FAIL: two "
expect "and goes on to the log of all" grep -q "PASS: one" "$build/log"
: >"$build/bad"
refused "suite: check failed" check
expect "of a failing one too" grep -q "FAIL: two" "$build/report/check.log"
