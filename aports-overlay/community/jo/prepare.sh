prepare() {
	default_prepare
	autoreconf -fi
}
