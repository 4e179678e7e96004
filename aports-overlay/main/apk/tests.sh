# What apk must be able to do by itself: no network, no keys of others. Called with the program.
apk=$1
failed=0
work=$(mktemp -d)
root=$work/root

# result NAME COMMAND...: one result line
result() {
	name=$1
	shift
	if "$@"; then echo "PASS: $name"; else
		echo "FAIL: $name"
		failed=1
	fi
}
says() {
	expected=$1
	shift
	[ "$("$@" 2>&1)" = "$expected" ]
}

# index NAME-VERSION-lines: an unsigned index of packages without files
repository() {
	mkdir -p "$work/repo/wasm32"
	: >"$work/repo/wasm32/APKINDEX"
	while read -r name version needs; do
		printf 'C:Q1%s\nP:%s\nV:%s\nA:wasm32\nS:1\nI:1\nT:about %s\nU:http://example.org\nL:MIT\n' \
			"$(printf '%s-%s\n' "$name" "$version" | sha1sum | cut -c1-27 | tr -d '\n')=" "$name" "$version" "$name"
		[ -z "$needs" ] || echo "D:$needs"
		echo
	done >>"$work/repo/wasm32/APKINDEX"
	tar -C "$work/repo/wasm32" -czf "$work/repo/wasm32/APKINDEX.tar.gz" APKINDEX
}

repository <<'END'
lib 1.0-r0
lib 1.2-r0
app 1-r0 lib>1
broken 1-r0 missing
END

result "version compares" says '<' "$apk" version -t 1.9 1.10
result "version with suffixes" says '>' "$apk" version -t 1.0 1.0_rc1
result "version checks" says '1.x' "$apk" version -c 1.0 1.x
result "help" sh -c '"$1" --help >/dev/null' - "$apk"
result "an unknown verb is refused" says "ERROR: 'foo' is not an apk command. See 'apk --help'." "$apk" foo
result "a root is made" "$apk" add --root "$root" --initdb --quiet
result "a database is there" test -f "$root/lib/apk/db/installed"
result "simulate solves" says "(1/2) Installing lib (1.2-r0)
(2/2) Installing app (1-r0)
OK: 2 B in 2 packages" "$apk" add --root "$root" --allow-untrusted -X "$work/repo" --simulate app
result "a missing dependency is explained" says "ERROR: unable to select packages:
  missing (no such package):
    required by: broken-1-r0[missing]" "$apk" add --root "$root" --allow-untrusted -X "$work/repo" --simulate broken
result "an unsigned index is refused" sh -c '! "$1" add --root "$2" -X "$3" --simulate app >/dev/null 2>&1' - \
	"$apk" "$root" "$work/repo"
result "search finds" says "lib-1.2-r0" "$apk" search --root "$root" --allow-untrusted -X "$work/repo" li
result "list lists" says "app-1-r0 wasm32 {app} (MIT)" "$apk" list --root "$root" --allow-untrusted -X "$work/repo" app
result "policy" says "lib policy:
  1.0-r0:
    $work/repo
  1.2-r0:
    $work/repo" "$apk" policy --root "$root" --allow-untrusted -X "$work/repo" lib
result "a virtual package" says "WARNING: creating empty virtual package
(1/1) Installing .tools (1)
OK: 0 B in 1 packages" "$apk" add --root "$root" --virtual .tools=1
result "it is listed" says ".tools" "$apk" info --root "$root"
result "and removed" "$apk" del --root "$root" --quiet .tools
result "no keys, no trust" sh -c '! "$1" verify --root "$2" "$1" >/dev/null 2>&1' - "$apk" "$root"
rm -rf "$work"
exit "$failed"
