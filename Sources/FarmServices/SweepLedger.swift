import Foundation

/// The records of sweeps, one JSON object a line in `jobs/state/sweep.jsonl`; a later line about a recipe replaces an
/// earlier one. Lines are appended as recipes end, so that a sweep that is cut short goes on where it was.
public struct SweepLedger: Sendable {
    private let path: String

    /// The ledger in a file, which need not exist.
    public init(path: String) { self.path = path }

    /// The newest record of each recipe, by recipe.
    ///
    /// A last line that was cut off, as by a full disk, counts as not written.
    /// - Throws: what stands in the way of reading, or of any other line.
    public func records() throws -> [String: SweepRecord] {
        guard let data = FileManager.default.contents(atPath: path) else { return [:] }
        var records: [String: SweepRecord] = [:]
        let lines = data.split(separator: 10)
        for (index, line) in lines.enumerated() {
            do {
                let record = try JSONDecoder().decode(SweepRecord.self, from: line)
                records[record.recipe] = record
            } catch {
                guard index == lines.count - 1, data.last != 10 else { throw error }
            }
        }
        return records
    }

    /// Appends a record.
    public func append(_ record: SweepRecord) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var line = try encoder.encode(record)
        line.append(10)
        if !FileManager.default.fileExists(atPath: path) {
            try line.write(to: URL(fileURLWithPath: path))
            return
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer {
            // The bytes are written; closing a descriptor that was written to a plain file does not lose them.
            try? file.close()
        }
        let end = try file.seekToEnd()
        if end > 0 {
            try file.seek(toOffset: end - 1)
            if try file.read(upToCount: 1)?.first != 10 { line.insert(10, at: 0) }
        }
        try file.write(contentsOf: line)
    }
}
