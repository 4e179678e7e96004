# shellcheck shell=sh disable=SC2154 # the variables are set by ../setup
# binaryen out of Debian sid, in a folder of its own with the libraries it needs. Read by ../setup.

# available_version PACKAGE: what Debian has now; of binaryen a build of the fixed upstream version
available_version() {
	versions=$("$toolchain/apt-private" versions "$1" | tr '\n' ' ')
	for version in $versions; do
		case $1/$version in
		binaryen/"$BINARYEN_UPSTREAM"-*) ;;
		binaryen/*) continue ;;
		esac
		echo "$version"
		return
	done
	[ "$1" = binaryen ] || fail "Debian has no package $1"
	fail "Debian has binaryen ${versions:-not at all}, the toolchain needs $BINARYEN_UPSTREAM, as every program's" \
		"bytes depend on it. Either try another one (BINARYEN_UPSTREAM and its pin in toolchain/versions, then" \
		"Tests/Shell/driver), or put the pinned .deb into $cache/tools with its sha256 as name"
}

# package_file PACKAGE: prints the path of its .deb: the pinned one of the cache, or what Debian has
package_file() {
	pin=$(echo "$BINARYEN_PINS" | grep "^$1 ") || pin=
	sum=${pin##* }
	if [ "$sum" ] && is_kept "$sum"; then
		echo "$cache/tools/$sum"
		return
	fi
	version=$(available_version "$1")
	say "fetching $1 $version"
	folder=$(download_folder)
	(cd "$folder" && "$toolchain/apt-private" -qq download "$1=$version" >&2) ||
		fail "cannot fetch $1 $version (see above)"
	# apt has checked the file against the archive's signed lists; a pin is checked besides
	if [ "$pin" != "$1 $version $sum" ]; then
		say "$1 $version is not the one in toolchain/versions (${pin:-none}): taken on the archive's signature"
		sum=$(sum_of "$folder"/*.deb)
	fi
	keep "$folder"/*.deb "$sum"
	rmdir "$folder"
	echo "$cache/tools/$sum"
}

install_binaryen() {
	[ "$(cat "$libexec/binaryen/pins" 2>/dev/null)" = "$BINARYEN_PINS" ] &&
		[ -s "$libexec/binaryen/bin/wasm-opt" ] && return
	unpacked=$(mktemp -d)
	for package in binaryen libc6 libstdc++6 libgcc-s1; do
		file=$(package_file "$package") || exit
		dpkg-deb -x "$file" "$unpacked"
		[ "$package" != binaryen ] || version=$(dpkg-deb -f "$file" Version)
	done
	new=$libexec/binaryen.new
	rm -rf "$new"
	mkdir -p "$new/bin" "$new/lib"
	cp "$unpacked/usr/bin/wasm-opt" "$new/bin/"
	lib=$(dirname "$(find "$unpacked/usr/lib" -name libbinaryen.so)")
	for name in libbinaryen.so libc.so.6 libm.so.6 libstdc++.so.6 libgcc_s.so.1; do
		cp -L "$lib/$name" "$new/lib/"
	done
	cp -L "$lib"/ld-linux*.so.* "$new/lib/ld.so"
	"$new/lib/ld.so" --library-path "$new/lib" "$new/bin/wasm-opt" --version |
		grep -q "version $BINARYEN_UPSTREAM" ||
		fail "the unpacked wasm-opt does not start, or is not version $BINARYEN_UPSTREAM"
	echo "$version" >"$new/version"
	echo "$BINARYEN_PINS" >"$new/pins"
	rm -rf "$libexec/binaryen" "$unpacked"
	mv "$new" "$libexec/binaryen"
}
