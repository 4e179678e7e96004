prepare() {
	default_prepare
	# Makes configure, and shows its help instead of running it.
	./autogen.sh --help >/dev/null
	update_config_sub
}
