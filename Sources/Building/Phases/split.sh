# shellcheck shell=dash
# The phase package: the recipe's own function, then each subpackage in order,
# then the main package; at the end what only all of them together show.
# shellcheck disable=SC2030,SC2031,SC2034,SC2086,SC2154,SC2164

farm_package() {
	is_function package || die "the recipe has no package() function"
	farm_check_subpackages
	for farm_old in "$pkgbasedir" "$farm_control"; do
		[ ! -d "$farm_old" ] || chmod -R u+rwX "$farm_old"
		rm -rf "$farm_old"
		mkdir -p "$farm_old"
	done
	printf '%s\n' "$pkgname" >"$farm_control/order"
	farm_in_builddir
	(package)
	[ -d "$pkgdir" ] || die "package() made no $pkgdir; a package without files still wants 'mkdir -p \"\$pkgdir\"'"
	farm_split
	farm_finish
	farm_check_together
}

# farm_split: one subshell for each subpackage, as fresh as after reading the
# recipe: nothing that package() or another split function set is seen.
farm_split() {
	local farm_entry
	for farm_entry in ${subpackages-}; do
		(
			subpkg_set "$farm_entry"
			subpkgdir=$pkgbasedir/$subpkgname
			trap 'farm_split_failed' EXIT
			msg "Splitting off by $subpkgsplit()"
			provides=
			install_if=
			cd "$pkgdir"
			$subpkgsplit
			[ -d "$subpkgdir" ] || die "$subpkgsplit() made no $subpkgdir"
			printf '%s\n' "$subpkgname" >>"$farm_control/order"
			farm_finish
			trap - EXIT
		)
	done
}

farm_split_failed() {
	error "split function $subpkgsplit() failed"
}

# farm_finish: strips, checks and describes the (sub)package of this shell.
farm_finish() {
	farm_strip "${subpkgdir:-$pkgdir}"
	farm_postcheck "${subpkgdir:-$pkgdir}"
	farm_metadata "${subpkgdir:-$pkgdir}"
}

# farm_check_subpackages: names and functions, before any of them runs.
farm_check_subpackages() {
	local farm_entry farm_seen=" $pkgname "
	[ "$pkgname" != order ] || die "a package cannot be named order: the list of names is"
	for farm_entry in ${subpackages-}; do
		subpkg_set "$farm_entry"
		case $farm_seen in
		*" $subpkgname "*) die "two (sub)packages are named $subpkgname" ;;
		esac
		farm_seen="$farm_seen$subpkgname "
		[ "$subpkgname" != order ] || die "a subpackage cannot be named order: the list of names is"
		is_function "$subpkgsplit" ||
			die "subpackage $subpkgname wants a function $subpkgsplit(), which the recipe does not define"
	done
	subpkg_unset
}
