/// A path or URL that bytes can come from.
struct Place: Sendable, Equatable, CustomStringConvertible {
    /// As people wrote it.
    let description: String
    /// The path, if it is on this machine.
    let localPath: String?
    /// As curl takes it.
    let url: String

    /// A place from a URL or a path.
    init(_ text: String) {
        description = text
        if let path = Self.path(of: text) {
            localPath = path
            url = "file://" + Self.escape(path, keeping: "/")
        } else {
            localPath = nil
            url = text
        }
    }

    /// A file below this place.
    func appending(_ name: String) -> Place {
        let base = description.hasSuffix("/") ? String(description.dropLast()) : description
        return Place(localPath == nil ? "\(base)/\(Self.escape(name, keeping: "/"))" : "\(base)/\(name)")
    }

    private static func path(of text: String) -> String? {
        if text.hasPrefix("file://localhost/") {
            return unescape(String(text.dropFirst("file://localhost".count)))
        }
        if text.hasPrefix("file:///") { return unescape(String(text.dropFirst("file://".count))) }
        return text.contains("://") ? nil : text
    }

    private static func escape(_ text: String, keeping kept: Character) -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Character(Unicode.Scalar(byte))
            let isPlain = scalar.isASCII && (scalar.isLetter || scalar.isNumber || "-._~+".contains(scalar))
            if isPlain || scalar == kept {
                result.append(scalar)
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    private static func unescape(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
