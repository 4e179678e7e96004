/// The text between `$'` and `'`.
enum AnsiQuoting {
    /// Decodes `\n`, `\t`, `\\`, `\'`, `\"`, `\a`, `\b`, `\e`, `\f`, `\r`, `\v`, `\NNN` (octal) and `\xHH`; other
    /// escapes stay as they are.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            guard bytes[at] == .backslash, at + 1 < bytes.count else {
                out.append(bytes[at])
                at += 1
                continue
            }
            if bytes[at + 1] == .quote || bytes[at + 1] == .doubleQuote {
                out.append(bytes[at + 1])
                at += 2
                continue
            }
            let (decoded, next) = escape(bytes, at + 1)
            out.append(contentsOf: decoded)
            at = next
        }
        return out
    }

    /// The first escape that shells read differently: busybox ash leaves those alone that bash knows besides, and cuts
    /// octal numbers beyond a byte short.
    static func doubtful(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var at = 0
        while at + 1 < bytes.count {
            guard bytes[at] == .backslash else {
                at += 1
                continue
            }
            let byte = bytes[at + 1]
            switch byte {
            case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "?"), UInt8(ascii: "c"),
                UInt8(ascii: "u"),
                UInt8(ascii: "U"):
                return "\\\(Character(UnicodeScalar(byte)))"
            case UInt8(ascii: "4")...UInt8(ascii: "7")
            where at + 3 < bytes.count && bytes[(at + 2)...(at + 3)].allSatisfy({ $0 >= 48 && $0 <= 55 }):
                return "\\" + String(decoding: bytes[(at + 1)...(at + 3)], as: UTF8.self)
            // bash ends the text at a NUL, ash leaves the NUL out.
            case UInt8(ascii: "0"), UInt8(ascii: "x"):
                if escape(bytes, at + 1).0 == [0] { return "\\\(Character(UnicodeScalar(byte)))" }
            default: break
            }
            at += 2
        }
        return nil
    }

    /// Decodes what follows a backslash; returns its bytes and where the text goes on.
    static func escape(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> ([UInt8], Int) {
        let byte = bytes[start]
        switch byte {
        case UInt8(ascii: "n"): return ([10], start + 1)
        case UInt8(ascii: "t"): return ([9], start + 1)
        case UInt8(ascii: "r"): return ([13], start + 1)
        case UInt8(ascii: "a"): return ([7], start + 1)
        case UInt8(ascii: "b"): return ([8], start + 1)
        case UInt8(ascii: "e"): return ([27], start + 1)
        case UInt8(ascii: "f"): return ([12], start + 1)
        case UInt8(ascii: "v"): return ([11], start + 1)
        case .backslash: return ([byte], start + 1)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value = 0
            var at = start
            while at < bytes.count, at < start + 3,
                (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(bytes[at])
            {
                let next = value * 8 + Int(bytes[at] - UInt8(ascii: "0"))
                // As busybox does: a digit with which it would be more than a byte stands for itself.
                if next > 255 { break }
                value = next
                at += 1
            }
            return ([UInt8(value)], at)
        case UInt8(ascii: "x"):
            var value = 0
            var at = start + 1
            while at < bytes.count, at < start + 3, ByteClass.xdigit.contains(bytes[at]) {
                let digit = bytes[at].isDigit ? bytes[at] - 48 : (bytes[at] | 32) - 87
                value = value * 16 + Int(digit)
                at += 1
            }
            return at > start + 1 ? ([UInt8(value)], at) : ([.backslash, byte], start + 1)
        default: return ([.backslash, byte], start + 1)
        }
    }
}
