import Archives
import Testing

@Suite struct SourceArchiveTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.sh(
            """
            umask 022
            mkdir -p tree/deep/er out
            echo hello >tree/deep/er/file
            printf '#!/bin/sh\\n' >tree/run; chmod 4755 tree/run
            head -c 3000 /dev/zero | tr '\\0' x >tree/big
            chmod 444 tree/big
            ln -s deep/er/file tree/link
            ln -s ../../run tree/deep/er/up
            ln tree/big tree/hard
            touch "tree/n\u{e4}me"
            touch -d @1000000000 tree/run tree/big
            touch -d @1200000000 tree/deep/er/file
            touch -d @1100000000 tree/n*
            touch -d @1700000000 tree/deep/er tree/deep
            touch -h -d @900000000 tree/link
            """)
        // Debian has no zip by default; python writes the same, with Unix modes and links.
        try place.write(
            Array(
                """
                import os, stat, sys, time, zipfile
                with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
                    for top in sys.argv[2:]:
                        for path in [top] + [os.path.join(d, n) for d, ds, fs in os.walk(top) for n in ds + fs]:
                            s = os.lstat(path)
                            folder = stat.S_ISDIR(s.st_mode)
                            i = zipfile.ZipInfo(path + '/' * folder, time.localtime(s.st_mtime)[:6])
                            i.external_attr = s.st_mode << 16
                            link = stat.S_ISLNK(s.st_mode)
                            z.writestr(i, os.readlink(path) if link else b'' if folder else open(path, 'rb').read())

                """.utf8), "zip.py")
    }

    @Test(
        "what tar packs under each filter comes out the same",
        arguments: [
            ("tar -cf", "a.tar"), ("tar -czf", "a.tar.gz"), ("tar -cJf", "a.tar.xz"),
            ("tar -cjf", "a.tar.bz2"),
            ("tar --zstd -cf", "a.tar.zst"), ("tar --format=pax -czf", "a.tar.gz"),
            ("tar --format=gnu -cf", "a.tar"),
            ("python3 ../zip.py", "a.zip"),
        ])
    func filters(tool: (command: String, name: String)) throws {
        try place.sh("cd tree && \(tool.command) ../\(tool.name) *")
        let summary = try SourceArchive.unpack(place.path + "/" + tool.name, into: place.path + "/out")
        #expect(summary.newestModificationTime == 1_200_000_000)
        #expect(
            try SourceArchive.newestModificationTime(of: place.path + "/" + tool.name) == 1_200_000_000)
        try place.sh("diff -r tree out; test -L out/link; test -L out/deep/er/up")
        #expect(try place.sh("stat -c %a out/run out/big") == "755\n444\n")
        #expect(try place.sh("stat -c %Y out/run out/deep/er/file") == "1000000000\n1200000000\n")
        if tool.name != "a.zip" {
            #expect(try place.sh("stat -c %h out/big out/hard") == "2\n2\n")
            #expect(try place.sh("stat -c %Y out/deep out/link") == "1700000000\n900000000\n")
        }
    }

    @Test(
        "an archive cut anywhere is refused",
        arguments: [
            "tar -cf a", "tar -czf a", "tar -cJf a", "tar -cjf a", "tar --zstd -cf a",
            "python3 ../../zip.py a.zip",
        ])
    func cuts(command: String) throws {
        try place.sh("rm tree/deep/er/up; cd tree/deep && \(command) er && cat a* >../../whole")
        var whole = try place.read("whole")
        if command == "tar -cf a" {
            // All zeros from the second block of the end mark on hold nothing.
            let lastByte = whole.lastIndex { $0 != 0 } ?? 0
            whole = Array(whole.prefix((lastByte / 512 + 2) * 512))
        }
        for length in 0..<whole.count {
            try place.write(Array(whole.prefix(length)), "cut")
            #expect(throws: ArchiveError.self, "\(length) of \(whole.count) bytes") {
                try SourceArchive.unpack(place.path + "/cut", into: place.path + "/out")
            }
        }
        try place.write(whole, "cut")
        try SourceArchive.unpack(place.path + "/cut", into: place.path + "/out")
    }

    @Test func `cut input is called cut`() throws {
        try place.sh("tar -czf a.tar.gz tree && head -c 200 a.tar.gz >cut.tar.gz")
        #expect {
            try SourceArchive.unpack(place.path + "/cut.tar.gz", into: place.path + "/out")
        } throws: { error in
            if case ArchiveError.truncated = error { "\(error)".contains("fetch it again") } else { false }
        }
    }

    @Test func `an unpacked file replaces one that is there and is never written through a link`() throws {
        try place.sh(
            "echo precious >precious; ln -s ../precious out/run; echo old >out/big; tar -C tree -cf a.tar run big"
        )
        try SourceArchive.unpack(place.path + "/a.tar", into: place.path + "/out")
        #expect(try place.sh("cat precious; diff out/big tree/big; diff out/run tree/run") == "precious\n")
    }

    @Test(
        "an archive over a limit is refused",
        arguments: [
            (ArchiveLimits(entries: 3), "entries"), (ArchiveLimits(size: 2000), "bytes"),
            (ArchiveLimits(ratio: 2, ratioFloor: 0), "per compressed byte"),
            (ArchiveLimits(pathLength: 8), "longer than 8"),
        ])
    func limits(limits: ArchiveLimits, word: String) throws {
        try place.sh("tar -czf a.tar.gz -C tree deep run big hard link")
        #expect {
            try SourceArchive.unpack(place.path + "/a.tar.gz", into: place.path + "/out", limits: limits)
        } throws: { error in
            "\(error)".contains(word)
        }
    }

    @Test func `a bomb of zeros is refused before it fills the disk`() throws {
        try place.sh(
            "mkdir b; truncate -s 300M b/zeros; tar -C b -czf bomb.tar.gz zeros; tar -C b -S -cf sparse.tar zeros"
        )
        for name in ["bomb.tar.gz", "sparse.tar"] {
            #expect {
                try SourceArchive.unpack(
                    place.path + "/" + name, into: place.path + "/out", limits: ArchiveLimits(size: 100 << 20)
                )
            } throws: { error in
                if case ArchiveError.limit = error { true } else { false }
            }
        }
        #expect(throws: ArchiveError.self) {
            try SourceArchive.unpack(place.path + "/bomb.tar.gz", into: place.path + "/out")
        }
        #expect(try place.sh("du -sm out | cut -f1 | awk '{ print ($1 < 120) }'") == "1\n")
    }

    @Test func `holes are kept`() throws {
        try place.sh(
            "mkdir h; printf a >h/f; truncate -s 1M h/f; printf b >>h/f; truncate -s 3M h/f; tar -C h -S -cf h.tar f"
        )
        try SourceArchive.unpack(place.path + "/h.tar", into: place.path + "/out")
        try place.sh("cmp h/f out/f")
    }

    @Test func `what is no archive is refused`() throws {
        for bytes in [[], Array("hello".utf8), [UInt8](repeating: 0x41, count: 4096)] {
            try place.write(bytes, "no")
            #expect(throws: ArchiveError.self) {
                try SourceArchive.unpack(place.path + "/no", into: place.path + "/out")
            }
        }
        #expect {
            try SourceArchive.unpack(place.path + "/absent", into: place.path + "/out")
        } throws: {
            "\($0)".contains("absent: cannot open: No such file")
        }
    }
}
