/// The bytes that the shell's grammar speaks of.
extension UInt8 {
    static let newline = UInt8(ascii: "\n")
    static let tab = UInt8(ascii: "\t")
    static let space = UInt8(ascii: " ")
    static let backslash = UInt8(ascii: "\\")
    static let quote = UInt8(ascii: "'")
    static let doubleQuote = UInt8(ascii: "\"")
    static let backquote = UInt8(ascii: "`")
    static let dollar = UInt8(ascii: "$")
    static let open = UInt8(ascii: "(")
    static let close = UInt8(ascii: ")")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let semicolon = UInt8(ascii: ";")
    static let ampersand = UInt8(ascii: "&")
    static let bar = UInt8(ascii: "|")
    static let less = UInt8(ascii: "<")
    static let greater = UInt8(ascii: ">")
    static let hash = UInt8(ascii: "#")
    static let equals = UInt8(ascii: "=")
    static let colon = UInt8(ascii: ":")
    static let slash = UInt8(ascii: "/")
    static let star = UInt8(ascii: "*")
    static let question = UInt8(ascii: "?")
    static let percent = UInt8(ascii: "%")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let bang = UInt8(ascii: "!")
    static let at = UInt8(ascii: "@")
    static let tilde = UInt8(ascii: "~")
    static let dot = UInt8(ascii: ".")
    static let underscore = UInt8(ascii: "_")

    /// Whether a name of a variable may begin with it.
    var beginsName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), .underscore: true
        default: false
        }
    }

    /// Whether a name of a variable may hold it.
    var isInName: Bool { beginsName || isDigit }

    /// 0 to 9.
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    /// Whether it ends an unquoted word.
    var endsWord: Bool {
        switch self {
        case .space, .tab, .newline, .semicolon, .ampersand, .bar, .less, .greater, .open, .close, 0: true
        default: false
        }
    }

    /// Whether it has a meaning in patterns.
    var isActiveInPattern: Bool {
        switch self {
        case .star, .question, .openBracket, .backslash: true
        default: false
        }
    }
}
