import Foundation

/// A JSON value that is written with sorted keys: equal values give equal bytes.
indirect enum JSONText: Encodable, ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral
{
    case text(String)
    case number(Int)
    case list([JSONText])
    case object([String: JSONText])

    init(stringLiteral value: String) { self = .text(value) }
    init(arrayLiteral elements: JSONText...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSONText)...) {
        self = .object(Dictionary(elements) { $1 })
    }

    /// An object of texts.
    static func texts(_ values: [String: String]) -> JSONText { .object(values.mapValues { .text($0) }) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .list(let list): try container.encode(list)
        case .object(let object): try container.encode(object)
        }
    }

    /// The document's bytes, with a line end behind.
    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
