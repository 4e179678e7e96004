/// What is wrong with a limit that somebody wrote.
public struct LimitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was written.
    public let text: String

    /// What was written and what can be.
    public var description: String {
        "'\(text)' is no limit; write NAME=VALUE with NAME one of \(Limits.names.joined(separator: ", ")), "
            + "sizes as 512M or 2G, times in seconds or as 30m or 2h"
    }
}

extension Limits {
    /// The names that ``set(_:)`` knows.
    public static let names = [
        "memory", "processes", "disk", "files", "file-size", "temporary", "log", "time", "silence",
    ]

    /// Changes one limit as a person writes it: `memory=512M`, `time=2h`, `processes=200`.
    /// - Throws: ``LimitError`` for an unknown name or a value that is none.
    public mutating func set(_ text: String) throws(LimitError) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { throw LimitError(text: text) }
        let size = Self.number(parts[1], units: ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30])
        let count = Self.number(parts[1], units: [:])
        let time = Self.number(parts[1], units: ["s": 1, "m": 60, "h": 3600])
        switch (parts[0], size, count, time) {
        case ("memory", let size?, _, _): memory = ByteCount(bytes: size)
        case ("disk", let size?, _, _): disk = ByteCount(bytes: size)
        case ("file-size", let size?, _, _): fileSize = ByteCount(bytes: size)
        case ("temporary", let size?, _, _): temporary = ByteCount(bytes: size)
        case ("log", let size?, _, _): log = ByteCount(bytes: size)
        case ("processes", _, let count?, _): processes = Int(count)
        case ("files", _, let count?, _): files = Int(count)
        case ("time", _, _, let seconds?): wallTime = .seconds(seconds)
        case ("silence", _, _, let seconds?): silence = .seconds(seconds)
        default: throw LimitError(text: text)
        }
    }

    /// A positive number, with a unit's letter behind it or none.
    private static func number(_ text: Substring, units: [Character: Int64]) -> Int64? {
        let unit = text.last.flatMap { units[$0] }
        guard let plain = Int64(unit == nil ? text : text.dropLast()), plain > 0 else { return nil }
        let (product, overflow) = plain.multipliedReportingOverflow(by: unit ?? 1)
        return overflow ? nil : product
    }
}
