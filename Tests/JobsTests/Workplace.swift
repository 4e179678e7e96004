import Foundation

/// A folder of its own for one test, removed when the test is done.
final class Workplace: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "jobs-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // Nothing can be done about a folder that stays; the system's temporary folder is cleaned anyway.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// A moment, so many seconds after a fixed one.
func moment(_ seconds: Double) -> Date {
    Date(timeIntervalSince1970: 1_800_000_000 + seconds)
}
