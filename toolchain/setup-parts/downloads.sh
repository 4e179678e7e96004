# shellcheck shell=sh disable=SC2154 # the variables are set by ../setup
# Downloaded files, in $cache/tools under their sha256. Read by ../setup.

sum_of() {
	sha256sum "$1" | cut -d' ' -f1
}

# keep FILE SHA256: moves a downloaded file into the cache if it has the checksum
keep() {
	[ "$(sum_of "$1")" = "$2" ] || fail "$(basename "$1") has the sha256 $(sum_of "$1"), wanted $2." \
		"If the change is meant, put it into toolchain/versions"
	mv "$1" "$cache/tools/$2"
}

# Is the file in the cache, and whole?
is_kept() {
	[ -s "$cache/tools/$1" ] || return 1
	[ "$(sum_of "$cache/tools/$1")" = "$1" ] && return
	say "$cache/tools/$1 is damaged: fetching it anew"
	rm -f "$cache/tools/$1"
	return 1
}

# A new folder for a download, on the cache's disk.
download_folder() {
	mktemp -d "$cache/tools/download-XXXXXX"
}
