import Apk
import Packages
import Signing

/// A signed repository in a scratch folder, made of packages described in a line each.
struct TestRepository {
    let scratch: Scratch
    var entries: [IndexEntry] = []
    private var count = 0

    init(_ scratch: Scratch) throws {
        self.scratch = scratch
        try scratch.folder("repo/wasm32")
    }

    /// Packs a package of these files (path → content) and adds it to the index.
    @discardableResult
    mutating func add(
        _ name: String, _ version: String = "1-r0", files: [String: String] = [:], needs: String = "",
        provides: String = "", replaces: String = "", scripts: [String: String] = [:],
        triggers: [ByteText] = [], owners: [String: FileOwner] = [:],
        origin: String? = nil, prepare: (Scratch, String) throws -> Void = { _, _ in }
    ) throws -> PackageSummary {
        var info = PackageInfo(
            name: try PackageName(parsing: name), version: try PackageVersion(parsing: version),
            architecture: "wasm32")
        info.dependencies = try DependencyAtom.list(Array(needs.utf8)[...])
        info.provides = try DependencyAtom.list(Array(provides.utf8)[...])
        info.replaces = try DependencyAtom.list(Array(replaces.utf8)[...])
        info.triggers = triggers
        info.origin = ByteText(origin ?? name)
        info.summary = "test"
        count += 1
        let folder = "work\(count)"
        try scratch.folder(folder)
        for (path, content) in files { try scratch.file(folder + "/" + path, content) }
        try prepare(scratch, folder)
        let builder = try PackageBuilder(
            info: info, scripts: scripts.mapValues { Array($0.utf8) }, root: scratch.path(folder),
            owners: owners, epoch: Sample.epoch)
        let summary = try builder.write(
            to: scratch.path("repo/wasm32/\(name)-\(version).apk"), signedBy: Keys.trusted.get())
        entries.append(summary.entry)
        return summary
    }

    func publish() throws {
        try IndexFile.write(
            Index(entries: entries), to: scratch.path("repo/wasm32/APKINDEX.tar.gz"), description: "test",
            epoch: Sample.epoch, signedBy: Keys.trusted.get())
    }

    func installer(_ root: String = "root", mode: Installer.Mode = .system) throws -> Installer {
        Installer(
            root: scratch.path(root), keys: try Keys.ring(), repositories: [scratch.path("repo")], mode: mode)
    }

    func text(_ path: String) throws -> String { String(decoding: try scratch.bytes(path), as: UTF8.self) }
}

extension TestRepository {
    /// A package whose files belong to a user and a group that a root may know, and to some that it does not.
    static func withOwners(_ scratch: Scratch) throws -> TestRepository {
        var repository = try TestRepository(scratch)
        func owner(_ user: String, _ userID: UInt32, _ group: String, _ groupID: UInt32, _ mode: UInt32)
            -> FileOwner?
        {
            FileOwner(user: user, userID: userID, group: group, groupID: groupID, mode: mode)
        }
        let owners = [
            "var/lib/served": owner("keeper", 100, "keepers", 101, 0o750),
            "var/lib/served/data": owner("keeper", 100, "root", 0, 0o640),
            "etc/secret": owner("root", 0, "keepers", 101, 0o440),
            "etc/strange": owner("stranger", 102, "strangers", 103, 0o644),
        ].compactMapValues { $0 }
        try repository.add(
            "served",
            files: ["var/lib/served/data": "d", "etc/secret": "s", "etc/strange": "x", "etc/plain": "p"],
            owners: owners)
        try repository.publish()
        return repository
    }

    /// Accounts of a root, among them lines that are none.
    static func writeAccounts(_ scratch: Scratch, _ root: String) throws {
        try scratch.file(
            root + "/etc/passwd",
            "root:x:0:0::/:/bin/sh\nbad\n:x:1:1\nkeeper:x:777:888::/:/bin/false\n")
        try scratch.file(root + "/etc/group", "root:x:0:\nkeepers:x:888:keeper\nstrangers:x:many:\n")
    }
}

func atoms(_ text: String) throws -> [DependencyAtom] { try DependencyAtom.list(Array(text.utf8)[...]) }

func names(_ text: String) throws -> [PackageName] {
    try text.split(separator: " ").map { try PackageName(parsing: String($0)) }
}
