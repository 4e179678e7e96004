# shellcheck shell=dash
# What phases say: one line each on standard error, led by the package's name.

msg() {
	printf '>>> %s: %s\n' "${subpkgname:-${pkgname:-recipe}}" "$*" >&2
}

msg2() {
	printf '    %s\n' "$*" >&2
}

warning() {
	printf '>>> WARNING: %s: %s\n' "${subpkgname:-${pkgname:-recipe}}" "$*" >&2
}

warning2() {
	printf '             %s\n' "$*" >&2
}

error() {
	printf '>>> ERROR: %s: %s\n' "${subpkgname:-${pkgname:-recipe}}" "$*" >&2
}

error2() {
	printf '           %s\n' "$*" >&2
}

# die MESSAGE: the phase ends here, failed. The trap that names the failed
# phase is taken off: the message says more.
die() {
	trap - EXIT
	error "$@"
	exit 1
}
