# shellcheck shell=dash
# The split functions that recipes take as given. Each runs in $pkgdir with
# subpkgdir, subpkgname and subpkgarch set; what it sets of pkgdesc, depends,
# install_if ... is its subpackage's.
# shellcheck disable=SC2034,SC2046,SC2086,SC2154,SC2164

# amove PATH...: from the package into the subpackage being split off. Says no
# if any path is not there, after moving the others.
amove() {
	local farm_status=0 farm_path farm_parent farm_here
	[ -n "${subpkgdir-}" ] || die "amove works in split functions only"
	farm_here=$(pwd -L)
	cd "$pkgdir"
	for farm_path; do
		farm_path=${farm_path#"${farm_path%%[!/]*}"}
		farm_path=${farm_path%"${farm_path##*[!/]}"}
		if ! [ -L "$farm_path" ] && ! [ -e "$farm_path" ]; then
			error "amove: $farm_path is not in $pkgname"
			farm_status=1
			continue
		fi
		farm_parent=${farm_path%/*}
		[ "$farm_parent" != "$farm_path" ] || farm_parent=.
		mkdir -p "$subpkgdir/$farm_parent"
		farm_merge "$farm_path" "$subpkgdir/$farm_parent"
		rmdir -p "$farm_parent" 2>/dev/null || :
	done
	cd "$farm_here" 2>/dev/null || cd "$pkgdir"
	return $farm_status
}

# farm_merge PATH FOLDER: mv that may meet a folder of that name already moved.
farm_merge() {
	local farm_target="$2/${1##*/}"
	if [ -d "$1" ] && ! [ -L "$1" ] && [ -d "$farm_target" ]; then
		cp -a "$1/." "$farm_target/"
		rm -r "$1"
	else
		mv "$1" "$2"
	fi
}

# farm_amove_any PATH...: those that exist; none is fine.
farm_amove_any() {
	local farm_candidate
	for farm_candidate; do
		if [ -L "$pkgdir/$farm_candidate" ] || [ -e "$pkgdir/$farm_candidate" ]; then
			amove "$farm_candidate"
		fi
	done
}

default_doc() {
	depends=${depends_doc-}
	pkgdesc="$pkgdesc (documentation)"
	install_if="docs $pkgname=$pkgver-r$pkgrel"
	mkdir -p "$subpkgdir"
	farm_amove_any usr/share/doc usr/share/man usr/share/info usr/share/html usr/share/sgml \
		usr/share/licenses usr/share/gtk-doc usr/share/ri usr/share/help
	farm_compress_manuals "$subpkgdir/usr/share/man"
	rm -f "$subpkgdir/usr/share/info/dir"
	rmdir "$subpkgdir/usr/share/info" 2>/dev/null || :
}

# farm_compress_manuals FOLDER: gzip -9n; symbolic links follow their targets,
# hard links become symbolic ones to the first name.
farm_compress_manuals() {
	local farm_page farm_inode farm_seen
	[ -d "$1" ] || return 0
	farm_seen=$tmpdir/manuals
	mkdir -p "$farm_seen"
	find "$1" \( -type f -o -type l \) \( -name '*.[0-9n]' -o -name '*.[0-9n][a-z]*' \) \
		! -name '*.gz' ! -name '*.bz2' ! -name '*.xz' | sort >"$farm_seen/list"
	while IFS= read -r farm_page; do
		farm_inode=$(stat -c %i "$farm_page")
		if [ -L "$farm_page" ]; then
			ln -s "$(readlink "$farm_page").gz" "$farm_page.gz"
		elif [ -e "$farm_seen/$farm_inode" ]; then
			IFS= read -r farm_first <"$farm_seen/$farm_inode"
			if [ "${farm_first%/*}" = "${farm_page%/*}" ]; then
				ln -s "${farm_first##*/}.gz" "$farm_page.gz"
			else
				ln -s "/${farm_first#"$subpkgdir/"}.gz" "$farm_page.gz"
			fi
		else
			printf '%s\n' "$farm_page" >"$farm_seen/$farm_inode"
			/usr/bin/gzip -n -9 -c "$farm_page" >"$farm_page.gz"
		fi
		rm "$farm_page"
	done <"$farm_seen/list"
	rm -r "$farm_seen"
}

default_dev() {
	depends=${depends_dev-}
	pkgdesc="$pkgdesc (development files)"
	mkdir -p "$subpkgdir"
	cd "$pkgdir"
	local farm_places=""
	[ ! -d lib ] || farm_places=lib
	[ ! -d usr ] || farm_places="$farm_places usr"
	farm_amove_any usr/include usr/lib/pkgconfig usr/share/pkgconfig usr/share/aclocal \
		usr/share/gettext usr/bin/*-config usr/share/vala/vapi usr/share/gir-[0-9]* \
		usr/share/qt*/mkspecs usr/lib/qt*/mkspecs usr/lib/cmake usr/share/cmake \
		usr/lib/glade/modules usr/share/glade/catalogs \
		$(find . -name include -type d)
	if [ -n "$farm_places" ]; then
		subpackage_types_has static || farm_amove_any $(find $farm_places -name '*.a')
		farm_amove_any $(find $farm_places -name '*.[cho]' -o -name '*.prl')
	fi
	# The links NAME.so that only a linker wants; NAME.so.1 stays.
	local farm_link
	for farm_link in lib/*.so usr/lib/*.so; do
		[ ! -L "$farm_link" ] || amove "$farm_link"
	done
}

default_static() {
	local farm_dev="${subpkgname%-static}"
	farm_dev=${farm_dev%-libs}-dev
	if [ -z "${depends_static-}" ] && subpackages_has "$farm_dev"; then
		depends_static=$farm_dev
	fi
	depends=${depends_static-}
	pkgdesc="$pkgdesc (static library)"
	cd "$pkgdir"
	local farm_places=""
	[ ! -d lib ] || farm_places=lib
	[ ! -d usr/lib ] || farm_places="$farm_places usr/lib"
	[ -n "$farm_places" ] || die "no archive to move: $pkgname has neither lib nor usr/lib"
	set -- $(find $farm_places -name '*.a' | sort)
	[ $# -gt 0 ] || die "no archive to move: $farm_places of $pkgname hold no *.a"
	amove "$@"
}

default_libs() {
	depends=${depends_libs-}
	pkgdesc="$pkgdesc (libraries)"
	mkdir -p "$subpkgdir"
	cd "$pkgdir"
	farm_amove_any lib/lib*.so.[0-9]* usr/lib/lib*.so.[0-9]*
}

default_lang() {
	pkgdesc="Languages for package $pkgname"
	install_if="$pkgname=$pkgver-r$pkgrel lang"
	depends=${depends_lang-}
	amove ${langdir:-/usr/share/locale}
}

default_openrc() {
	depends=${depends_openrc-}
	pkgdesc="$pkgdesc (OpenRC init scripts)"
	install_if="openrc ${subpkgname%-openrc}=$pkgver-r$pkgrel"
	mkdir -p "$subpkgdir"
	farm_amove_any etc/conf.d etc/init.d etc/user/conf.d etc/user/init.d
}

default_systemd() {
	depends=${depends_systemd-}
	pkgdesc="$pkgdesc (systemd files)"
	install_if="systemd ${subpkgname%-systemd}=$pkgver-r$pkgrel"
	mkdir -p "$subpkgdir"
	farm_amove_any usr/lib/systemd
}

default_udev() {
	depends=${depends_udev-}
	pkgdesc="$pkgdesc (udev rules)"
	install_if="udev ${subpkgname%-udev}=$pkgver-r$pkgrel"
	mkdir -p "$subpkgdir"
	farm_amove_any usr/lib/udev
}

default_devhelp() {
	depends=
	pkgdesc="$pkgname - devhelp files"
	install_if="$pkgname=$pkgver-r$pkgrel devhelp"
	amove usr/share/devhelp
}

default_bashcomp() {
	depends=
	pkgdesc="Bash completions for $pkgname"
	install_if="${subpkgname%-bash-completion}=$pkgver-r$pkgrel bash-completion"
	amove usr/share/bash-completion/completions
}

default_zshcomp() {
	depends=
	pkgdesc="Zsh completions for $pkgname"
	install_if="${subpkgname%-zsh-completion}=$pkgver-r$pkgrel zsh"
	amove usr/share/zsh/site-functions
}

default_fishcomp() {
	depends=
	pkgdesc="Fish completions for $pkgname"
	install_if="${subpkgname%-fish-completion}=$pkgver-r$pkgrel fish"
	mkdir -p "$subpkgdir"
	farm_amove_any usr/share/fish/vendor_completions.d usr/share/fish/completions
}

default_nftrules() {
	depends=
	pkgdesc="$pkgdesc (nftables ruleset)"
	install_if="nftables-rulesets ${subpkgname%-nftrules}=$pkgver-r$pkgrel"
	mkdir -p "$subpkgdir"
	cd "$pkgdir"
	farm_amove_any usr/share/nftables.avail/*.nft
}

# default_pyc: byte code that the build machine's python wrote is for its
# version, not for the packaged one, which would pass it over: it is dropped, and
# the subpackage stays, empty, for those that name it.
default_pyc() {
	depends=
	pkgdesc="Precompiled Python bytecode for ${subpkgname%-pyc}"
	install_if="${subpkgname%-pyc}=$pkgver-r$pkgrel pyc"
	mkdir -p "$subpkgdir"
	find "$pkgdir" -type d -name __pycache__ -prune -exec rm -r {} +
	warning "byte code of the build machine's python is left out"
}

# default_dbg: each module as it was linked, with its names and debugging
# sections, where debuggers of wasm32 Alpine look for it. The packaged one is
# stripped later. List it first among the subpackages.
default_dbg() {
	depends=
	pkgdesc="$pkgdesc (debug symbols)"
	mkdir -p "$subpkgdir" "$tmpdir"
	find "$pkgbasedir" -type f ! -path "$subpkgdir/*" | sort >"$tmpdir/modules.list"
	local farm_file farm_target
	while IFS= read -r farm_file; do
		farm_file_type "$farm_file"
		[ "$farm_type" = module ] || continue
		farm_target=${farm_file#"$pkgbasedir"/*/}
		farm_target=$subpkgdir/usr/lib/debug/$farm_target.debug
		mkdir -p "${farm_target%/*}"
		cp "$farm_file" "$farm_target"
		chmod 0644 "$farm_target"
	done <"$tmpdir/modules.list"
	rm "$tmpdir/modules.list"
}

# The names by which subpackages call them; a recipe's own replace these.
doc() { default_doc; }
dev() { default_dev; }
static() { default_static; }
libs() { default_libs; }
lang() { default_lang; }
openrc() { default_openrc; }
systemd() { default_systemd; }
udev() { default_udev; }
devhelp() { default_devhelp; }
bashcomp() { default_bashcomp; }
zshcomp() { default_zshcomp; }
fishcomp() { default_fishcomp; }
nftrules() { default_nftrules; }
pyc() { default_pyc; }
dbg() { default_dbg; }
