import FoundationEssentials

/// Findings as a SARIF 2.1.0 log (OASIS, 2020), the form that code hosts and editors read.
public struct SARIFLog: Encodable, Sendable {
    private let schema = "https://json.schemastore.org/sarif-2.1.0.json"
    private let version = "2.1.0"
    private let runs: [Run]

    private enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case version, runs
    }

    /// A log of findings. Places are given relative to `%SRCROOT%`, the folder that `root` says (an absolute path).
    public init(_ findings: [Finding], root: String) {
        let used = Set(findings.map(\.rule))
        let known = LintRule.all.filter { used.contains($0.id) }
        let indices = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1.id, $0) })
        let driver = Driver(
            name: "apkfarm recipe lint", rules: known.map { Descriptor($0) })
        let base = root.hasSuffix("/") ? root : root + "/"
        runs = [
            Run(
                tool: Tool(driver: driver), columnKind: "unicodeCodePoints",
                originalUriBaseIds: [
                    "SRCROOT": Location(uri: "file://\(Self.encoded(base))", uriBaseId: nil)
                ],
                results: findings.map { Result($0, ruleIndex: indices[$0.rule]) })
        ]
    }

    /// The log as JSON with sorted keys.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// A path as part of a URI: bytes outside of RFC 3986's unreserved ones and '/' in percent form.
    static func encoded(_ path: String) -> String {
        path.utf8.map { byte -> String in
            let isPlain =
                (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
                || [
                    UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "~"),
                ]
                .contains(byte)
            if isPlain { return String(Unicode.Scalar(byte)) }
            let hex = String(byte, radix: 16, uppercase: true)
            return "%" + (hex.count == 1 ? "0" + hex : hex)
        }.joined()
    }

    private struct Run: Encodable {
        let tool: Tool
        let columnKind: String
        let originalUriBaseIds: [String: Location]
        let results: [Result]
    }

    private struct Tool: Encodable {
        let driver: Driver
    }

    private struct Driver: Encodable {
        let name: String
        let rules: [Descriptor]
    }

    private struct Descriptor: Encodable {
        let id: String
        let shortDescription: Message
        let defaultConfiguration: [String: String]

        init(_ rule: LintRule) {
            id = rule.id
            shortDescription = Message(text: rule.summary)
            defaultConfiguration = ["level": rule.severity.rawValue]
        }
    }

    private struct Message: Encodable {
        let text: String
    }

    private struct Location: Encodable {
        let uri: String
        let uriBaseId: String?
    }

    private struct Region: Encodable {
        let startLine: Int
        let startColumn: Int
    }

    private struct PhysicalLocation: Encodable {
        let artifactLocation: Location
        let region: Region
    }

    private struct Result: Encodable {
        let ruleId: String
        let ruleIndex: Int?
        let level: String
        let message: Message
        let locations: [[String: PhysicalLocation]]

        init(_ finding: Finding, ruleIndex: Int?) {
            ruleId = finding.rule
            self.ruleIndex = ruleIndex
            level = finding.severity.rawValue
            message = Message(text: "\(finding.what); \(finding.remedy)")
            let place = finding.place
            let location = Location(
                uri: SARIFLog.encoded(place.file), uriBaseId: place.file.hasPrefix("/") ? nil : "SRCROOT")
            locations = [
                [
                    "physicalLocation": PhysicalLocation(
                        artifactLocation: location,
                        region: Region(startLine: place.line, startColumn: place.column))
                ]
            ]
        }
    }
}
