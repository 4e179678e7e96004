prepare() {
	default_prepare
	autoreconf -fi
	update_config_sub
}
