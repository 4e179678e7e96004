# shellcheck shell=dash
# What must hold of a (sub)package's files before it may be packed, with abuild's
# severities, and what the farm adds. Each check says all that it finds; the
# phase fails after the last one.
# shellcheck disable=SC2086,SC2154

# farm_postcheck FOLDER
farm_postcheck() {
	farm_bad=""
	farm_drop_libtool "$1"
	farm_check_places "$1"
	farm_check_names "$1"
	farm_check_modes "$1"
	farm_check_manuals "$1"
	farm_check_types "$1"
	farm_check_paths "$1"
	farm_check_split "$1"
	[ -z "$farm_bad" ] || die "the checks of the packaged files failed"
}

# farm_found MESSAGE LIST: an error if the list of paths has any.
farm_found() {
	[ -n "$2" ] || return 0
	error "$1"
	printf '%s\n' "$2" | while IFS= read -r farm_line; do
		error2 "${farm_line#"$pkgbasedir/"}"
	done
	farm_bad=yes
}

# farm_noted MESSAGE LIST: a warning if the list of paths has any.
farm_noted() {
	[ -n "$2" ] || return 0
	warning "$1"
	printf '%s\n' "$2" | while IFS= read -r farm_line; do
		warning2 "${farm_line#"$pkgbasedir/"}"
	done
}

# farm_drop_libtool: *.la files go, as on Alpine; with options=libtool they
# stay, without the folders of this build.
farm_drop_libtool() {
	if options_has libtool; then
		find "$1" -name '*.la' -type f -exec sed -i \
			-e 's,-L */build/[^ ]*,,g' -e 's,/sysroot/,/,g' -e 's,/build/src/[^ ]*,,g' {} +
	else
		find "$1" -name '*.la' -type f -delete
	fi
}

farm_check_places() {
	local farm_place
	if ! options_has '!fhs'; then
		for farm_place in srv usr/local opt tmp var/tmp var/lock var/empty home sys proc mnt dev \
			build farm sysroot; do
			farm_found "packages put nothing under /$farm_place (options=\"!fhs\" allows it):" \
				"$(find "$1/$farm_place" -mindepth 1 -maxdepth 1 2>/dev/null | sort)"
		done
		[ ! -d "$1/usr/var" ] || farm_found "localstatedir is most likely wrong:" "$1/usr/var"
	fi
	if ! options_has lib64; then
		for farm_place in lib64 usr/lib64; do
			[ ! -e "$1/$farm_place" ] || farm_found "use /usr/lib instead of:" "$1/$farm_place"
		done
	fi
	if ! options_has '!usrmerge'; then
		for farm_place in bin sbin lib; do
			[ ! -e "$1/$farm_place" ] || farm_noted "use /usr/${farm_place##*s} instead of:" "$1/$farm_place"
		done
	fi
	if ! options_has charset.alias && [ -e "$1/usr/lib/charset.alias" ]; then
		farm_found "must not be shipped:" "$1/usr/lib/charset.alias"
	fi
}

farm_check_names() {
	farm_found "file names with a line feed:" "$(find "$1" -name '*
*')"
}

farm_check_modes() {
	local farm_script
	options_has suid ||
		farm_found "set-uid or set-gid programs (options=\"suid\" allows them):" \
			"$(find "$1" -type f \( -perm -4000 -o -perm -2000 \) -perm -1 | sort)"
	farm_found "devices, pipes or sockets:" "$(find "$1" ! -type f ! -type d ! -type l | sort)"
	farm_noted "folders that everybody may write to:" "$(find "$1" -type d -perm -777 | sort)"
	for farm_script in "$1"/etc/conf.d/* "$1"/etc/conf.d/user/*; do
		if [ -f "$farm_script" ] && ! [ -L "$farm_script" ] && [ -x "$farm_script" ]; then
			farm_noted "should not be executable:" "$farm_script"
		fi
	done
	for farm_script in "$1"/etc/init.d/* "$1"/etc/init.d/user/*; do
		if [ -f "$farm_script" ] && ! [ -L "$farm_script" ] && ! [ -x "$farm_script" ]; then
			farm_found "must be executable:" "$farm_script"
		fi
	done
}

farm_check_manuals() {
	[ -d "$1/usr/share/man" ] || return 0
	farm_found "manual pages that are not compressed (a -doc subpackage does it):" \
		"$(find "$1/usr/share/man" -type f -name '*.[0-8]' | sort)"
}

# farm_check_types: nothing of the build machine in it; nothing of any machine
# in what claims to fit all.
farm_check_types() {
	local farm_file farm_list="$tmpdir/types.list" farm_elf="" farm_machine_code=""
	mkdir -p "$tmpdir"
	find "$1" -type f | sort >"$farm_list"
	while IFS= read -r farm_file; do
		farm_file_type "$farm_file"
		case $farm_type in
		elf) farm_elf="$farm_elf$farm_file
" ;;
		module | archive) farm_machine_code="$farm_machine_code$farm_file
" ;;
		esac
	done <"$farm_list"
	rm "$farm_list"
	farm_found "programs or objects of the build machine (ELF), where wasm32 is wanted:" "${farm_elf%?}"
	if [ "${subpkgarch:-$pkgarch}" = noarch ] && ! options_has '!archcheck'; then
		farm_found "wasm32 code in a noarch package:" "${farm_machine_code%?}"
	fi
}

# farm_check_paths: the folders of a build mean nothing on a user's machine.
# abuild does not look; here it is a warning, and links are an error.
# options="apkfarm:build-paths" silences it where a recipe knows why.
farm_check_paths() {
	! options_has apkfarm:build-paths || return 0
	farm_noted "paths of the build inside (options=\"apkfarm:build-paths\" silences this):" \
		"$(LC_ALL=C /usr/bin/grep -raoE -e "$farm_paths" "$1" | sort -u | head -n 20)"
	farm_found "symbolic links into the build:" \
		"$(find "$1" -type l -exec sh -c 'for l; do case $(readlink "$l") in
			/build/* | /farm/* | /sysroot/*) printf "%s\n" "$l" ;; esac; done' sh {} + | sort)"
}

farm_paths='/build/(src|pkg|recipe|control|home|tmp)/|/farm/(toolchain|phases|distfiles)/|/sysroot/(usr|lib|bin|etc)'

# farm_check_split FOLDER: files that abuild wants in a subpackage of their kind.
farm_check_split() {
	local farm_name="${subpkgname:-$pkgname}"
	farm_wants_split -openrc "$1/etc/init.d" "$1/etc/conf.d"
	farm_wants_split -systemd "$1/usr/lib/systemd"
	farm_wants_split -udev "$1/usr/lib/udev"
	farm_wants_split -doc "$1/usr/share/doc" "$1/usr/share/man"
	farm_wants_split -devhelp "$1/usr/share/devhelp"
	farm_wants_split -lang "$1/usr/share/locale"
	farm_wants_split -bash-completion "$1/usr/share/bash-completion"
	farm_wants_split -zsh-completion "$1/usr/share/zsh/site-functions"
	farm_wants_split -fish-completion "$1/usr/share/fish/vendor_completions.d"
	[ ! -e "$1/usr/share/fish/completions" ] ||
		farm_noted "fish completions belong in usr/share/fish/vendor_completions.d:" "$1/usr/share/fish/completions"
}

farm_wants_split() {
	local farm_ending="$1" farm_place
	shift
	[ "${farm_name%"$farm_ending"}" = "$farm_name" ] || return 0
	for farm_place; do
		[ ! -e "$farm_place" ] || farm_noted "not in a package whose name ends in $farm_ending:" "$farm_place"
	done
}

# farm_check_together: a file belongs to one package of a recipe, unless one
# of the two says that it replaces or refuses the other. abuild does not look;
# apk would refuse only to whoever installs both.
farm_check_together() {
	local farm_name farm_list="$tmpdir/owners" farm_shared=""
	: >"$farm_list"
	while IFS= read -r farm_name; do
		(cd "$pkgbasedir/$farm_name" && find . ! -type d | while IFS= read -r farm_file; do
			printf '%s\t%s\n' "${farm_file#.}" "$farm_name"
		done) >>"$farm_list"
	done <"$farm_control/order"
	sort "$farm_list" | awk -F '\t' '$1 == file { print owner, $2, $1 } { file = $1; owner = $2 }' >"$farm_list.twice"
	while read -r farm_one farm_two farm_file; do
		if ! farm_gives_way "$farm_one" "$farm_two" && ! farm_gives_way "$farm_two" "$farm_one"; then
			error "$farm_file is in both $farm_one and $farm_two"
			farm_shared=yes
		fi
	done <"$farm_list.twice"
	rm "$farm_list" "$farm_list.twice"
	[ -z "$farm_shared" ] ||
		die "one file in two packages: move it (amove), or say replaces= in the package that may overwrite it"
}

# farm_gives_way ONE OTHER: ONE's metadata say replaces=OTHER or depends=!OTHER.
farm_gives_way() {
	tr '\0' '\n' <"$farm_control/$1/metadata" | awk -v other="$2" '
		/^(replaces|depends)=/ {
			key = $0; sub(/=.*/, "", key); sub(/^[a-z]*=/, "")
			for (i = 1; i <= NF; i++) {
				name = $i; sub(/[<>=~].*/, "", name)
				if (name == (key == "depends" ? "!" other : other)) found = 1
			}
		}
		END { exit !found }'
}
