# shellcheck shell=sh
# What evaluate says of a recipe.
# shellcheck disable=SC2016,SC2034,SC2154

evaluate() {
	inside --chdir /build busybox ash /farm/phases/evaluate recipe >"$build/log" 2>&1 3>"$build/out"
}

recipe values <<'EOR'
empty=
many="one
x='y'"
_low() { :; }
subpackages="$pkgname-dev $pkgname-made:_made"
eval "_made() { :; }"
build() {
	later=1
}
EOR
expect "a recipe evaluates" evaluate
tr '\0' '\n' <"$build/out" >"$build/lines"
for line in pkgname=values empty= "x='y'" '_low()' '_made()' 'build()' CARCH=wasm32; do
	expect "it says $line" grep -qxF -e "$line" "$build/lines"
done
for line in 'later=' 'PATH=' 'HOME=' 'FARM_' 'dev()' 'x=y'; do
	expect "it does not say $line" sh -c '! grep -q -e "^$1" "$2"' sh "$line" "$build/lines"
done

# wrong TEXT MESSAGE: a recipe that ends in TEXT, its 8th line, is refused so.
wrong() {
	recipe "wrong$passed" <<EOR
$1
EOR
	if evaluate; then fail "evaluates: $1"; else expect "$2" grep -qF -e "$2" "$build/log"; fi
}
wrong 'depends="open' "recipe/APKBUILD:"
wrong 'fi' 'recipe/APKBUILD:8: syntax error: unexpected "fi"'
wrong 'nonsense a b' 'recipe/APKBUILD:8: nonsense: not found'
# shellcheck disable=SC2016
wrong '${unset?no value}' 'recipe/APKBUILD:8: unset: no value'
rm "$build/recipe/APKBUILD"
if evaluate; then fail "no recipe"; else expect "says where" grep -q 'recipe/APKBUILD:1: there is no such recipe' "$build/log"; fi
