import Foundation
import Packages

/// Results of builds by the digest of their requests, outside any checkout.
///
/// `builds/<digest>/` holds the unsigned packages, `result.json` and the log; it is made under another name and
/// renamed when whole, so a folder that is there is complete. A failure is never a result.
public struct BuildCache: Sendable {
    /// The folder that holds the results.
    public let folder: String

    /// A cache below the given folder, which is created when the first result is stored.
    public init(folder: String) { self.folder = folder }

    /// A build's result as it is kept.
    public struct Result: Codable, Sendable, Equatable {
        /// File names of the unsigned packages, in the recipe's order.
        public var packages: [String]
        /// The suite's report; nil where the recipe has no suite or tests were left out.
        public var suite: SuiteReport?
        /// Why there is no report.
        public var suiteNote: String
        /// Wall-clock seconds that the build took.
        public var seconds: Double
        /// SOURCE_DATE_EPOCH of the build.
        public var epoch: Int64

        /// Makes a result.
        public init(packages: [String], suite: SuiteReport?, suiteNote: String, seconds: Double, epoch: Int64)
        {
            self.packages = packages
            self.suite = suite
            self.suiteNote = suiteNote
            self.seconds = seconds
            self.epoch = epoch
        }
    }

    /// The folder of one result, whether it exists or not.
    public func path(of digest: String) -> String { "\(folder)/\(digest)" }

    /// The stored result of a request.
    /// - Returns: nil when there is none; one whose files are gone or whose record cannot be read counts as none.
    public func result(of digest: String) -> Result? {
        let own = path(of: digest)
        guard let data = FileManager.default.contents(atPath: own + "/result.json"),
            // A record that an older farm wrote in another form is built anew.
            let result = try? JSONDecoder().decode(Result.self, from: data)
        else { return nil }
        let isWhole = result.packages.allSatisfy { FileManager.default.fileExists(atPath: own + "/" + $0) }
        return isWhole ? result : nil
    }

    /// The stored result of a request, whose packages were read to their end: one with damaged packages counts as none, and
    /// the next build's takes its place.
    public func soundResult(of digest: String) -> Result? {
        guard let result = result(of: digest) else { return nil }
        for name in result.packages {
            do { _ = try PackageReader.read(file: path(of: digest) + "/" + name) } catch { return nil }
        }
        return result
    }

    /// Takes a finished build's folder over as the result of a request.
    /// - Parameter staged: a folder on the same file system with the packages; it is gone afterwards.
    /// - Throws: `BuildError.unreadable` when the result cannot be written; the cache is then as before.
    public func store(_ result: Result, staged: String, as digest: String) throws(BuildError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try encoder.encode(result).write(to: URL(fileURLWithPath: staged + "/result.json"))
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let own = path(of: digest)
            if FileManager.default.fileExists(atPath: own) { try FileManager.default.removeItem(atPath: own) }
            try FileManager.default.moveItem(atPath: staged, toPath: own)
        } catch { throw .unreadable(path: path(of: digest), reason: "\(error)") }
    }
}
