# shellcheck shell=dash
# What a (sub)package says of itself: $farm_control/NAME/metadata, key=value
# ended by NUL, in the fixed order below, beside its scripts.
# shellcheck disable=SC2086,SC2154

# farm_words WORD...: one blank between words, none around them.
farm_words() {
	printf '%s' "$*"
}

farm_field() {
	printf '%s=%s\0' "$1" "$2" >>"$farm_folder/metadata"
}

# farm_maintainer: abuild takes the variable, else the comment line.
farm_maintainer() {
	if [ -n "${maintainer-}" ]; then
		printf '%s' "$maintainer"
	else
		sed -n '/^# *Maintainer: */{s///p;q;}' "$startdir/APKBUILD"
	fi
}

farm_metadata() {
	local farm_name="${subpkgname:-$pkgname}" farm_folder farm_depends="" farm_atom
	farm_folder=$farm_control/$farm_name
	mkdir -p "$farm_folder"
	: >"$farm_folder/metadata"
	farm_scripts "$farm_name"
	for farm_atom in ${depends-} $farm_shell; do
		[ "$farm_atom" = "$farm_name" ] || farm_depends="$farm_depends $farm_atom"
	done
	farm_field pkgname "$farm_name"
	farm_field pkgver "$pkgver"
	farm_field pkgrel "${pkgrel:-0}"
	farm_field pkgdesc "$pkgdesc"
	farm_field url "${url-}"
	farm_field arch "${subpkgarch:-$pkgarch}"
	farm_field license "$(farm_words ${license-})"
	farm_field depends "$(farm_words $farm_depends)"
	farm_field provides "$(farm_words ${provides-})"
	farm_field replaces "$(farm_words ${replaces-})"
	farm_field replaces_priority "${replaces_priority-}"
	farm_field provider_priority "${provider_priority-}"
	farm_field install_if "$(farm_words ${install_if-})"
	farm_field triggers "$farm_triggers"
	farm_field install "$(farm_words $farm_installed)"
	farm_field origin "$pkgname"
	farm_field maintainer "$(farm_maintainer)"
	farm_field options "$(farm_words ${options-})"
	farm_field somask "$(farm_words ${somask-})"
	farm_field sonameprefix "${sonameprefix-}"
	farm_field pcprefix "${pcprefix-}"
	farm_owners "$1" >"$farm_folder/owners"
	farm_check_content "$1"
}

# farm_owners FOLDER: whom files belong to, where that is not root; and the modes that fakeroot keeps to itself, as it
# must read and write the files.
farm_owners() {
	find "$1" -mindepth 1 \( ! -uid 0 -o ! -gid 0 -o -type f ! -perm -0600 -o -type d ! -perm -0700 \) \
		-printf '%U:%G:%u:%g:%m:%P\0'
}

# farm_scripts NAME: copies NAME.post-install and so on. Sets farm_installed
# (their names), farm_triggers (watched folders), farm_shell (/bin/sh if one of
# the scripts wants it and the recipe does not say so itself).
farm_scripts() {
	local farm_entry farm_file farm_kind farm_first
	farm_installed="" farm_triggers="" farm_shell=""
	for farm_entry in ${install-} ${triggers-}; do
		farm_file=${farm_entry%%=*}
		[ "${farm_file%.*}" = "$1" ] || continue
		farm_kind=${farm_file##*.}
		case $farm_kind in
		pre-install | post-install | pre-upgrade | post-upgrade | pre-deinstall | post-deinstall) ;;
		trigger) farm_triggers=$(printf '%s' "${farm_entry#*=}" | tr : ' ') ;;
		*) die "$farm_file is no script that apk runs: its name ends in .$farm_kind" ;;
		esac
		[ -f "$startdir/$farm_file" ] || die "script $farm_file is not in the recipe's folder"
		/usr/bin/install -m 0755 "$startdir/$farm_file" "$farm_folder/.$farm_kind"
		farm_installed="$farm_installed .$farm_kind"
		IFS= read -r farm_first <"$startdir/$farm_file" || :
		case $farm_first in
		'#!/bin/sh'* | '#! /bin/sh'*)
			if [ "$pkgname" != busybox ] && ! depends_has busybox && ! depends_has /bin/sh; then
				farm_shell=/bin/sh
			fi
			;;
		esac
	done
}

# farm_check_content FOLDER: a package with nothing in it is a mistake, most
# likely an install step that did nothing, unless it stands for something:
# dependencies, provided names, scripts. abuild packs it without a word.
farm_check_content() {
	[ -z "$(find "$1" -mindepth 1 ! -type d | head -n 1)" ] || return 0
	[ -z "$(farm_words ${depends-} ${provides-} ${install_if-} $farm_installed)" ] || return 0
	[ -z "$(find "$1" -mindepth 1 -type d | head -n 1)" ] || return 0
	die "${subpkgname:-$pkgname} has no files, no dependencies, no provides and no scripts: drop it, or say what it stands for"
}
