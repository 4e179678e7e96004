# shellcheck shell=sh
# What must not be packed.
# shellcheck disable=SC2154

# puts COMMANDS: a recipe of that name whose package() runs them in $pkgdir.
puts() {
	recipe "$1" <<EOR
$3
package() {
	mkdir -p "\$pkgdir/usr/bin" "\$pkgdir/usr/share"
	cd "\$pkgdir"
	$2
}
EOR
}

puts hostelf 'cp /usr/bin/true usr/bin/x' ''
refused "of the build machine (ELF)" package
refused "hostelf/usr/bin/x" package
puts setuid 'echo x >usr/bin/x; chmod 4755 usr/bin/x' ''
refused "set-uid" package
puts allowed 'echo x >usr/bin/x; chmod 4755 usr/bin/x' 'options=suid'
expect "options=suid" phase package
puts paths 'printf "\0asm\1\0\0\0 /build/src/paths-1.0/x.c" >usr/bin/x; echo /sysroot/usr/lib >usr/share/y' 'options=!strip'
warned "usr/bin/x:/build/src/" package
warned "usr/share/y:/sysroot/usr" package
puts pathsok 'echo /build/src/ >usr/share/x' 'options=apkfarm:build-paths'
expect "build paths where the recipe says so" phase package
expect "are not spoken of" sh -c '! grep -q "paths of the build" "$1"' sh "$build/log"
puts links 'ln -s /sysroot/usr/lib/x usr/share/x' ''
refused "links/usr/share/x" package
puts manual 'mkdir -p usr/share/man/man1; echo x >usr/share/man/man1/x.1' ''
refused "manual pages that are not compressed" package
puts places 'mkdir -p usr/local/bin; echo x >usr/local/bin/x' ''
refused "places/usr/local/bin" package
puts nofhs 'mkdir -p opt; echo x >opt/x' 'options=!fhs'
expect "options=!fhs" phase package
puts lib64 'mkdir -p usr/lib64; echo x >usr/lib64/x' ''
refused "use /usr/lib instead" package
puts merged 'mkdir -p sbin; echo x >sbin/x' ''
warned "use /usr/bin instead of" package
puts confd 'mkdir -p etc/conf.d; echo x >etc/conf.d/x; chmod 755 etc/conf.d/x' ''
warned "should not be executable" package
warned "ends in -openrc" package
puts initd 'mkdir -p etc/init.d; echo x >etc/init.d/x' ''
refused "must be executable" package
puts open 'mkdir -p var/x; chmod 777 var/x' ''
warned "everybody may write" package
puts alias 'mkdir -p usr/lib; echo x >usr/lib/charset.alias' ''
refused "must not be shipped" package
puts local_state 'mkdir -p usr/var/x' ''
refused "localstatedir is most likely wrong" package
puts linefeed 'echo x >"usr/share/a
b"' ''
refused "line feed" package
puts pipe 'mkfifo usr/share/pipe' ''
refused "devices, pipes or sockets" package
puts forall 'printf "\0asm\1\0\0\0" >usr/bin/x' 'arch=noarch'
refused "wasm32 code in a noarch package" package
puts forallok 'printf "\0asm\1\0\0\0" >usr/bin/x' 'arch=noarch options=!archcheck'
expect "options=!archcheck" phase package
field forallok arch noarch
puts libtool 'mkdir -p usr/lib; echo "libdir=/sysroot/usr/lib" >usr/lib/x.la' 'options=libtool'
expect "options=libtool" phase package
expect "a kept .la names the system's folders" grep -qx libdir=/usr/lib "$build/pkg/libtool/usr/lib/x.la"

recipe empty <<'EOR'
subpackages="$pkgname-none"
none() { mkdir -p "$subpkgdir"; depends=; }
package() { install -Dm644 /dev/null "$pkgdir"/usr/share/x; }
EOR
refused "empty-none has no files" package
recipe bare <<'EOR'
package() { mkdir -p "$pkgdir"; }
EOR
refused "bare has no files" package
recipe meta <<'EOR'
depends="a b"
package() { mkdir -p "$pkgdir"; }
EOR
expect "a package of dependencies only" phase package
recipe nodir <<'EOR'
package() { :; }
EOR
refused "package() made no /build/pkg/nodir" package

recipe both <<'EOR'
subpackages="$pkgname-copy"
copy() { mkdir -p "$subpkgdir"/usr; cp -a "$pkgdir"/usr/share "$subpkgdir"/usr; }
package() { install -Dm644 /dev/null "$pkgdir"/usr/share/x/file; }
EOR
refused "/usr/share/x/file is in both both and both-copy" package
recipe yields <<'EOR'
subpackages="$pkgname-copy"
copy() { replaces="yields"; mkdir -p "$subpkgdir"/usr; cp -a "$pkgdir"/usr/share "$subpkgdir"/usr; }
package() { install -Dm644 /dev/null "$pkgdir"/usr/share/x/file; }
EOR
expect "one of them may say replaces" phase package
