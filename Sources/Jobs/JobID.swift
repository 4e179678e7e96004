/// The number of a job, from 1, never given twice by one store.
public struct JobID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The number.
    public let number: Int64

    /// The job of this number.
    public init(_ number: Int64) {
        self.number = number
    }

    /// Reads the number alone.
    public init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes the number alone.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    /// The number.
    public var description: String { "\(number)" }

    /// By number: the older job first.
    public static func < (left: JobID, right: JobID) -> Bool { left.number < right.number }
}

/// A part of a job's work, for people: `fetch`, `prepare`, `build`, `check`, `package`, `publish`.
public struct JobPhase: Sendable, Hashable, Codable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The phase's name.
    public let name: String

    /// The phase of this name.
    public init(_ name: String) {
        self.name = name
    }

    /// The phase of this name.
    public init(stringLiteral name: String) {
        self.name = name
    }

    /// Reads the name alone.
    public init(from decoder: any Decoder) throws {
        name = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the name alone.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// The name.
    public var description: String { name }
}
