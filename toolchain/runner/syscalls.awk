# Turns ../syscalls.tsv into the rows of the runner's dispatch table
# (syscalls.inc) or, with -v form=markdown, into the table of README.md.
function kind(word) {
	if (word == "i") return "INT, 0"
	if (word == "u") return "UNSIGNED, 0"
	if (word == "s") return "STRING, 0"
	if (word == "b") return "BUFFER, 0"
	if (word == "B") return "BUFFER_BEFORE, 0"
	if (word == "A") return "ARRAY_BEFORE, 0"
	if (word == "v") return "VALUE_RESULT, 0"
	if (word ~ /^p[0-9]+$/) return "POINTER, " substr(word, 2)
	print FILENAME ":" FNR ": unknown argument '" word "'" > "/dev/stderr"
	failed = 1
	exit 1
}
# the host's number: below 403 by name, above all machines agree
function host_number(name) {
	if ($1 >= 424) return $1
	sub(/_time64$/, "", name)
	if (name ~ /^(clock_gettime|timer_gettime|timerfd_gettime|sendfile)64$/) sub(/64$/, "", name)
	return "SYS_" name
}
BEGIN { FS = "\t" }
/^#/ || $1 == "number" { next }
NF != 5 || $1 !~ /^[0-9]+$/ || ($1 in seen) {
	print FILENAME ":" FNR ": want number, name, how, signature, note; each number once" > "/dev/stderr"
	failed = 1
	exit 1
}
{ seen[$1] = 1 }
form == "markdown" {
	note = $5 == "-" ? "" : $5
	if ($3 == "refused") note_of[note] = note_of[note] " " $2
	else if ($3 == "translated") translated[note] = translated[note] " " $2
	else forwarded = forwarded " " $2
	count[$3]++
	next
}
$3 == "forwarded" {
	arguments = ""
	if ($4 != "-") {
		n = split($4, words, " ")
		for (i = 1; i <= n; i++) arguments = arguments (i > 1 ? ", " : "") "{ " kind(words[i]) " }"
	}
	printf "FORWARDED(%d, %s, %s, %s)\n", $1, $2, host_number($2), arguments
	next
}
$3 == "translated" { printf "TRANSLATED(%d, %s, %d)\n", $1, $2, $4 == "no-restart"; next }
$3 == "refused" { printf "REFUSED(%d, %s)\n", $1, $2; next }
{ print FILENAME ":" FNR ": unknown way '" $3 "'" > "/dev/stderr"; failed = 1; exit 1 }
END {
	if (failed || form != "markdown") exit failed
	printf "| how | calls | why or what |\n|-|-|-|\n"
	printf "| forwarded (%d) |%s | addresses checked and translated, the rest is the kernel's |\n", count["forwarded"], forwarded
	for (note in translated) printf "| translated |%s | %s |\n", translated[note], note | "LC_ALL=C sort"
	close("LC_ALL=C sort")
	for (note in note_of) printf "| refused |%s | %s |\n", note_of[note], note | "LC_ALL=C sort"
	close("LC_ALL=C sort")
}
