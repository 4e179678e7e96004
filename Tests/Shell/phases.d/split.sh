# shellcheck shell=sh
# Subpackages: the given functions, order, what they say of themselves.
# shellcheck disable=SC2016,SC2034,SC2154

recipe lib <<'EOR'
depends="base" depends_dev="lib-other" provides="libthing=$pkgver" replaces="old"
install="lib.post-install" triggers="lib.trigger=/usr/lib:/usr/share/*"
install_if="lib-x" license="MIT  Zlib"
# Maintainer: Some One <one@example.org>
subpackages="$pkgname-dbg $pkgname-static $pkgname-dev $pkgname-doc $pkgname-libs
	$pkgname-lang $pkgname-openrc $pkgname-bash-completion $pkgname-zsh-completion
	$pkgname-fish-completion $pkgname-tool:_tool:noarch"
package() {
	cd "$pkgdir/.." && mkdir -p "$pkgdir" && cd "$pkgdir"
	mkdir -p usr/bin usr/lib/pkgconfig usr/include usr/share/man/man1 usr/share/man/man3 \
		usr/share/info usr/share/doc/lib usr/share/locale/de etc/init.d etc/conf.d \
		usr/share/bash-completion/completions usr/share/zsh/site-functions \
		usr/share/fish/vendor_completions.d usr/share/tool
	printf '\0asm\1\0\0\0NAMES' >usr/bin/lib
	printf '\0asm\1\0\0\0\7linking\2NAMES' >usr/lib/liblib.so.1.2
	ln -s liblib.so.1.2 usr/lib/liblib.so.1
	ln -s liblib.so.1.2 usr/lib/liblib.so
	printf '!<arch>\nNAMES' >usr/lib/liblib.a
	echo libtool >usr/lib/liblib.la
	echo pc >usr/lib/pkgconfig/lib.pc
	echo h >usr/include/lib.h
	echo sh >usr/bin/lib-config
	echo page >usr/share/man/man1/lib.1
	ln usr/share/man/man1/lib.1 usr/share/man/man1/twin.1
	ln -s lib.1 usr/share/man/man1/alias.1
	echo page >usr/share/man/man3/lib.3p
	echo index >usr/share/info/dir
	echo info >usr/share/info/lib.info
	echo readme >usr/share/doc/lib/README
	echo mo >usr/share/locale/de/lib.mo
	echo rc >etc/init.d/lib && chmod +x etc/init.d/lib
	echo conf >etc/conf.d/lib
	echo c >usr/share/bash-completion/completions/lib
	echo c >usr/share/zsh/site-functions/_lib
	echo c >usr/share/fish/vendor_completions.d/lib.fish
	echo t >usr/share/tool/t
}
_tool() {
	pkgdesc="The tool of $pkgname" depends="lib=$pkgver-r$pkgrel" provides="cmd:t"
	amove usr/share/tool
}
EOR
printf '#!/bin/sh\nexit 0\n' >"$build/recipe/lib.post-install"
printf '#!/bin/sh\nexit 0\n' >"$build/recipe/lib.trigger"
expect "eleven subpackages" phase package
holds lib usr/bin/lib
holds lib-static usr/lib/liblib.a
holds lib-dev usr/bin/lib-config usr/include/lib.h usr/lib/liblib.so usr/lib/pkgconfig/lib.pc
holds lib-libs usr/lib/liblib.so.1 usr/lib/liblib.so.1.2
holds lib-doc usr/share/doc/lib/README usr/share/info/lib.info usr/share/man/man1/alias.1.gz \
	usr/share/man/man1/lib.1.gz usr/share/man/man1/twin.1.gz usr/share/man/man3/lib.3p.gz
holds lib-lang usr/share/locale/de/lib.mo
holds lib-openrc etc/conf.d/lib etc/init.d/lib
holds lib-bash-completion usr/share/bash-completion/completions/lib
holds lib-zsh-completion usr/share/zsh/site-functions/_lib
holds lib-fish-completion usr/share/fish/vendor_completions.d/lib.fish
holds lib-tool usr/share/tool/t
holds lib-dbg usr/lib/debug/usr/bin/lib.debug usr/lib/debug/usr/lib/liblib.so.1.2.debug
expect "pages are packed without name and time" sh -c \
	'[ "$(gzip -dc "$1")" = page ] && [ "$(od -An -tx1 -N8 "$1" | tr -d " ")" = 1f8b080000000000 ]' \
	sh "$build/pkg/lib-doc/usr/share/man/man1/lib.1.gz"
expect "a page's alias follows" test "$(readlink "$build/pkg/lib-doc/usr/share/man/man1/alias.1.gz")" = lib.1.gz
expect "a hard link becomes a link" test "$(readlink "$build/pkg/lib-doc/usr/share/man/man1/twin.1.gz")" = lib.1.gz
expect "a program is stripped" grep -q stripped "$build/pkg/lib/usr/bin/lib"
expect "a library keeps what linking needs" grep -q debug-stripped "$build/pkg/lib-libs/usr/lib/liblib.so.1.2"
expect "dbg keeps names" grep -q NAMES "$build/pkg/lib-dbg/usr/lib/debug/usr/bin/lib.debug"
expect "archives stay" grep -q NAMES "$build/pkg/lib-static/usr/lib/liblib.a"
expect "order of names" test "$(tr '\n' ' ' <"$build/control/order")" = "lib lib-dbg lib-static lib-dev lib-doc \
lib-libs lib-lang lib-openrc lib-bash-completion lib-zsh-completion lib-fish-completion lib-tool "
field lib depends "base /bin/sh"
field lib provides libthing=1.0
field lib triggers "/usr/lib /usr/share/*"
field lib install ".post-install .trigger"
field lib install_if lib-x
field lib license "MIT Zlib"
field lib maintainer "Some One <one@example.org>"
expect "scripts are beside the metadata" test -x "$build/control/lib/.post-install"
field lib-dev depends lib-other
field lib-dev provides ""
field lib-dev replaces old
field lib-dev pkgdesc "A thing (development files)"
field lib-static depends lib-dev
field lib-doc install_if "docs lib=1.0-r0"
field lib-doc arch noarch
field lib-dbg arch wasm32
field lib-openrc install_if "openrc lib=1.0-r0"
field lib-bash-completion install_if "lib=1.0-r0 bash-completion"
field lib-tool arch noarch
field lib-tool pkgdesc "The tool of lib"
field lib-tool depends lib=1.0-r0
field lib-tool provides cmd:t
field lib-tool origin lib

recipe devstatic <<'EOR'
subpackages="$pkgname-dev"
options="!strip"
package() {
	mkdir -p "$pkgdir"/usr/lib "$pkgdir"/usr/bin
	echo a >"$pkgdir"/usr/lib/libx.a
	printf '\0asm\1\0\0\0NAMES' >"$pkgdir"/usr/bin/x
}
EOR
expect "without -static the archive goes to -dev" phase package
holds devstatic-dev usr/lib/libx.a
expect "!strip" grep -q NAMES "$build/pkg/devstatic/usr/bin/x"

recipe nofunction <<'EOR'
subpackages="$pkgname-extra"
package() { mkdir -p "$pkgdir"; }
EOR
refused "wants a function extra()" package

recipe twins <<'EOR'
subpackages="twins-dev twins-dev:x"
x() { :; }
package() { mkdir -p "$pkgdir"; }
EOR
refused "two (sub)packages are named twins-dev" package

recipe nothing <<'EOR'
subpackages="$pkgname-static"
package() { install -Dm644 /dev/null "$pkgdir"/usr/share/x; }
EOR
refused "no archive to move" package

recipe gone <<'EOR'
subpackages="$pkgname-part"
part() { amove usr/share/none; }
package() { install -Dm644 /dev/null "$pkgdir"/usr/share/x; }
EOR
refused "usr/share/none is not in gone" package
refused "split function part() failed" package

recipe python <<'EOR'
subpackages="$pkgname-pyc"
package() {
	install -Dm644 /dev/null "$pkgdir"/usr/lib/python3.11/site-packages/x.py
	install -Dm644 /dev/null "$pkgdir"/usr/lib/python3.11/site-packages/__pycache__/x.cpython-311.pyc
}
EOR
warned "byte code of the build machine's python is left out" package
holds python usr/lib/python3.11/site-packages/x.py
holds python-pyc
field python-pyc install_if "python=1.0-r0 pyc"

recipe arches <<'EOR'
subpackages="$pkgname-x:x:armhf"
x() { :; }
package() { mkdir -p "$pkgdir"; }
EOR
refused "architecture 'armhf'" package

# Owners: package() runs under fakeroot, and the users are the sandbox's.
recipe owners <<'END'
subpackages="$pkgname-data"
package() {
	install -dm750 -o nobody -g nogroup "$pkgdir"/var/lib/own "$pkgdir"/var/lib/data
	echo one >"$pkgdir"/var/lib/own/one
	echo two >"$pkgdir"/var/lib/data/two
	echo plain >"$pkgdir"/plain
	chown -R nobody:nogroup "$pkgdir"/var/lib/own "$pkgdir"/var/lib/data
	chown root:nogroup "$pkgdir"/var/lib/data/two
	chmod 0440 "$pkgdir"/var/lib/data/two
	ln -s one "$pkgdir"/var/lib/own/link
	chown -h nobody:nogroup "$pkgdir"/var/lib/own/link
}
data() {
	amove var/lib/data
}
END
printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n' >"$build/passwd"
printf 'root:x:0:\nnogroup:x:65533:\n' >"$build/group"
inside_with_users() {
	FARM_BWRAP=$work/bwrap phase "$@"
}
{
	echo '#!/bin/sh'
	echo "exec bwrap --dir /etc --ro-bind '$build/passwd' /etc/passwd --ro-bind '$build/group' /etc/group \"\$@\""
} >"$work/bwrap"
chmod +x "$work/bwrap"
expect "files of other users" inside_with_users package
owned() {
	got=$(tr '\0' '\n' <"$build/control/$1/owners" | LC_ALL=C sort | tr '\n' ' ')
	if [ "$got" = "$2" ]; then ok; else fail "$1: owners are '$got', not '$2'"; fi
}
owned owners "65534:65533:nobody:nogroup:644:var/lib/own/one 65534:65533:nobody:nogroup:750:var/lib/own \
65534:65533:nobody:nogroup:777:var/lib/own/link "
owned owners-data "0:65533:root:nogroup:440:var/lib/data/two 65534:65533:nobody:nogroup:750:var/lib/data "
