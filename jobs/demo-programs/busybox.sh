#!/bin/sh
# busybox.sh [FOLDER]: a shell script for busybox, which verifies what it computes.
# Exit status 1 if anything was wrong.
# These constructs are what is tried here:
# shellcheck disable=SC2003,SC2005,SC2030,SC2031,SC2094,SC2116,SC2194
set -u

wrong=0
made=
folder=${1:-}
if [ -z "$folder" ]; then
	folder=$(mktemp -d "${TMPDIR:-/tmp}/busybox.XXXXXX") || exit 1
	made=$folder
fi
cd "$folder" || exit 1

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		echo "ok: $1"
	else
		echo "WRONG: $1: got '$2', wanted '$3'"
		wrong=1
	fi
}

# Pipes
is "pipe of five programs" "$(seq 1 1000 | grep 7 | sed 's/7/x/g' | sort -r | wc -l | tr -d ' ')" 271
is "status of a pipe" "$(false | true && echo true)" true
is "a pipe's writer meets SIGPIPE" "$(yes | head -n 3 | tr '\n' ' ')" "y y y "

# Subshells
n=1
(n=2 && cd / && exit 7)
is "a subshell's exit status" "$?" 7
is "a subshell changes nothing outside" "$n $(pwd | sed 's,.*/,,')" "1 ${folder##*/}"
is "nested command substitution" "$(echo "$(echo "$(expr 6 \* 7)")")" 42

# Background jobs
for i in 1 2 3 4 5; do
	(sleep 0.0$i && echo "job $i" >"job.$i") &
done
wait
is "five jobs in the background" "$(cat job.1 job.2 job.3 job.4 job.5 | wc -l | tr -d ' ')" 5
(exit 9) &
wait $!
is "wait gives a job's status" "$?" 9
sleep 60 &
kill -TERM $!
wait $! 2>/dev/null
is "a job ended by a signal" "$?" 143

# Traps
sh -c 'trap "echo caught >trap.usr1" USR1; kill -USR1 $$; [ -f trap.usr1 ]'
is "trap on SIGUSR1" "$?" 0
is "trap on EXIT" "$(sh -c 'trap "echo bye" EXIT; echo hi' | tr '\n' ' ')" "hi bye "
is "an ignored signal" "$(sh -c 'trap "" TERM; kill -TERM $$; echo alive')" alive

# Here-documents
name=world
is "here-document with expansion" "$(
	cat <<END
hello $name $((2 + 3)) $(echo sub)
END
)" "hello world 5 sub"
is "here-document without expansion" "$(
	cat <<'END'
hello $name
END
)" "hello \$name"

# Files: find, xargs, permissions, links
mkdir -p tree/a/b tree/c
for i in 1 2 3 4 5 6 7 8 9; do
	echo "file $i" >"tree/a/$i.txt"
done
echo "with space" >"tree/c/with space.txt"
ln -s ../a/1.txt tree/c/link
is "find | xargs" "$(find tree -name '*.txt' -print0 | xargs -0 cat | wc -l | tr -d ' ')" 10
is "find -exec" "$(find tree -type f -exec basename {} \; | sort | head -n 1)" 1.txt
is "xargs -n" "$(seq 1 10 | xargs -n 4 echo | wc -l | tr -d ' ')" 3
is "a symbolic link" "$(cat tree/c/link) $(readlink tree/c/link)" "file 1 ../a/1.txt"
chmod 640 tree/a/1.txt
is "permissions" "$(stat -c %a tree/a/1.txt)" 640
rm -r tree/c
is "removed folders are gone" "$(find tree -type d | wc -l | tr -d ' ')" 3

# awk and sed
seq 1 100 >numbers
is "awk: sum and associative array" \
	"$(awk '{ sum += $1; kind[$1 % 3]++ } END { print sum, kind[0], kind[1], kind[2] }' numbers)" "5050 33 34 33"
is "awk: functions and printf" \
	"$(awk 'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) } BEGIN { printf "%05d %s", f(15), toupper("x") }')" \
	"00610 X"
is "awk: fields and regular expressions" "$(printf 'a:1\nb:22\nc:333\n' | awk -F: '$2 ~ /^2+$/ { print $1 }')" b
is "sed: substitution with groups" "$(echo 2026-11-23 | sed -E 's/([0-9]+)-([0-9]+)-([0-9]+)/\3.\2.\1/')" 23.11.2026
is "sed: ranges and hold space" "$(sed -n '1!G;h;$p' numbers | head -n 1) $(sed -n '5,7p' numbers | tr '\n' ' ')" \
	"100 5 6 7 "
sed -i 's/^50$/fifty/' numbers
is "sed: in place" "$(grep -n fifty numbers)" 50:fifty

# Archives
tar c tree | gzip >tree.tar.gz
mkdir unpacked
gzip -d <tree.tar.gz | tar x -C unpacked
is "tar c | gzip | tar x" "$(cd unpacked && find tree -type f | sort | xargs cat | md5sum)" \
	"$(find tree -type f | sort | xargs cat | md5sum)"
is "permissions survive an archive" "$(stat -c %a unpacked/tree/a/1.txt)" 640
is "bzip2 and xz" "$(bzip2 <numbers | bzip2 -d | cmp - numbers && echo same) $(tar cj tree | tar tj | wc -l | tr -d ' ')" \
	"same 12"
is "sha256sum" "$(printf abc | sha256sum | cut -d ' ' -f 1)" \
	ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad

# The shell as a language
is "arithmetic" "$(((1 << 10) + 7 % 4 - -3))" 1030
is "parameters" "$(set -- a 'b c' d && echo "$# ${2#b } ${3:-x} ${4:-x}")" "3 c d x"
is "patterns" "$(path=/usr/lib/libz.so.1 && echo "${path##*/} ${path%%.*} ${path%/*}")" "libz.so.1 /usr/lib/libz /usr/lib"
is "case" "$(case file.tar.gz in *.zip) echo zip ;; *.tar.*) echo tar ;; esac)" tar
total=0
while read -r line; do
	case $line in
	*[!0-9]*) continue ;;
	esac
	total=$((total + line))
done <numbers
is "while read" "$total" 5000
factorial() {
	[ "$1" -le 1 ] && echo 1 && return
	echo $(($1 * $(factorial $(($1 - 1)))))
}
is "recursion" "$(factorial 12)" 479001600

cd /
if [ -n "$made" ]; then
	rm -rf "$made"
else
	(cd "$folder" && rm -rf job.? trap.usr1 tree unpacked tree.tar.gz numbers)
fi
[ "$wrong" = 0 ] && echo "all right"
exit "$wrong"
