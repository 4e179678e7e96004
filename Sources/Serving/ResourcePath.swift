/// A path of the repository that may be served.
struct ResourcePath: Equatable {
    /// Components without `.`, `..`, hidden names or bytes that a name cannot have.
    let components: [String]

    /// Relative to the repository's root.
    var relative: String { components.joined(separator: "/") }
    /// The file's name.
    var name: String { components.last ?? "" }

    /// The path of a request target; nil when none of our files can have it.
    init?(_ target: String) {
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard path.count <= 4096, let bytes = Self.decoded(Array(path)),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        var components: [String] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: true) {
            // Hidden names are files on their way into place; they are nobody's business.
            guard !part.hasPrefix("."), part.utf8.count <= 255,
                part.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") })
            else { return nil }
            components.append(String(part))
        }
        guard !components.isEmpty, text.last != "/" else { return nil }
        self.components = components
    }

    init(components: [String]) { self.components = components }

    /// Where the bytes lie. A snapshot's address is a repository of its own for apk, but its packages lie once, in
    /// the repository that it is of: `…/main/snapshots/12/wasm32/NAME.apk` is `…/main/wasm32/NAME.apk`.
    var stored: ResourcePath {
        guard components.count > 4, name.hasSuffix(".apk"), components[components.count - 4] == "snapshots",
            components[components.count - 3].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return self }
        return ResourcePath(components: Array(components.dropLast(4) + components.suffix(2)))
    }

    private static func decoded(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%") {
                guard index + 2 < text.count, let high = digit(text[index + 1]),
                    let low = digit(text[index + 2]),
                    high << 4 | low != UInt8(ascii: "/")
                else { return nil }
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
