/// One part of a version and what follows it. Parts may only follow each other in the order of `Kind`.
struct VersionToken {
    enum Kind: Int, Comparable {
        case firstNumber, number, letter, suffix, suffixNumber, commit, release, end, invalid

        static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    private(set) var kind: Kind
    private var value: ArraySlice<UInt8>
    private var rest: ArraySlice<UInt8>
    /// The suffix's place in the order: pre-releases below 0, the others above.
    private var rank = 0

    init(first text: ArraySlice<UInt8>) {
        kind = .firstNumber
        rest = text
        value = text.prefix(0)
        takeNumber(as: .firstNumber)
    }

    var isPreRelease: Bool { kind == .suffix && rank < 0 }

    mutating func advance() {
        guard let byte = rest.first else {
            kind = .end
            return
        }
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z") where kind <= .number:
            value = rest.prefix(1)
            rest = rest.dropFirst()
            kind = .letter
        case UInt8(ascii: ".") where kind <= .number:
            rest = rest.dropFirst()
            takeNumber(as: .number)
        case UInt8(ascii: "0")...UInt8(ascii: "9") where kind == .suffix:
            takeNumber(as: .suffixNumber)
        case UInt8(ascii: "_") where kind <= .suffixNumber:
            rest = rest.dropFirst()
            take(while: { $0.isLowerCase }, as: .suffix)
            if kind == .suffix, let known = VersionToken.rank(of: value) {
                rank = known
            } else {
                kind = .invalid
            }
        case UInt8(ascii: "~") where kind < .commit:
            rest = rest.dropFirst()
            take(while: { $0.isLowerHex }, as: .commit)
        case UInt8(ascii: "-") where kind < .release && rest.starts(withText: "-r"):
            rest = rest.dropFirst(2)
            takeNumber(as: .release)
        default:
            kind = .invalid
        }
    }

    func order(to other: VersionToken) -> PackageVersion.Ordering {
        let sign: Int
        switch kind {
        case .number where value.first == UInt8(ascii: "0") || other.value.first == UInt8(ascii: "0"):
            // A leading zero makes it a fraction: 1.02 < 1.1, 1.001 < 1.01.
            sign = ByteText.order(value, other.value)
        case .firstNumber, .number, .suffixNumber, .release:
            sign = VersionToken.numericOrder(value, other.value)
        case .suffix:
            sign = rank - other.rank
        default:
            sign = ByteText.order(value, other.value)
        }
        return sign < 0 ? .less : sign > 0 ? .greater : .equal
    }

    private mutating func takeNumber(as newKind: Kind) {
        take(while: { $0.isDigit }, as: newKind)
    }

    private mutating func take(while belongs: (UInt8) -> Bool, as newKind: Kind) {
        var end = rest.startIndex
        while end < rest.endIndex, belongs(rest[end]) { end += 1 }
        value = rest[rest.startIndex..<end]
        rest = rest[end...]
        kind = value.isEmpty ? .invalid : newKind
    }

    /// Numbers of any length: more digits (without leading zeros) is more.
    private static func numericOrder(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        let a = left.drop { $0 == UInt8(ascii: "0") }
        let b = right.drop { $0 == UInt8(ascii: "0") }
        return a.count == b.count ? ByteText.order(a, b) : a.count - b.count
    }

    private static func rank(of suffix: ArraySlice<UInt8>) -> Int? {
        if suffix.equals(text: "alpha") { return -4 }
        if suffix.equals(text: "beta") { return -3 }
        if suffix.equals(text: "pre") { return -2 }
        if suffix.equals(text: "rc") { return -1 }
        if suffix.equals(text: "cvs") { return 1 }
        if suffix.equals(text: "svn") { return 2 }
        if suffix.equals(text: "git") { return 3 }
        if suffix.equals(text: "hg") { return 4 }
        if suffix.equals(text: "p") { return 5 }
        return nil
    }
}
