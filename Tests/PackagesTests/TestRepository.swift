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
        triggers: [ByteText] = [],
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
            epoch: Sample.epoch)
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

func atoms(_ text: String) throws -> [DependencyAtom] { try DependencyAtom.list(Array(text.utf8)[...]) }

func names(_ text: String) throws -> [PackageName] {
    try text.split(separator: " ").map { try PackageName(parsing: String($0)) }
}
