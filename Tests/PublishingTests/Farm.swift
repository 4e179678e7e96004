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

    func repository(_ files: any RepositoryFiles = LocalFiles()) -> PackageRepository {
        PackageRepository(
            folder: folder, arch: "wasm32", retention: 1_000, files: files,
            now: { [self] in clock.withLock { $0 } })
    }

    func key() throws -> PrivateKey { try Keys.own.get() }

    /// Makes a signed package of one file and returns its path. Equal arguments give equal bytes.
    func package(
        _ name: String, _ version: String, content: String = "content", origin: String? = nil,
        architecture: String = "wasm32", key: PrivateKey? = nil, isSigned: Bool = true
    ) throws -> String {
        let root = "\(path)/build/\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: root + "/files/usr/share", withIntermediateDirectories: true)
        try content.write(toFile: "\(root)/files/usr/share/\(name)", atomically: false, encoding: .utf8)
        var info = PackageInfo(
            name: try PackageName(parsing: name), version: try PackageVersion(parsing: version),
            architecture: ByteText(architecture))
        info.origin = ByteText(origin ?? name)
        info.buildDate = Self.epoch
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
    func listed() throws -> [String] {
        try repository().current().entries.map { "\($0.name) \($0.version)" }
    }

    /// Names in the folder of packages, hidden ones too.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/wasm32").sorted()
    }

    /// Everything that a reader relies on: a signed index, and files that are what it says.
    func faults() throws -> [String] {
        let repository = repository()
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

/// Files of this machine, of which one chosen operation fails.
final class FaultyFiles: RepositoryFiles {
    private let local = LocalFiles()
    private let count = Mutex(0)
    private let failing: Int
    private let isTorn: Bool

    /// Lets the operation number `failing` (from 0) fail; a torn one has done half its work before.
    init(failing: Int, isTorn: Bool = false) {
        self.failing = failing
        self.isTorn = isTorn
    }

    var operations: Int { count.withLock { $0 } }

    private func step(_ path: String, _ half: () throws(PublishingError) -> Void = {}) throws(PublishingError)
    {
        let number = count.withLock { value in
            value += 1
            return value - 1
        }
        guard number == failing else { return }
        if isTorn { try half() }
        throw .file(path: path, action: "written", reason: "No space left on device")
    }

    func makeFolder(_ path: String) throws(PublishingError) {
        try step(path)
        try local.makeFolder(path)
    }

    func copy(_ source: String, to path: String) throws(PublishingError) {
        try step(path) { () throws(PublishingError) in
            let bytes = try local.read(source) ?? []
            try local.write(Array(bytes.prefix(bytes.count / 2)), to: path)
        }
        try local.copy(source, to: path)
    }

    func write(_ bytes: [UInt8], to path: String) throws(PublishingError) {
        try step(path) { () throws(PublishingError) in
            try local.write(Array(bytes.prefix(bytes.count / 2)), to: path)
        }
        try local.write(bytes, to: path)
    }

    func rename(_ source: String, to path: String) throws(PublishingError) {
        try step(path)
        try local.rename(source, to: path)
    }

    func remove(_ path: String) throws(PublishingError) {
        try step(path)
        try local.remove(path)
    }

    func sync(folder: String) throws(PublishingError) {
        try step(folder)
        try local.sync(folder: folder)
    }

    func read(_ path: String) throws(PublishingError) -> [UInt8]? {
        try step(path)
        return try local.read(path)
    }

    func names(in folder: String) throws(PublishingError) -> [String] {
        try step(folder)
        return try local.names(in: folder)
    }
}
