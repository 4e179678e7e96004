#!/bin/sh
# tests.sh TREE: own tests of the program tree. Prints PASS: and FAIL: lines; exit status 1 if any failed.
set -eu

tree=$1
failed=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p top/a/deep/deeper top/b top/.hidden
printf '12345' >top/a/five.c
printf '1234567890' >top/a/ten.h
: >top/b/empty.txt
: >top/.hidden/secret
: >'top/b/with space'
ln -s ../a/five.c top/b/link
ln -s missing top/dangling
chmod 755 top/b/empty.txt
chmod 644 top/a/five.c
chmod 600 top/a/ten.h

# is NAME OPTION...: the output of tree is what standard input holds
is() {
	name=$1
	shift
	cat >wanted
	"$tree" "$@" >got 2>&1 || :
	if cmp -s wanted got; then
		echo "PASS: $name"
	else
		echo "FAIL: $name"
		diff wanted got || :
		failed=1
	fi
}

# has NAME PATTERN OPTION...: a line of the output matches
has() {
	name=$1 pattern=$2
	shift 2
	if "$tree" "$@" 2>&1 | grep -q -e "$pattern"; then
		echo "PASS: $name"
	else
		echo "FAIL: $name"
		"$tree" "$@" 2>&1 || :
		failed=1
	fi
}

is "plain tree, ASCII lines" --charset=ascii -N top <<'END'
top
|-- a
|   |-- deep
|   |   `-- deeper
|   |-- five.c
|   `-- ten.h
|-- b
|   |-- empty.txt
|   |-- link -> ../a/five.c
|   `-- with space
`-- dangling -> missing

5 directories, 6 files
END

is "hidden files with -a" --charset=ascii -a --noreport top/.hidden <<'END'
top/.hidden
`-- secret
END

is "folders only" --charset=ascii -d --noreport top <<'END'
top
|-- a
|   `-- deep
|       `-- deeper
`-- b
END

is "depth limit" --charset=ascii -L 1 --noreport top <<'END'
top
|-- a
|-- b
`-- dangling -> missing
END

is "full paths without indentation" -i -f --noreport top/a <<'END'
top/a
top/a/deep
top/a/deep/deeper
top/a/five.c
top/a/ten.h
END

is "pattern" --charset=ascii -P '*.c' --prune --noreport top/a <<'END'
top/a
`-- five.c
END

is "ignored pattern" --charset=ascii -I 'deep|*.h' --noreport top/a <<'END'
top/a
`-- five.c
END

is "modes" --charset=ascii -p --noreport -I deep top/a <<'END'
[drwxr-xr-x]  top/a
|-- [-rw-r--r--]  five.c
`-- [-rw-------]  ten.h
END

is "kinds with -F" --charset=ascii -N -F --noreport top/b <<'END'
top/b/
|-- empty.txt*
|-- link -> ../a/five.c
`-- with space
END

is "reversed order" --charset=ascii -r --noreport -L 1 top <<'END'
top
|-- dangling -> missing
|-- b
`-- a
END

is "folders first" --charset=ascii --dirsfirst --noreport top/a <<'END'
top/a
|-- deep
|   `-- deeper
|-- five.c
`-- ten.h
END

is "by size" --charset=ascii --sort=size --noreport -P '*.[ch]' --prune top/a <<'END'
top/a
|-- ten.h
`-- five.c
END

is "UTF-8 lines" --charset=UTF-8 --noreport top/.hidden -a <<'END'
top/.hidden
└── secret
END

is "JSON" -J --noreport top/a <<'END'
[
  {"type":"directory","name":"top/a","contents":[
    {"type":"directory","name":"deep","contents":[
      {"type":"directory","name":"deeper"}
    ]},
    {"type":"file","name":"five.c"},
    {"type":"file","name":"ten.h"}
  ]}

]
END

is "quoted names" --charset=ascii -Q --noreport top/b <<'END'
"top/b"
|-- "empty.txt"
|-- "link" -> "../a/five.c"
`-- "with space"
END

is "a listing read from a file" --charset=ascii --fromfile --noreport list <<'END'
list  [error opening dir]
END

printf 'x/y/z\nx/w\n' >list
is "a listing from standard input's form" --charset=ascii --fromfile --noreport list <<'END'
list
`-- x
    |-- w
    `-- y
        `-- z
END

has "sizes" '\[ *10\]  ten.h' -s top/a
has "XML" '<file name="five.c"></file>' -X top/a
has "HTML" '<a href="./five.c">five.c</a>' -H . top/a
has "report of one folder" '^1 directory, 1 file$' -a top/.hidden
has "missing folder" 'nowhere.*error opening dir' nowhere
has "unknown option" 'Invalid argument' -%
has "disk usage" '\[ *4*[0-9]*\]  top' --du -s top
has "inodes" "\[ *$(stat -c %i top/a/ten.h)\]  ten.h" --inodes top/a
has "colour" '\[01;34mtop/a' -C top/a
has "dates" '\[2001-02-03\]  old' --timefmt %Y-%m-%d -D "$(mkdir -p dated && touch -d 2001-02-03 dated/old && echo dated)"
has "ignored by a .gitignore file" '^2 directories, 2 files$' --gitignore "$(echo '*.h' >top/a/.gitignore && echo deeper >>top/a/.gitignore && : >top/a/more.c && echo top/a)"
exit "$failed"
