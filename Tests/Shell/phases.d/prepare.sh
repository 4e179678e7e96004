# shellcheck shell=sh
# Patches and config.sub.
# shellcheck disable=SC2016,SC2034,SC2154

recipe patched <<'EOR'
source="one.patch two.patch"
package() { install -Dm644 file "$pkgdir"/usr/share/file; }
EOR
printf 'a\nb\nc\n' >"$build/src/patched-1.0/file"
printf -- '--- x/file\n+++ y/file\n@@ -1,3 +1,3 @@\n-a\n+A\n b\n c\n' >"$build/recipe/one.patch"
printf -- '--- x/file\n+++ y/file\n@@ -1,3 +1,3 @@\n-A\n+2\n b\n c\n' >"$build/recipe/two.patch"
expect "patches apply in the order of source" phase prepare
expect "both applied" grep -qx 2 "$build/src/patched-1.0/file"

recipe rejected <<'EOR'
source="good.patch bad.patch"
package() { :; }
EOR
printf 'a\nb\nc\n' >"$build/src/rejected-1.0/file"
cp "$work/patched/recipe/one.patch" "$build/recipe/good.patch"
printf -- '--- x/file\n+++ y/file\n@@ -1,3 +1,3 @@\n-q\n+Q\n r\n s\n' >"$build/recipe/bad.patch"
refused "bad.patch" prepare
expect "only the bad one is named" sh -c '! sed "1,/do not apply/d" "$1" | grep -q good.patch' sh "$build/log"

recipe levels <<'EOR'
source="zero.patch"
patch_args=-p0
package() { :; }
EOR
printf 'a\n' >"$build/src/levels-1.0/file"
printf -- '--- file\n+++ file\n@@ -1 +1 @@\n-a\n+z\n' >"$build/recipe/zero.patch"
expect "patch_args" phase prepare
expect "applied" grep -qx z "$build/src/levels-1.0/file"

recipe nofolder <<'EOR'
source="one.patch"
builddir=/build/src/elsewhere
package() { :; }
EOR
cp "$work/patched/recipe/one.patch" "$build/recipe/"
refused "builddir /build/src/elsewhere is missing" prepare

recipe config <<'EOR'
prepare() { default_prepare; update_config_sub; update_config_guess; }
package() { :; }
EOR
mkdir "$build/src/config-1.0/sub"
printf 'exit 1\n' >"$build/src/config-1.0/config.sub"
printf 'exit 0\n' >"$build/src/config-1.0/sub/config.sub"
printf 'old\n' >"$build/src/config-1.0/config.guess"
expect "update_config_sub and _guess" phase prepare
expect "an old config.sub is replaced" grep -q new "$build/src/config-1.0/config.sub"
expect "a knowing one stays" grep -q 'exit 0' "$build/src/config-1.0/sub/config.sub"
expect "config.guess is replaced" grep -q new "$build/src/config-1.0/config.guess"

# Before build(), what does not know this machine gives way without being asked to.
recipe knowing <<'EOS'
prepare() { default_prepare; }
build() { :; }
package() { :; }
EOS
mkdir -p "$build/src/knowing-1.0/sub"
printf 'exit 1\n' >"$build/src/knowing-1.0/config.guess"
printf 'exit 1\n' >"$build/src/knowing-1.0/config.sub"
printf 'echo knows\n' >"$build/src/knowing-1.0/sub/config.guess"
expect "prepare leaves what it is not asked to change" phase prepare
expect "config.guess is as it came" grep -q 'exit 1' "$build/src/knowing-1.0/config.guess"
expect "build comes next" phase build
expect "a config.guess that cannot guess is replaced" grep -q new "$build/src/knowing-1.0/config.guess"
expect "a config.sub that does not know the host is replaced" grep -q new "$build/src/knowing-1.0/config.sub"
expect "one that guesses stays" grep -q knows "$build/src/knowing-1.0/sub/config.guess"
