import Apk
import Foundation
import Packages
import Signing
import Testing

/// Crafted packages: what `verify` says, and what apk 2.14.10 and 3.0.6 said when they were asked.
@Suite("Crafted packages")
struct PackageMatrixTests {
    /// A row: how a package is spoilt, and who accepts it.
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let ours: Bool
        /// What apk 3.0.6 said; where it accepts what we refuse, `why` says why we do.
        let real: Bool
        /// What apk 2.14.10 said, where it was something else.
        let older: Bool?
        let why: String
        let make: @Sendable (Crafted) throws -> [UInt8]

        init(
            _ name: String, ours: Bool, real: Bool, older: Bool? = nil, why: String = "",
            make: @escaping @Sendable (Crafted) throws -> [UInt8]
        ) {
            self.name = name
            self.ours = ours
            self.real = real
            self.older = older
            self.why = why
            self.make = make
        }

        var testDescription: String { name }
    }

    private static let rows = basicRows + rawRows + memberRows

    private static let basicRows: [Row] = [
        Row("as abuild makes it", ours: true, real: true) { try $0.whole() },
        Row("signed with SHA1", ours: true, real: true) { try $0.whole(.rsaSHA1) },
        Row("signed with SHA512", ours: true, real: true) { try $0.whole(.rsaSHA512) },
        Row("two signatures", ours: true, real: true) { package in
            try package.whole(extra: ("stranger.rsa.pub", [UInt8](repeating: 1, count: 256)))
        },
        Row("unsigned", ours: false, real: false) { try $0.whole(nil) },
        Row("end blocks in the control member", ours: false, real: false) { package in
            try package.whole(controlEnd: TarWriter.end)
        },
        Row("data without end blocks", ours: true, real: true) { try $0.whole(dataEnd: []) },
        Row("one end block", ours: true, real: true) { package in
            try package.whole(dataEnd: [UInt8](repeating: 0, count: 512))
        },
        Row("an empty package", ours: true, real: true) { package in
            var package = package
            package.files = []
            package.size = 0
            return try package.whole()
        },
        Row("no data member", ours: false, real: false) { try $0.whole(withData: false) },
        Row("bytes behind the data member", ours: false, real: false) { try $0.whole() + [1, 2, 3] },
        Row("a gzip member behind the data member", ours: false, real: false) { package in
            try package.whole() + package.gzip(TarWriter.end)
        },
        Row("cut by one byte", ours: false, real: false) { Array(try $0.whole().dropLast()) },
        Row("cut in the middle", ours: false, real: false) { package in
            let bytes = try package.whole()
            return Array(bytes.prefix(bytes.count / 2))
        },
        Row("no datahash", ours: false, real: false) { package in
            var package = package
            package.info = package.info.filter { !$0.hasPrefix("datahash") }
            package.statesHash = false
            return try package.whole()
        },
        Row("a wrong datahash", ours: false, real: false) { package in
            var package = package
            package.statesHash = false
            package.info.append("datahash = " + String(repeating: "0", count: 64))
            return try package.whole()
        },
        Row("data replaced after signing", ours: false, real: false) { package in
            var other = package
            other.files[1].content = Array("evil".utf8)
            return try package.whole(data: other.data())
        },
        Row("unknown keys in .PKGINFO", ours: true, real: true) { package in
            var package = package
            package.info.append("answer = 42")
            return try package.whole()
        },
        Row(
            "no SHA1 of a file", ours: false, real: true,
            why: "verify of apk does not extract; its install refuses it"
        ) {
            package in
            var package = package
            package.files[1].record = .none
            return try package.whole()
        },
        Row(
            "a wrong SHA1 of a file", ours: false, real: true,
            why: "apk never compares it; a damaged file would pass"
        ) {
            package in
            var package = package
            package.files[1].record = .wrong
            return try package.whole()
        },
        Row("a file above the root", ours: false, real: true, why: "apk leaves it to the extraction") {
            package in
            var package = package
            package.files.append(.init("../evil", "x"))
            return try package.whole()
        },
        Row("an absolute path", ours: false, real: true, why: "the same") { package in
            var package = package
            package.files.append(.init("/evil", "x"))
            return try package.whole()
        },
        Row(
            "a path with ./", ours: false, real: true,
            why: "apk skips it without a word: the file would be lost"
        ) {
            package in
            var package = package
            package.files.append(.init("./usr/x", "x"))
            return try package.whole()
        },
        Row("a file without its folder", ours: false, real: true, why: "apk's install refuses it") {
            package in
            var package = package
            package.files.append(.init("opt/x", "x"))
            return try package.whole()
        },
        Row(
            "the same file twice", ours: false, real: true,
            why: "the second would win, whatever the first was"
        ) {
            package in
            var package = package
            package.files.append(.init("usr/a", "y"))
            return try package.whole()
        },
        Row("entries out of order", ours: true, real: true) { package in
            var package = package
            package.files.append(.init("usr/0", "x"))
            package.size += 1
            return try package.whole()
        },
        Row("an untrue size", ours: false, real: true, why: "the index would say it on") { package in
            var package = package
            package.size = 99_999
            return try package.whole()
        },
        Row("a name and a time in the gzip header", ours: true, real: true) { package in
            var member = try package.data()
            member[3] = 8
            member[4] = 1
            member.insert(contentsOf: Array("name".utf8) + [0], at: 10)
            return try package.whole(data: member, statesItsHash: true)
        },
    ]

    @Test(arguments: rows) func `ours says of a package what is written`(row: Row) throws {
        let place = try Workplace()
        try FileManager.default.createDirectory(atPath: place.root, withIntermediateDirectories: true)
        let file = place.folder + "/p.apk"
        try Data(try row.make(try Crafted())).write(to: URL(fileURLWithPath: file))
        let answer = try place.run(["verify", file], program: Workplace.other)
        #expect((answer.first == "status 0") == row.ours, "\(row.name): \(answer)")
        #expect(row.ours == row.real || !row.why.isEmpty, "\(row.name): say why ours differs")
    }

    @Test(.enabled(if: Workplace.real != nil, "set APK_REAL to a real apk"), arguments: rows)
    func `the real apk says of a package what is written`(row: Row) throws {
        let place = try Workplace()
        try FileManager.default.createDirectory(atPath: place.root, withIntermediateDirectories: true)
        let file = place.folder + "/p.apk"
        try Data(try row.make(try Crafted())).write(to: URL(fileURLWithPath: file))
        let answer = try place.run(["verify", file], program: Workplace.real)
        let expected = try OlderApk.isReal.get() ? row.older ?? row.real : row.real
        #expect((answer.first == "status 0") == expected, "\(row.name): \(answer)")
    }
}
