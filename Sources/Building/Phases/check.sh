# shellcheck shell=dash
# The phase check: what the tests print is kept in /build/report/check.log too.
# shellcheck disable=SC2154

# farm_check: runs check() with its output going through a pipe to tee. The
# log is whole when the phase ends, whichever way it ends.
farm_check() {
	mkdir -p /build/report
	rm -f "$farm_state/check.pipe" "$farm_state/check.said"
	mkfifo "$farm_state/check.pipe"
	{
		/usr/bin/tee /build/report/check.log <"$farm_state/check.pipe"
		: >"$farm_state/check.said"
	} &
	farm_tee=$!
	exec 7>&1 8>&2 >"$farm_state/check.pipe" 2>&1
	trap farm_check_failed EXIT
	check
	farm_check_said
	trap farm_phase_failed EXIT
}

farm_check_failed() {
	farm_check_said
	farm_phase_failed
}

# A daemon that the tests left behind may hold the pipe open for ever.
farm_check_said() {
	exec >&7 2>&8 7>&- 8>&-
	farm_tries=0
	while ! [ -e "$farm_state/check.said" ] && [ "$farm_tries" -lt 20 ]; do
		sleep 0.1
		farm_tries=$((farm_tries + 1))
	done
	kill "$farm_tee" 2>/dev/null || :
	rm -f "$farm_state/check.pipe" "$farm_state/check.said"
}
