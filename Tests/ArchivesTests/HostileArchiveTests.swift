import Archives
import Testing

/// Archives made by python's tarfile, which writes whatever it is told.
@Suite struct HostileArchiveTests {
    static let prologue = """
        import tarfile, io
        t = tarfile.open('evil.tar', 'w', format=tarfile.PAX_FORMAT)
        def add(name, type=tarfile.REGTYPE, link='', data=b'x', mode=0o644, **more):
            i = tarfile.TarInfo(name); i.type = type; i.linkname = link; i.mode = mode
            i.size = len(data) if type == tarfile.REGTYPE else 0
            for k, v in more.items(): setattr(i, k, v)
            t.addfile(i, io.BytesIO(data) if i.size else None)
        SYM, LNK, DIR = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE
        """

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let script: String
        let word: String
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "climbing", script: "add('../outside')", word: "'..'"),
        Case(name: "climbing from within", script: "add('a/../../outside')", word: "'..'"),
        Case(name: "absolute path", script: "add('/tmp/apkfarm-outside')", word: "absolute"),
        Case(name: "absolute link", script: "add('l', SYM, '/etc/passwd')", word: "absolute"),
        Case(name: "link outside", script: "add('l', SYM, '../outside')", word: "outside"),
        Case(name: "link to the folder above", script: "add('l', SYM, '..')", word: "outside"),
        Case(name: "deep link outside", script: "add('a/b/l', SYM, '../../../x')", word: "outside"),
        Case(
            name: "link that climbs through a link",
            script: "add('a/b/s', SYM, '../..'); add('a/b/t', SYM, 's/../outside')", word: "after a name"),
        Case(name: "empty link", script: "add('l', SYM, '')", word: "empty"),
        Case(
            name: "file through a link", script: "add('l', SYM, 'd'); add('d', DIR); add('l/f')", word: "link"
        ),
        Case(
            name: "folder through a link", script: "add('l', SYM, 'd'); add('d', DIR); add('l/e', DIR)",
            word: "link"),
        Case(
            name: "folder over a link", script: "add('d', DIR); add('l', SYM, 'd'); add('l', DIR)",
            word: "link"),
        Case(name: "file below a file", script: "add('f'); add('f/g')", word: "file"),
        Case(name: "file over a folder", script: "add('d', DIR); add('d')", word: "folder"),
        Case(name: "hard link outside", script: "add('h', LNK, '../outside')", word: "'..'"),
        Case(name: "absolute hard link", script: "add('h', LNK, '/etc/passwd')", word: "absolute"),
        Case(name: "hard link to a link", script: "add('s', SYM, 'x'); add('h', LNK, 's')", word: "no file"),
        Case(name: "hard link to nothing", script: "add('h', LNK, 'x')", word: "no file"),
        Case(
            name: "hard link through a link", script: "add('d/f'); add('s', SYM, 'd'); add('h', LNK, 's/f')",
            word: "link"),
        Case(name: "device", script: "add('null', tarfile.CHRTYPE, devmajor=1, devminor=3)", word: "device"),
        Case(name: "named pipe", script: "add('p', tarfile.FIFOTYPE)", word: "pipe"),
        Case(name: "overlong name", script: "add('n' * 300)", word: "longer than 255"),
        Case(name: "overlong path", script: "add('n/' * 2000 + 'f')", word: "longer than 2048"),
        Case(
            name: "too large", script: "i = tarfile.TarInfo('f'); i.size = 1 << 62; t.addfile(i)",
            word: "bytes in files"),
        Case(name: "no name", script: "add('.')", word: "needs a name"),
        Case(name: "empty name", script: "add('')", word: ""),
    ]

    @Test("an archive that reaches out is refused and nothing is written outside", arguments: cases)
    func hostile(example: Case) throws {
        let place = try Workplace()
        try place.write(Array("\(Self.prologue)\n\(example.script)\nt.close()\n".utf8), "make.py")
        try place.sh("mkdir out && python3 make.py")
        #expect {
            try SourceArchive.unpack(place.path + "/evil.tar", into: place.path + "/out")
        } throws: { error in
            error is ArchiveError && "\(error)".contains(example.word)
        }
        #expect(try place.sh("ls") == "evil.tar\nmake.py\nout\n")
        #expect(try place.sh("test ! -e /tmp/apkfarm-outside && echo none") == "none\n")
    }

    @Test func `harmless oddities pass`() throws {
        let place = try Workplace()
        let script = """
            add('./a/./b//c'); add('a/b/c', data=b'second')
            add('up/down', SYM, '../a/b/c'); add('self', LNK, 'a/b/c'); add('.', DIR)
            add('set', mode=0o6777); add('d', DIR, mode=0o555); add('d/f')
            add('old', mtime=-5); add('n\\u00e4me')
            """
        try place.write(Array("\(Self.prologue)\n\(script)\nt.close()\n".utf8), "make.py")
        try place.sh("mkdir out && python3 make.py")
        try SourceArchive.unpack(place.path + "/evil.tar", into: place.path + "/out")
        #expect(
            try place.sh("cat out/up/down out/self; stat -c %a out/set out/d") == "secondsecond755\n755\n")
        #expect(try place.sh("test -e out/n\u{e4}me && echo yes") == "yes\n")
    }

    @Test func `names that are no UTF-8 keep their bytes`() throws {
        let place = try Workplace()
        try place.sh("mkdir out in; : >in/$(printf 'n\\344me'); tar -C in -czf a.tar.gz .")
        try SourceArchive.unpack(place.path + "/a.tar.gz", into: place.path + "/out")
        #expect(try place.sh("cd out; ls | od -An -c") == "   n 344   m   e  \\n\n")
    }

    @Test func `flipped bits give an error or a result but never an escape or a crash`() throws {
        let place = try Workplace()
        try place.sh(
            "mkdir -p in/a out; echo hello >in/a/f; ln -s f in/a/l; tar -C in -cf whole.tar a; gzip -nk whole.tar"
        )
        var random = SystemRandomNumberGenerator()
        for name in ["whole.tar", "whole.tar.gz"] {
            let whole = try place.read(name)
            let length = name == "whole.tar" ? 3072 : whole.count
            for _ in 0..<300 {
                var bytes = whole
                bytes[Int.random(in: 0..<length, using: &random)] ^=
                    1 << UInt8.random(in: 0..<8, using: &random)
                try place.write(bytes, "flipped")
                do throws(ArchiveError) {
                    try SourceArchive.unpack(place.path + "/flipped", into: place.path + "/out")
                } catch {
                    #expect(!error.description.isEmpty)
                }
            }
        }
        #expect(try place.sh("ls") == "flipped\nin\nout\nwhole.tar\nwhole.tar.gz\n")
    }
}
