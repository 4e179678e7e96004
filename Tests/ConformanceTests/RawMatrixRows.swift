import Apk
import Signing

extension PackageMatrixTests {
    /// A row whose data member is these tar bytes behind the folder `usr`, everything else being right. `size` is what
    /// .PKGINFO says.
    private static func raw(
        _ name: String, ours: Bool, real: Bool, older: Bool? = nil, why: String = "", size: Int = 1,
        _ tar: @escaping @Sendable () -> [UInt8]
    ) -> Row {
        Row(name, ours: ours, real: real, older: older, why: why) { package in
            var package = package
            package.size = size
            let data = try package.gzip(RawTar.folder("usr") + tar() + TarWriter.end)
            return try package.whole(data: data, statesItsHash: true)
        }
    }

    private static let x = Array("x".utf8)

    /// Members that tar can hold and a package should not, and those it may.
    static let rawRows: [Row] = [
        raw("ustar's prefix", ours: true, real: true) {
            RawTar.folder("usr/a") + RawTar.pax(RawTar.checksum(x))
                + RawTar.header(
                    Array("f".utf8), type: "0", size: RawTar.octal(1), prefix: Array("usr/a".utf8)) + x
                + TarWriter.padding(after: 1)
        },
        raw("a path in a pax record", ours: true, real: true) {
            RawTar.file("short", x, records: RawTar.record("path", Array("usr/long".utf8)))
        },
        raw("a path in GNU's long name", ours: true, real: true) {
            let name = Array(("usr/" + String(repeating: "n", count: 150)).utf8) + [0]
            return RawTar.pax(RawTar.checksum(x))
                + RawTar.header(
                    Array("././@LongLink".utf8), type: "L", size: RawTar.octal(name.count),
                    magic: "ustar  \u{0}")
                + name + TarWriter.padding(after: Int64(name.count))
                + RawTar.header(name, type: "0", size: RawTar.octal(1), magic: "ustar  \u{0}") + x
                + TarWriter.padding(after: 1)
        },
        raw("an unknown owner", ours: true, real: true) {
            RawTar.pax(RawTar.checksum(x))
                + RawTar.header(Array("usr/f".utf8), type: "0", size: RawTar.octal(1), user: "nobody-knows")
                + x
                + TarWriter.padding(after: 1)
        },
        raw("only a SHA256 of a file", ours: false, real: true, why: "as without SHA1") {
            RawTar.pax(RawTar.record("APK-TOOLS.checksum.SHA256", Array(SHA256.digest(of: x).hex.utf8)))
                + RawTar.header(Array("usr/f".utf8), type: "0", size: RawTar.octal(1)) + x
                + TarWriter.padding(after: 1)
        },
        raw("a hard link to a file before it", ours: true, real: true) {
            RawTar.file("usr/f", x) + RawTar.bare("usr/g", type: "1", link: "usr/f")
        },
        raw("a hard link to nothing", ours: false, real: true, why: "apk's install fails in the middle") {
            RawTar.file("usr/f", x) + RawTar.bare("usr/g", type: "1", link: "usr/none")
        },
        raw("a hard link out of the root", ours: false, real: true, why: "it would name a file of the host") {
            RawTar.file("usr/f", x) + RawTar.bare("usr/g", type: "1", link: "../../etc/shadow")
        },
        raw("a symbolic link", ours: true, real: true) {
            RawTar.file("usr/f", x)
                + RawTar.bare("usr/l", type: "2", link: "f", records: RawTar.checksum(Array("f".utf8)))
        },
        raw("a symbolic link without SHA1", ours: false, real: true, why: "apk 3's install refuses it") {
            RawTar.file("usr/f", x) + RawTar.bare("usr/l", type: "2", link: "f")
        },
        raw("a symbolic link to nothing", ours: false, real: true, why: "the kernel refuses an empty target")
        {
            RawTar.file("usr/f", x) + RawTar.bare("usr/l", type: "2", records: RawTar.checksum([]))
        },
        raw(
            "a file through a symbolic link", ours: false, real: true,
            why: "it would be written where the link leads"
        ) {
            RawTar.bare("usr/l", type: "2", link: "/etc", records: RawTar.checksum(Array("/etc".utf8)))
                + RawTar.file("usr/l/passwd", x)
        },
        raw("a character device", ours: false, real: true, why: "no package of the farm brings devices") {
            RawTar.file("usr/f", x) + RawTar.bare("usr/d", type: "3")
        },
        raw("a block device", ours: false, real: true, why: "the same") {
            RawTar.file("usr/f", x) + RawTar.bare("usr/d", type: "4")
        },
        raw("a pipe", ours: false, real: true, why: "the same") {
            RawTar.file("usr/f", x) + RawTar.bare("usr/p", type: "6")
        },
        raw("a folder twice", ours: false, real: true, why: "the second would win, whatever the first was") {
            RawTar.file("usr/f", x) + RawTar.folder("usr/d") + RawTar.folder("usr/d")
        },
        raw("a folder where a file is", ours: false, real: true, why: "the same") {
            RawTar.file("usr/f", x) + RawTar.folder("usr/f")
        },
        raw("NUL in a path", ours: false, real: true, why: "the file's name would end there") {
            RawTar.file(
                "usr/f", x, records: RawTar.record("path", Array("usr/a".utf8) + [0] + Array("b".utf8)))
        },
        raw("a line end in a path", ours: false, real: true, why: "it would be a line of the database") {
            RawTar.file("usr/f", x, records: RawTar.record("path", Array("usr/a\nF:etc".utf8)))
        },
        raw("a path of 5,000 bytes", ours: false, real: false) {
            let name = "usr/" + Array(repeating: "dddd", count: 1000).joined(separator: "/")
            return RawTar.file("usr/f", x, records: RawTar.record("path", Array(name.utf8)))
        },
        raw("a type that tar does not have", ours: false, real: true, why: "apk leaves it out without a word")
        {
            RawTar.file("usr/f", x) + RawTar.bare("usr/v", type: "V")
        },
        raw("a size of 2^63", ours: false, real: true, why: "apk takes the record for none and reads on") {
            RawTar.pax(RawTar.record("size", Array("9223372036854775808".utf8)) + RawTar.checksum(x))
                + RawTar.header(Array("usr/f".utf8), type: "0", size: RawTar.octal(1)) + x
                + TarWriter.padding(after: 1)
        },
        raw("a negative size", ours: false, real: false) {
            RawTar.pax(RawTar.checksum(x))
                + RawTar.header(
                    Array("usr/f".utf8), type: "0", size: [UInt8](repeating: 0xff, count: 12)) + x
                + TarWriter.padding(after: 1)
        },
        raw(
            "a size beyond the end", ours: false, real: true,
            why: "apk's verify does not miss what is cut off"
        ) {
            RawTar.pax(RawTar.checksum(x))
                + RawTar.header(Array("usr/f".utf8), type: "0", size: RawTar.octal(1 << 30)) + x
                + TarWriter.padding(after: 1)
        },
        raw("a sparse file that says another size", ours: false, real: true, why: "its real size is nobody's")
        {
            RawTar.file(
                "usr/f", x, records: RawTar.record("GNU.sparse.realsize", Array("1099511627776".utf8)))
                + RawTar.bare("usr/s", type: "S")
        },
        raw("ten thousand pax records", ours: true, real: true) {
            RawTar.file(
                "usr/f", x,
                records: (0..<10_000).flatMap { RawTar.record("user.k\($0)", Array("v".utf8)) })
        },
        raw("two mebibytes of pax records", ours: false, real: true, why: "bounded: no package needs one") {
            RawTar.file(
                "usr/f", x, records: RawTar.record("user.k", [UInt8](repeating: 0x61, count: 2 << 20)))
        },
        raw(
            "a pax record whose length does not fit", ours: false, real: true,
            why: "what follows would be guessed"
        ) {
            RawTar.pax(Array("999 path=usr/g\n".utf8) + RawTar.checksum(x))
                + RawTar.header(Array("usr/f".utf8), type: "0", size: RawTar.octal(1)) + x
                + TarWriter.padding(after: 1)
        },
        raw("global pax records", ours: true, real: true) {
            RawTar.pax(RawTar.record("comment", x), type: "g") + RawTar.file("usr/f", x)
        },
        raw("a wrong checksum of a header", ours: false, real: true, why: "it is damaged") {
            var file = RawTar.file("usr/f", x)
            file[1024 + 148] ^= 1
            return file
        },
    ]

    /// Ways in which the members themselves can be wrong.
    static let memberRows: [Row] = [
        Row("data in two gzip members", ours: false, real: false, older: true, why: "") { package in
            let tar = RawTar.folder("usr") + RawTar.file("usr/a", Array("a".utf8)) + TarWriter.end
            let data = try package.gzip(Array(tar[..<512])) + package.gzip(Array(tar[512...]))
            return try package.whole(data: data, statesItsHash: true)
        },
        Row("data compressed lightly", ours: true, real: true) { package in
            let tar = RawTar.folder("usr") + RawTar.file("usr/a", Array("a".utf8)) + TarWriter.end
            return try package.whole(data: package.gzip(tar, level: 1), statesItsHash: true)
        },
        Row("padded as tar does by itself", ours: true, real: true) { package in
            try package.whole(dataEnd: [UInt8](repeating: 0, count: 20 * 512))
        },
        Row("something behind the end blocks", ours: false, real: false) {
            try $0.whole(dataEnd: TarWriter.end + RawTar.file("usr/b", Array("b".utf8)))
        },
        Row("a wrong CRC of the data", ours: false, real: false) { package in
            var data = try package.data()
            data[data.count - 5] ^= 1
            return try package.whole(data: data, statesItsHash: true)
        },
        Row("a wrong length of the data", ours: false, real: false) { package in
            var data = try package.data()
            data[data.count - 1] ^= 1
            return try package.whole(data: data, statesItsHash: true)
        },
        Row("no gzip", ours: false, real: false) {
            try $0.whole(data: Array("hello".utf8), statesItsHash: true)
        },
        Row("a name that is none", ours: false, real: true, why: "it would be a path") { package in
            var package = package
            package.info[0] = "pkgname = ../p"
            return try package.whole()
        },
        Row("no name", ours: false, real: true, why: "its install has nothing to call it") { package in
            var package = package
            package.info.removeFirst()
            return try package.whole()
        },
        Row("a version that is none", ours: false, real: true, why: "it could not be compared") { package in
            var package = package
            package.info[1] = "pkgver = one"
            return try package.whole()
        },
        Row("a size that is no number", ours: false, real: true, why: "the index would say it on") {
            package in
            var package = package
            package.info.append("size = many")
            return try package.whole()
        },
        Row(
            "capitals in the datahash", ours: false, real: true,
            why: "the field is in small letters: abuild's form"
        ) {
            package in
            var package = package
            package.statesHash = false
            package.info.append("datahash = " + SHA256.digest(of: try package.data()).hex.uppercased())
            return try package.whole()
        },
        Row("an empty file", ours: false, real: false) { _ in [] },
    ]
}
