# shellcheck shell=sh
# A toolchain folder with a strip that can be recognised, and distfiles.
# shellcheck disable=SC2154

mkdir -p "$work/toolchain/bin" "$work/toolchain/share" "$work/distfiles"
cat >"$work/toolchain/bin/wasm32-alpine-linux-musl-strip" <<'EOS'
#!/bin/sh
# Replaces the text NAMES by stripped or debug-stripped, by its options.
how=stripped
[ "$1" != --strip-debug ] || { how=debug-stripped; shift; }
sed "s/NAMES/$how/" "$3" >"$2"
EOS
chmod +x "$work/toolchain/bin/wasm32-alpine-linux-musl-strip"
printf 'echo new config.sub\n' >"$work/toolchain/share/config.sub"
printf 'echo new config.guess\n' >"$work/toolchain/share/config.guess"
printf 'fetched\n' >"$work/distfiles/data-1.0.txt"
