import Foundation
import Publishing
import Synchronization

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

    func link(_ source: String, to path: String) throws(PublishingError) {
        try step(path)
        try local.link(source, to: path)
    }

    func size(of path: String) throws(PublishingError) -> Int64? {
        try step(path)
        return try local.size(of: path)
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
