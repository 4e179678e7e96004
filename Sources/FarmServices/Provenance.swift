import Building
import Foundation

/// What made the published packages of one recipe: kept beside the repository, public.
///
/// It answers "is there anything to do?" and "why rebuild?": the request that made the published bytes, and the digests
/// of other requests that were found to give the same bytes.
public struct Provenance: Codable, Sendable, Equatable {
    /// The request whose result is published.
    public var request: BuildRequest
    /// Digests of requests that the published packages satisfy, the request's own included.
    public var satisfies: [String]
    /// The published package files.
    public var files: [String]
    /// What the package's own tests said.
    public var suite: SuiteReport?
    /// Why there is no report, or which failures were accepted.
    public var suiteNote: String
    /// Wall-clock seconds of the build.
    public var seconds: Double

    /// Makes a record.
    public init(
        request: BuildRequest, satisfies: [String], files: [String], suite: SuiteReport?, suiteNote: String,
        seconds: Double
    ) {
        self.request = request
        self.satisfies = satisfies
        self.files = files
        self.suite = suite
        self.suiteNote = suiteNote
        self.seconds = seconds
    }

    /// The folder of one repository's records.
    public static func folder(repository: String) -> String { repository + "/provenance" }

    /// Reads the record of a recipe.
    /// - Returns: nil when there is none; one in an older form counts as none, and the recipe is then built anew.
    public static func read(repository: String, pkgname: String) -> Provenance? {
        guard
            let data = FileManager.default.contents(
                atPath: folder(repository: repository) + "/\(pkgname).json")
        else { return nil }
        return try? JSONDecoder().decode(Provenance.self, from: data)
    }

    /// Writes the record, whole or not at all.
    public func write(repository: String) throws {
        let folder = Self.folder(repository: repository)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try encoder.encode(self)
            .write(to: URL(fileURLWithPath: folder + "/\(request.pkgname).json"), options: .atomic)
    }
}
