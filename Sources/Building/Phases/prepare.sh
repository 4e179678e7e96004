# shellcheck shell=dash
# From sources to a patched tree.
# shellcheck disable=SC2086,SC2154,SC2164

# farm_link_sources: every source under its own name in $srcdir. What the farm
# has unpacked there already stays.
farm_link_sources() {
	local farm_source farm_name
	mkdir -p "$srcdir" "$tmpdir"
	for farm_source in ${source-}; do
		farm_name=$(filename_from_uri "$farm_source")
		[ ! -e "$srcdir/$farm_name" ] || continue
		if is_remote "$farm_source"; then
			[ -e "$SRCDEST/$farm_name" ] || die "source $farm_name is not among the fetched files"
			ln -sf "$SRCDEST/$farm_name" "$srcdir/$farm_name"
		else
			[ -e "$startdir/$farm_source" ] || die "source $farm_source is not in the recipe's folder"
			ln -sf "$startdir/$farm_source" "$srcdir/$farm_name"
		fi
	done
}

# default_unpack: for recipes with an unpack() of their own; the farm itself
# unpacks for all others, before any of their code runs.
default_unpack() {
	local farm_source farm_name
	for farm_source in ${source-}; do
		farm_name=$(filename_from_uri "$farm_source")
		case $farm_name in
		*.tar | *.tar.gz | *.tgz | *.tar.bz2 | *.tar.lz | *.tar.lzma | *.tar.xz | *.tar.zst)
			msg "Unpacking $farm_name"
			tar -C "$srcdir" --no-same-owner -xf "$srcdir/$farm_name" || return 1
			;;
		*.zip)
			msg "Unpacking $farm_name"
			unzip -n -q "$srcdir/$farm_name" -d "$srcdir" || return 1
			;;
		esac
	done
}

unpack() {
	:
}

have_patches() {
	local farm_source
	for farm_source in ${source-}; do
		case ${farm_source%::*} in
		*.patch | *.patch.gz | *.patch.xz) return 0 ;;
		esac
	done
	return 1
}

# default_prepare: applies the patches among the sources, in their order. All
# are tried; those that do not apply are named.
default_prepare() {
	local farm_source farm_name farm_failed="" farm_args="${patch_args:--p1}"
	mkdir -p "$tmpdir"
	have_patches || return 0
	[ -d "$builddir" ] || die "builddir $builddir is missing: set it to the folder that the sources unpack to"
	cd "$builddir"
	for farm_source in $source; do
		farm_name=$(filename_from_uri "$farm_source")
		case ${farm_source%::*} in
		*.patch)
			msg "$farm_name"
			patch -N $farm_args -i "$srcdir/$farm_name" || farm_failed="$farm_failed $farm_name"
			;;
		*.patch.gz)
			msg "$farm_name"
			gunzip -c "$srcdir/$farm_name" | patch -N $farm_args || farm_failed="$farm_failed $farm_name"
			;;
		*.patch.xz)
			msg "$farm_name"
			unxz -c "$srcdir/$farm_name" | patch -N $farm_args || farm_failed="$farm_failed $farm_name"
			;;
		esac
	done
	[ -n "$farm_failed" ] || return 0
	error "these patches do not apply to $builddir:"
	for farm_name in $farm_failed; do
		error2 "$farm_name"
	done
	die "patching failed:$farm_failed"
}

prepare() {
	default_prepare
}

# update_config_sub: replaces each config.sub that does not know $CHOST.
update_config_sub() {
	find . -name config.sub -type f >"$tmpdir/config.list"
	while IFS= read -r farm_file; do
		if sh "$farm_file" "$CHOST" >/dev/null 2>&1; then
			msg "No update needed for $farm_file"
		else
			msg "Updating $farm_file"
			cp "$sharedir/config.sub" "$farm_file"
		fi
	done <"$tmpdir/config.list"
	rm "$tmpdir/config.list"
}

# update_config_guess: replaces each config.guess older than the newest
# architectures that Alpine itself has.
update_config_guess() {
	find . -name config.guess -type f >"$tmpdir/config.list"
	while IFS= read -r farm_file; do
		if grep -q loongarch64 "$farm_file" && grep -q riscv64 "$farm_file"; then
			msg "No update needed for $farm_file"
		else
			msg "Updating $farm_file"
			cp "$sharedir/config.guess" "$farm_file"
		fi
	done <"$tmpdir/config.list"
	rm "$tmpdir/config.list"
}

# farm_know_machine: no release before this farm knows its machine. What cannot name the machine that builds, or
# this one, gives way to the toolchain's, as `uname -m` says wasm32 to recipes that name no machine.
farm_know_machine() {
	[ -d "$builddir" ] || return 0
	find "$builddir" -type f \( -name config.guess -o -name config.sub \) >"$tmpdir/config.list"
	while IFS= read -r farm_file; do
		case $farm_file in
		*.sub) ! sh "$farm_file" "$CHOST" >/dev/null 2>&1 || continue ;;
		*) ! (cd "$tmpdir" && sh "$farm_file") >/dev/null 2>&1 || continue ;;
		esac
		msg "Updating $farm_file"
		cp "$sharedir/${farm_file##*/}" "$farm_file"
	done <"$tmpdir/config.list"
	rm "$tmpdir/config.list"
}

build() {
	:
}

default_check() {
	warning "the recipe runs no tests: define check(), or say options=\"!check\" and why"
}

check() {
	default_check
}
