# shellcheck shell=dash
# What kind of file something is, by its first bytes, and stripping by kind.
# shellcheck disable=SC2154,SC3045

# farm_file_type FILE: sets farm_type to module, elf, archive or other. The
# shell's read drops NUL bytes, so a wasm module begins with asm and byte 1.
farm_file_type() {
	local farm_magic=""
	farm_type=other
	[ -s "$1" ] || return 0
	IFS= read -r -n 8 farm_magic <"$1" || :
	case $farm_magic in
	"$farm_magic_module") farm_type=module ;;
	"$farm_magic_elf"*) farm_type=elf ;;
	'!<arch>'*) farm_type=archive ;;
	esac
}

farm_magic_module=$(printf 'asm\001')
farm_magic_elf=$(printf '\177ELF')

# farm_is_relocatable FILE: a wasm object, or a library kept as one; its custom
# section "linking" (length, name, version 2) is what the linker needs.
farm_is_relocatable() {
	LC_ALL=C /usr/bin/grep -qaF "$farm_linking" "$1"
}

farm_linking=$(printf '\007linking\002')

# farm_strip FOLDER: programs lose names and debugging sections, relocatable
# libraries only the latter. Modes, times and links stay as they are.
farm_strip() {
	local farm_file farm_list="$tmpdir/strip.list"
	! options_has '!strip' || return 0
	[ "${subpkgarch:-$pkgarch}" != noarch ] || return 0
	mkdir -p "$tmpdir"
	find "$1" -type f ! -path '*/usr/lib/debug/*' ! -name '*.o' | sort >"$farm_list"
	while IFS= read -r farm_file; do
		farm_file_type "$farm_file"
		[ "$farm_type" = module ] || continue
		if farm_is_relocatable "$farm_file"; then
			$STRIP --strip-debug -o "$tmpdir/stripped" "$farm_file"
		else
			$STRIP -o "$tmpdir/stripped" "$farm_file"
		fi
		cat "$tmpdir/stripped" >"$farm_file"
		rm "$tmpdir/stripped"
	done <"$farm_list"
	rm "$farm_list"
}
