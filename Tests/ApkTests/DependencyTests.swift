import Apk
import Testing

@Suite("Names and dependencies")
struct DependencyTests {
    @Test(arguments: [
        "zlib", "!zlib", "zlib=1.3-r0", "zlib<2", "zlib<=2", "zlib>1", "zlib>=1.3.1", "zlib~1.3", "zlib<~2",
        "zlib>~1",
        "so:libz.so.1=1.3.1", "cmd:[=1.36-r0", "pc:gtk+-3.0>=3.24", "py3.12:foo", "/bin/sh", "lua@edge",
        "a@edge>=1",
        "!a<2", "name><Q1abcdefghijklmnopqrstuvwxyz01=",
    ])
    func `an atom is written as it was read`(text: String) throws {
        #expect(try DependencyAtom(parsing: text).description == text)
    }

    @Test(arguments: [
        "", "!", "a b", "a=", "a<", "a>=x", "a=1.2.x", "a<=>1", "a@", "a@=1", "ä", "a;b", "a|b", "a><", "=1",
    ])
    func `what is no atom is refused`(text: String) {
        #expect(throws: ApkError.self) { try DependencyAtom(parsing: text) }
    }

    @Test func `other spellings of an operator mean the same`() throws {
        #expect(try DependencyAtom(parsing: "a=~1").comparison == .fuzzy)
        #expect(try DependencyAtom(parsing: "a~=1").description == "a~1")
        #expect(try DependencyAtom(parsing: "a=>1").comparison == .greaterOrEqual)
    }

    @Test(
        arguments: [
            ("a", "1", true), ("a=1.0", "1.0", true), ("a=1.0", "1.0-r0", false), ("a<2", "1.9", true),
            ("a<2", "2", false),
            ("a<=2", "2", true), ("a>2", "2", false), ("a>=2", "2", true), ("a~1.2", "1.2.3", true),
            ("a~1.2", "1.20", false), ("a~1.2", "1.2_rc1", true), ("a<~2", "2.1", true), ("a<~2", "3", false),
            ("a>~2", "2.0", true), ("a>~2", "1", false), ("a>1", nil, false), ("a<1", nil, true),
            ("a=1", nil, false),
            ("a", nil, true),
        ] as [(String, String?, Bool)])
    func `a version is accepted as apk accepts it`(atom: String, version: String?, isAccepted: Bool) throws {
        let version = try version.map { try PackageVersion(parsing: $0) }
        #expect(try DependencyAtom(parsing: atom).accepts(version: version, identity: nil) == isAccepted)
    }

    @Test func `names for files are narrower than names to depend on`() throws {
        #expect(try PackageName(parsing: "lua5.4-dev").isFileName)
        #expect(try PackageName(parsing: "gtk+3.0_x").isFileName)
        for text in ["so:libz.so.1", "/bin/sh", ".hidden", "-dash", "cmd:["] {
            #expect(try !PackageName(parsing: text).isFileName)
        }
        #expect(try PackageName(parsing: "so:libz.so.1").isSharedLibrary)
        #expect(try PackageName(parsing: "cmd:sh").isCommand)
        #expect(try PackageName(parsing: "pc:zlib").isPkgConfig)
    }

    @Test func `lists may be separated by any white space`() throws {
        #expect(
            try DependencyAtom.list(Array(" a  b\tc\nd ".utf8)[...]).map(\.description) == [
                "a", "b", "c", "d",
            ])
    }
}
