import Foundation
import Recipes
import Testing

/// A recipe tree on the disk, with a cache beside it.
private struct TreeOnDisk: ~Copyable {
    let root: String
    var cache: String { root + ".cache" }

    init(_ recipes: [String: String]) throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("tree-\(UUID().uuidString)").path
        for (name, text) in recipes { try write(name, text) }
    }

    deinit {
        // What stays behind of a test is in the system's folder for temporary files.
        try? FileManager.default.removeItem(atPath: root)
        try? FileManager.default.removeItem(atPath: root + ".cache")
    }

    /// Writes a recipe, with times long before the cache's so that stamps alone are believed.
    func write(_ name: String, _ text: String, age: Double = 100) throws {
        let folder = "\(root)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/APKBUILD"))
    }

    static func recipe(_ name: String, _ more: String = "") -> String {
        """
        # Maintainer: A <a@example.org>
        pkgname=\(name)
        pkgver=1.2
        pkgrel=0
        pkgdesc=x
        url=x
        arch=all
        license=MIT
        options="!check"
        \(more)
        package() { :; }

        """
    }

    /// Reads the tree: the recipes that were read anew, and the table.
    func read(reading: String = "1", overlays: [String] = []) throws -> (read: [String], table: RecipeTable) {
        var tree = CachedTree(
            trees: [root], overlays: overlays, environment: RecipeEnvironment(), reading: reading,
            cache: cache)
        let stale = tree.stale
        for entry in stale {
            do {
                let folder = try entry.open()
                let environment = RecipeEnvironment()
                tree.add(
                    .recipe(
                        try Recipe(
                            folder: folder,
                            evaluated: try RecipeEvaluator().evaluate(folder, in: environment),
                            environment: environment)))
            } catch {
                tree.add(.fault(error.description))
            }
        }
        return (stale.map(\.identity), tree.finish())
    }

    var file: String {
        get throws {
            cache + "/" + (try FileManager.default.contentsOfDirectory(atPath: cache).first ?? "none")
        }
    }
}

extension RecipeTable {
    /// A line a recipe, for comparison: numbers of texts may differ, what they say may not.
    fileprivate var lines: [String] {
        rows.indices.map { row in
            let names = packages(of: row).map { texts[packages[$0].name] }
            let words = needs(of: row).map {
                "\(needs[$0].field.name) \(needs[$0].package) \(texts[atoms[Int(needs[$0].atom)].text])"
            }
            return
                "\(identity(of: row)) \(texts[rows[row].version]) \(names) \(words) \(texts[rows[row].fault])"
        }
    }
}

@Suite("The cache of recipe trees")
struct CachedTreeTests {
    private static let three = [
        "main/a": TreeOnDisk.recipe("a", "subpackages=a-dev depends_dev=b-dev makedepends='b-dev>=1 !c'"),
        "main/b": TreeOnDisk.recipe("b", "subpackages=b-dev provides='cmd:b so:libb.so.1=1'"),
        "community/c": TreeOnDisk.recipe("c", "makedepends_build=a makedepends_host=b"),
    ]

    @Test("What did not change is not read again, and the table is the same")
    func unchanged() throws {
        let tree = try TreeOnDisk(Self.three)
        let first = try tree.read()
        #expect(first.read == ["community/c", "main/a", "main/b"])
        #expect(
            first.table.lines == [
                #"community/c 1.2-r0 ["c"] ["makedepends_build 0 a", "makedepends_host 0 b"] "#,
                #"main/a 1.2-r0 ["a", "a-dev"] ["makedepends 0 b-dev>=1", "makedepends 0 !c", "depends 1 b-dev"] "#,
                #"main/b 1.2-r0 ["b", "b-dev"] ["provides 0 cmd:b", "provides 0 so:libb.so.1=1"] "#,
            ])
        let second = try tree.read()
        #expect(second.read.isEmpty)
        #expect(second.table == first.table)
    }

    @Test("Only what changed is read again; what came and what went is seen")
    func incremental() throws {
        let tree = try TreeOnDisk(Self.three)
        _ = try tree.read()
        try tree.write("main/b", TreeOnDisk.recipe("b", "subpackages=b-static"))
        let changed = try tree.read()
        #expect(changed.read == ["main/b"])
        #expect(changed.table.lines[2] == #"main/b 1.2-r0 ["b", "b-static"] [] "#)
        try tree.write("testing/d", TreeOnDisk.recipe("d"))
        let added = try tree.read()
        #expect(added.read == ["testing/d"])
        #expect(added.table.lines.count == 4)
        try FileManager.default.removeItem(atPath: tree.root + "/main/a")
        let removed = try tree.read()
        #expect(removed.read.isEmpty)
        #expect(removed.table.lines.map { $0.prefix(11) } == ["community/c", "main/b 1.2-", "testing/d 1"])
        // A folder that was there gets its recipe.
        try FileManager.default.createDirectory(
            atPath: tree.root + "/main/e", withIntermediateDirectories: true)
        #expect(try tree.read().read.isEmpty)
        try tree.write("main/e", TreeOnDisk.recipe("e"))
        #expect(try tree.read().read == ["main/e"])
        let all = try tree.read().table.lines
        try FileManager.default.removeItem(atPath: tree.cache)
        #expect(try tree.read().table.lines == all, "read anew it is the same")
    }

    @Test("A stand-in's changes of the tree's recipe are seen when they come, change and go")
    func standInChanges() throws {
        let tree = try TreeOnDisk(Self.three)
        let overlay = try TreeOnDisk(["main/b": TreeOnDisk.recipe("b")])
        let standIn = overlay.root + "/main/b"
        try Data().write(to: URL(fileURLWithPath: standIn + "/stand-in"))
        _ = try tree.read(overlays: [overlay.root])
        #expect(try tree.read(overlays: [overlay.root]).read.isEmpty)
        let folder = standIn + "/of-tree"
        func add(_ name: String) throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let text = """
                [[words]]
                variable = "subpackages"
                add = ["\(name)"]
                reason = "a test"
                upstream = false
                until = "never"

                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/overlay.toml"))
        }
        for name in ["b-one", "b-two"] {
            try add(name)
            let read = try tree.read(overlays: [overlay.root])
            #expect(read.read.contains("main/b"))
            #expect(read.table.lines[2].contains("\"\(name)\""))
        }
        try FileManager.default.removeItem(atPath: folder)
        #expect(try !tree.read(overlays: [overlay.root]).table.lines[2].contains("b-two"))
    }

    @Test("A touched file with the same contents is not read again")
    func touched() throws {
        let tree = try TreeOnDisk(Self.three)
        _ = try tree.read()
        try tree.write("main/b", Self.three["main/b"] ?? "")
        #expect(try tree.read().read.isEmpty)
    }

    @Test("A change within the grain of the clock, of the same length and with the time set back, is seen")
    func racy() throws {
        let tree = try TreeOnDisk(Self.three)
        let path = tree.root + "/main/b/APKBUILD"
        _ = try tree.read()
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let text = (Self.three["main/b"] ?? "").replacingOccurrences(of: "pkgver=1.2", with: "pkgver=1.3")
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
        let time = try #require(attributes[.modificationDate] as? Date)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
        #expect(try tree.read().read == ["main/b"])
    }

    @Test("A recipe with a fault is read again when something is added beside it")
    func fault() throws {
        let tree = try TreeOnDisk([
            "main/a": TreeOnDisk.recipe(
                "a", "source=x.patch\nsha512sums='\(String(repeating: "0", count: 128))  x.patch'")
        ])
        #expect(try tree.read().table.lines[0].contains("the file 'x.patch' is not in the recipe's folder"))
        try Data("x".utf8).write(to: URL(fileURLWithPath: tree.root + "/main/a/x.patch"))
        let now = try tree.read()
        #expect(now.read == ["main/a"])
        #expect(now.table.lines == [#"main/a 1.2-r0 ["a"] [] "#])
        #expect(try tree.read().read.isEmpty)
    }

    @Test("A recipe that reads a file beside it is read again when that file changes, and no other is")
    func filesBeside() throws {
        let tree = try TreeOnDisk(Self.three)
        try tree.write("main/d", TreeOnDisk.recipe("d", ". ./version\npkgver=$_version"))
        let file = tree.root + "/main/d/version"
        try "_version=1.5\n".write(toFile: file, atomically: false, encoding: .utf8)
        #expect(try tree.read().read.count == 4)
        try "_version=1.6\n".write(toFile: file, atomically: false, encoding: .utf8)
        let changed = try tree.read()
        #expect(changed.read == ["main/d"])
        #expect(changed.table.lines.contains { $0.hasPrefix("main/d 1.6-r0 ") })
        // The recipe itself, which is remembered with what lies beside it.
        try tree.write("main/d", TreeOnDisk.recipe("d", "pkgdesc=other\n. ./version\npkgver=$_version"))
        #expect(try tree.read().read == ["main/d"])
        try "exit 1\n".write(toFile: file, atomically: false, encoding: .utf8)
        #expect(try tree.read().read == ["main/d"])
        try "_version=1.7\n".write(toFile: file, atomically: false, encoding: .utf8)
        #expect(try tree.read().table.lines.contains { $0.hasPrefix("main/d 1.7-r0 ") })
    }

    @Test("What another program, another question or another form remembered counts for nothing")
    func otherReader() throws {
        let tree = try TreeOnDisk(Self.three)
        _ = try tree.read()
        #expect(try tree.read(reading: "2").read.count == 3)
        #expect(try tree.read(reading: "2").read.isEmpty)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: tree.file))
        bytes[14] ^= 1
        try bytes.write(to: URL(fileURLWithPath: tree.file))
        #expect(try tree.read(reading: "2").read.count == 3)
    }

    @Test("A cache cut off anywhere is written anew, and the table is right")
    func cuts() throws {
        let tree = try TreeOnDisk(Self.three)
        let table = try tree.read().table
        let file = URL(fileURLWithPath: try tree.file)
        let bytes = try Data(contentsOf: file)
        for length in 0..<bytes.count where length < 200 || length % 37 == 0 || length > bytes.count - 50 {
            try bytes.prefix(length).write(to: file)
            let now = try tree.read()
            #expect(now.read.count == 3, "cut at \(length)")
            #expect(now.table.lines == table.lines)
            #expect(try Data(contentsOf: file).count == bytes.count)
        }
        try (bytes + [0]).write(to: file)
        #expect(try tree.read().read.count == 3, "one byte too many")
    }

    @Test("A cache with any bit turned is written anew, and the table is right")
    func flips() throws {
        let tree = try TreeOnDisk(Self.three)
        let table = try tree.read().table
        let file = URL(fileURLWithPath: try tree.file)
        let bytes = try Data(contentsOf: file)
        for position in 0..<bytes.count where position < 100 || position % 11 == 0 {
            var flipped = bytes
            flipped[position] ^= 1 << UInt8(position % 8)
            try flipped.write(to: file)
            let now = try tree.read()
            #expect(now.read.count == 3, "byte \(position)")
            #expect(now.table.lines == table.lines)
        }
    }

    @Test("Where nothing can be remembered, everything is read each time")
    func nowhere() throws {
        let tree = try TreeOnDisk(Self.three)
        try Data().write(to: URL(fileURLWithPath: tree.cache))
        #expect(try tree.read().read.count == 3)
        #expect(try tree.read().read.count == 3)
    }
}
