# The manual's folder is not in Debian's tarball, and make visits it.
prepare() {
	default_prepare
	mkdir -p doc
	printf 'all check install install-strip clean:\n' >doc/Makefile.in
}
