# Turns refused.tsv into the rows of the filter's table, or, with -v form=markdown, into the table of README.md.
BEGIN { FS = "\t" }
/^#/ || $1 == "call" { next }
NF != 4 || $3 !~ /^(EPERM|ENOSYS)$/ || $2 !~ /^(-|[0-9]+)$/ || $4 == "" || ($1 in seen) {
	print FILENAME ":" FNR ": want call, number or -, EPERM or ENOSYS, why; each call once" > "/dev/stderr"
	exit 1
}
{ seen[$1] = 1 }
form == "markdown" { printf "| `%s` | %s | %s |\n", $1, $3, $4; next }
$2 != "-" { printf "\t{ %s, %s },\n", $2, $3; next }
{ printf "#ifdef SYS_%s\n\t{ SYS_%s, %s },\n#endif\n", $1, $1, $3 }
