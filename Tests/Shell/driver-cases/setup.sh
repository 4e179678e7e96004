# shellcheck shell=sh disable=SC2154,SC2086 # ../driver sets the variables; $T is one word
# toolchain/setup: quick and silent when all is there. (What it installs is seen by everything else.)

prints "setup has nothing to do and says nothing" "" "$toolchain/setup"
check "... in less than 0.3 seconds" sh -c "start=\$(date +%s%N); '$toolchain/setup'; end=\$(date +%s%N)
	test \$(((end - start) / 1000000)) -lt 300"
check "the list of packages has no double" sh -c "! grep -v '^#' '$toolchain/setup-parts/packages' | sort | uniq -d | grep ."
