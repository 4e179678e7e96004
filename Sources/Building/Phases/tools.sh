# shellcheck shell=dash
# Debian's busybox prefers its own applets to what PATH holds, and lacks
# options that recipes use (find -delete, patch of GNU diffs). So programs that
# the machine has are called by their place. awk stays busybox's, as on Alpine.

for farm_tool in base64 basename bc bunzip2 bzcat bzip2 cat chgrp chmod chown cmp cp cpio cut date \
	dd diff dirname du ed egrep env expand expr factor fgrep find fold getopt grep gunzip gzip head \
	hexdump id install ln ls lzcat md5sum mkdir mkfifo mktemp mv nl nproc od paste patch ps readlink \
	realpath rev rm rmdir sed seq sh sha1sum sha256sum sha512sum shuf sleep sort split stat \
	tac tail tar tee timeout touch tr truncate unexpand uniq unlzma unxz unzip wc xargs xxd xz \
	xzcat zcat; do
	[ ! -x "/usr/bin/$farm_tool" ] || eval "$farm_tool() { /usr/bin/$farm_tool \"\$@\"; }"
done

# The cross tools by their plain names, and the machine's name, likewise.
for farm_tool in ar strings uname; do
	eval "$farm_tool() { /farm/phases/bin/$farm_tool \"\$@\"; }"
done
