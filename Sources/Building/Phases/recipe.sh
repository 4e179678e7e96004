# shellcheck shell=dash
# Reads the recipe into this shell, as abuild does: functions of the farm
# first, so that the recipe's own replace them; then defaults that depend on it.
# shellcheck disable=SC2034,SC2086,SC2154

# farm_load_recipe: sources $startdir/APKBUILD. With FARM_PKGREL, its line
# pkgrel=N holds that number, so that all that the recipe derives is right.
farm_load_recipe() {
	local farm_file="$startdir/APKBUILD" farm_wanted="${FARM_PKGREL-}"
	unset FARM_PKGREL
	cd "$startdir" || die "$startdir is missing"
	[ -f APKBUILD ] || die "$startdir/APKBUILD is missing"
	if [ -n "$farm_wanted" ]; then
		farm_file=$farm_state/APKBUILD
		sed "s/^pkgrel=.*/pkgrel=$farm_wanted/" APKBUILD >"$farm_file"
	fi
	# shellcheck source=/dev/null
	. "$farm_file"
	[ -n "${pkgname-}" ] || die "$startdir/APKBUILD sets no pkgname"
	[ -n "${pkgver-}" ] || die "$startdir/APKBUILD sets no pkgver"
	[ -z "$farm_wanted" ] || [ "$pkgrel" = "$farm_wanted" ] ||
		die "pkgrel is ${pkgrel-} and not $farm_wanted: write it as a plain line 'pkgrel=N'"
	farm_derive
}

# farm_derive: the defaults that abuild applies after the recipe's own lines.
farm_derive() {
	builddir=${builddir:-$srcdir/$pkgname-$pkgver}
	[ -n "${makedepends-}" ] || makedepends="${makedepends_build-} ${makedepends_host-}"
	if [ -z "${pkgarch-}" ]; then
		pkgarch=$CARCH
		! list_has noarch ${arch-} || pkgarch=noarch
	fi
	if subpackage_types_has dbg; then
		CFLAGS="$CFLAGS -g"
		CXXFLAGS="$CXXFLAGS -g"
	fi
	pkgdir=$pkgbasedir/$pkgname
}

# farm_check_options: a word that nobody knows is said, since it does nothing.
farm_check_options() {
	local farm_option
	for farm_option in ${options-}; do
		farm_option=${farm_option#*::}
		case ${farm_option#!} in
		*:*) ;;
		archcheck | bigdocs | charset.alias | check | checkroot | chmod-clean | dbg | fhs | keepdirs | ldpath-recursive) ;;
		lib64 | libtool | setcap | sover-namecheck | spdx | strip | suid | textrels) ;;
		toolchain | tracedeps | usrmerge) ;;
		net) warning "option net has no effect: builds have no network" ;;
		*) warning "unknown option '$farm_option' has no effect; see APKBUILD(5), options" ;;
		esac
	done
}

# subpkg_set NAME[:FUNCTION[:ARCH]]: sets subpkgname, subpkgsplit, subpkgarch.
subpkg_set() {
	local farm_rest
	subpkgname=${1%%:*}
	farm_rest=${1#"$subpkgname"}
	farm_rest=${farm_rest#:}
	subpkgsplit=${farm_rest%%:*}
	subpkgarch=${farm_rest#"$subpkgsplit"}
	subpkgarch=${subpkgarch#:}
	subpkgtriplet=$CHOST
	if [ -z "$subpkgsplit" ]; then
		case $subpkgname in
		*-bash-completion) subpkgsplit=bashcomp ;;
		*-zsh-completion) subpkgsplit=zshcomp ;;
		*-fish-completion) subpkgsplit=fishcomp ;;
		*) subpkgsplit=${subpkgname##*-} ;;
		esac
	fi
	case $subpkgarch in
	noarch | "$CARCH") ;;
	all | "$CHOST") subpkgarch=$CARCH ;;
	'')
		subpkgarch=$pkgarch
		case $subpkgname in
		"$pkgname") ;;
		*-doc | *-openrc | *-lang | *sh-completion | *-pyc | *-nftrules | *-systemd | *-udev)
			subpkgarch=noarch
			;;
		esac
		;;
	*) die "subpackage $subpkgname is for architecture '$subpkgarch', which this farm does not build" ;;
	esac
}

subpkg_unset() {
	unset subpkgname subpkgsplit subpkgarch subpkgtriplet
}
