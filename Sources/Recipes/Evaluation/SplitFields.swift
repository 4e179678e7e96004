/// What a split function makes of the fields of its package, evaluated before anything is built.
public struct SplitFields: Sendable, Hashable, Codable {
    /// The value of one field.
    public enum Value: Sendable, Hashable {
        /// The value, as the function leaves it; words are separated by white space as written.
        case known(String)
        /// It depends on the built files.
        case afterBuild
    }

    /// The package's name.
    public let package: String
    /// The function that fills it.
    public let function: String
    /// Fields by name, those of ``names`` that are set; an empty value is one.
    public let fields: [String: Value]

    /// Split fields.
    public init(package: String, function: String, fields: [String: Value]) {
        self.package = package
        self.function = function
        self.fields = fields
    }

    /// The fields that are looked at.
    public static let names = [
        "depends", "install_if", "license", "pkgdesc", "provider_priority", "provides", "replaces",
        "replaces_priority", "url",
    ]

    /// A field's value; nil when it is not set.
    public subscript(name: String) -> Value? { fields[name] }

    /// A field's words; nil when they are known after the build only.
    public func words(_ name: String) -> [String]? {
        switch fields[name] {
        case .known(let text)?: text.shellWords
        case .afterBuild?: nil
        case nil: []
        }
    }
}

extension SplitFields.Value: CustomStringConvertible {
    /// The value, or "known after build".
    public var description: String {
        switch self {
        case .known(let text): text
        case .afterBuild: "known after build"
        }
    }
}

extension SplitFields.Value: Codable {
    /// A string, or null for what is known after the build.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = container.decodeNil() ? .afterBuild : .known(try container.decode(String.self))
    }

    /// Encodes a string, or null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .known(let text): try container.encode(text)
        case .afterBuild: try container.encodeNil()
        }
    }
}
