# shellcheck shell=dash
# Questions about the recipe's lists, as recipes ask them. List variables are
# split at white space on purpose.
# shellcheck disable=SC2086,SC2154

# is_function NAME: NAME is a shell function, not a program.
is_function() {
	case $(type "$1" 2>/dev/null) in
	"$1 is a function" | "$1 is a shell function") return 0 ;;
	esac
	return 1
}

# list_has WORD ITEM...: WORD is an item; an item !WORD says no.
list_has() {
	local farm_word="$1" farm_item
	shift
	for farm_item; do
		[ "$farm_item" != "$farm_word" ] || return 0
		[ "$farm_item" != "!$farm_word" ] || return 1
	done
	return 1
}

# deplist_has NAME ATOM...: as list_has; versions of the atoms are ignored.
deplist_has() {
	local farm_word="$1" farm_item
	shift
	for farm_item; do
		farm_item=${farm_item%%[<>=~]*}
		[ "$farm_item" != "$farm_word" ] || return 0
		[ "$farm_item" != "!$farm_word" ] || return 1
	done
	return 1
}

# options_has OPTION: set for this (sub)package (NAME::OPTION) or for all.
options_has() {
	list_has "${subpkgname:-$pkgname}::$1" ${options-} || list_has "$1" ${options-}
}

depends_has() {
	deplist_has "$1" ${depends-}
}

makedepends_has() {
	deplist_has "$1" ${makedepends-}
}

install_has() {
	list_has "$1" ${install-}
}

triggers_has() {
	local farm_item
	for farm_item in ${triggers-}; do
		[ "$1" != "${farm_item%=*}" ] || return 0
	done
	return 1
}

source_has() {
	local farm_item
	for farm_item in ${source-}; do
		[ "$1" != "${farm_item##*/}" ] || return 0
		[ "$1" != "${farm_item%%::*}" ] || return 0
	done
	return 1
}

subpackages_has() {
	local farm_item
	for farm_item in ${subpackages-}; do
		[ "$1" != "${farm_item%%:*}" ] || return 0
	done
	return 1
}

# subpackage_types_has dev: there is a subpackage NAME-dev.
subpackage_types_has() {
	local farm_item
	for farm_item in ${subpackages-}; do
		farm_item=${farm_item%%:*}
		[ "$1" != "${farm_item##*-}" ] || return 0
	done
	return 1
}

# The farm always compiles for another machine than it runs on.
cross_compiling() {
	[ "$CBUILD" != "$CHOST" ]
}

cross_creating() {
	[ "$CHOST" != "$CTARGET" ]
}

# Unlike abuild, the farm runs the tests of what it cross-compiled.
want_check() {
	! options_has "!check"
}

is_remote() {
	case ${1#*::} in
	http://* | ftp://* | https://* | gopher://* | ftps://* | file://*) return 0 ;;
	esac
	return 1
}

# filename_from_uri NAME::URI or URI: the file's name among the sources.
filename_from_uri() {
	local farm_name="${1%%::*}"
	[ "$farm_name" != "$1" ] || farm_name=${1##*/}
	printf '%s\n' "$farm_name"
}

arch2dir() {
	case $1 in
	noarch) printf '%s\n' "$CARCH" ;;
	*) printf '%s\n' "$1" ;;
	esac
}
