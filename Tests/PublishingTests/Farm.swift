import Apk
import Foundation
import Packages
import Publishing
import Signing
import Synchronization

/// Keys, made once for all tests: an RSA key costs a second.
enum Keys {
    static let own = Result { try PrivateKey.generate(bits: 2048, stamp: 1) }
    static let stranger = Result { try PrivateKey.generate(bits: 2048, stamp: 2) }
}

/// A folder with a repository and packages on their way to it, removed when the test is done.
final class Farm: Sendable {
    static let epoch: Int64 = 1_770_000_000
    let path: String
    let clock = Mutex<Int64>(1_800_000_000)

    init(at path: String? = nil) throws {
        self.path = path ?? NSTemporaryDirectory() + "publishing-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        // Nothing can be done about a folder that stays; the system's temporary folder is cleaned anyway.
        try? FileManager.default.removeItem(atPath: path)
    }

    var folder: String { path + "/repo/edge/main" }

    func repository(
        _ files: any RepositoryFiles = LocalFiles(), channel: String = "edge", name: String = "main"
    ) -> PackageRepository {
        PackageRepository(
            folder: "\(path)/repo/\(channel)/\(name)", arch: "wasm32", retention: 1_000, files: files,
            now: { [self] in clock.withLock { $0 } })
    }

    /// Lets seconds pass.
    func advance(_ seconds: Int64) { clock.withLock { $0 += seconds } }

    func key() throws -> PrivateKey { try Keys.own.get() }

    /// Makes a signed package of one file and returns its path. Equal arguments give equal bytes.
    func package(
        _ name: String, _ version: String, content: String = "content", origin: String? = nil,
        architecture: String = "wasm32", key: PrivateKey? = nil, isSigned: Bool = true,
        needs: [String] = [], provides: [String] = [], replaces: [String] = [], files: [String]? = nil
    ) throws -> String {
        let root = "\(path)/build/\(UUID().uuidString)"
        for file in files ?? ["usr/share/\(name)"] {
            let url = URL(fileURLWithPath: "\(root)/files/\(file)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try content.write(to: url, atomically: false, encoding: .utf8)
        }
        var info = PackageInfo(
            name: try PackageName(parsing: name), version: try PackageVersion(parsing: version),
            architecture: ByteText(architecture))
        info.origin = ByteText(origin ?? name)
        info.buildDate = Self.epoch
        info.dependencies = try needs.map { try DependencyAtom(parsing: $0) }
        info.provides = try provides.map { try DependencyAtom(parsing: $0) }
        info.replaces = try replaces.map { try DependencyAtom(parsing: $0) }
        let file = "\(root)/\(name)-\(version).apk"
        let builder = try PackageBuilder(info: info, root: root + "/files", epoch: Self.epoch)
        let signer = isSigned ? try key ?? self.key() : nil
        try builder.write(to: file, signedBy: signer)
        return file
    }

    @discardableResult
    func publish(_ files: String..., through: any RepositoryFiles = LocalFiles()) throws -> PublishReport {
        try repository(through).publish(files, key: try key(), epoch: Self.epoch)
    }

    /// `name version` of every package that the index lists.
    func listed(channel: String = "edge") throws -> [String] {
        try repository(channel: channel).current().entries.map { "\($0.name) \($0.version)" }
    }

    /// Names in the folder of packages, hidden ones too.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/wasm32").sorted()
    }

    /// Everything that a reader relies on: a signed index, and files that are what it says.
    func faults(channel: String = "edge") throws -> [String] {
        let repository = repository(channel: channel)
        var faults: [String] = []
        for entry in try repository.current().entries {
            do {
                try PackageReader.verify(file: repository.path(of: entry), keys: try repository.keys())
                let contents = try PackageReader.read(file: repository.path(of: entry))
                if contents.identity != entry.identity { faults.append("\(entry.label) has other bytes") }
                if contents.fileSize != entry.fileSize { faults.append("\(entry.label) has another size") }
            } catch { faults.append("\(entry.label): \(error)") }
        }
        return faults
    }
}
