/// POSIX regular expressions, basic and extended (XBD 9), over bytes in the C locale. The leftmost, longest match; the
/// work is charged to a budget.
struct RegularExpression {
    /// What one piece matches.
    private indirect enum Atom {
        case any
        case byte(UInt8)
        case set([Bool])
        case lineStart, lineEnd
        case group(Int, [[Piece]])
        case backReference(Int)
    }

    private struct Piece {
        var atom: Atom
        var least = 1
        var most = 1
    }

    /// Why a pattern cannot be used.
    struct Fault: Error { let what: String }

    private var alternatives: [[Piece]] = []
    private(set) var groups = 0
    private let ignoresCase: Bool

    // MARK: Parsing

    init(_ pattern: [UInt8], isExtended: Bool, ignoresCase: Bool = false) throws(Fault) {
        self.ignoresCase = ignoresCase
        var parser = Parser(bytes: pattern, isExtended: isExtended)
        alternatives = try parser.alternatives(depth: 0)
        guard parser.at == pattern.count else { throw Fault(what: "a parenthesis too much") }
        groups = parser.groups
    }

    private struct Parser {
        let bytes: [UInt8]
        let isExtended: Bool
        var at = 0
        var groups = 0

        /// Whether `byte` stands here as an operator, which basic expressions write with a backslash.
        private func isOperator(_ byte: UInt8) -> Bool {
            if isExtended { return at < bytes.count && bytes[at] == byte }
            return at + 1 < bytes.count && bytes[at] == .backslash && bytes[at + 1] == byte
        }

        private mutating func takeOperator(_ byte: UInt8) -> Bool {
            guard isOperator(byte) else { return false }
            at += isExtended ? 1 : 2
            return true
        }

        mutating func alternatives(depth: Int) throws(Fault) -> [[Piece]] {
            guard depth < 20 else { throw Fault(what: "nesting too deep") }
            var found = [try sequence(depth)]
            while takeOperator(.bar) { found.append(try sequence(depth)) }
            return found
        }

        private mutating func sequence(_ depth: Int) throws(Fault) -> [Piece] {
            var pieces: [Piece] = []
            while at < bytes.count, !isOperator(.bar), !(isOperator(.close) && depth > 0) {
                let isFirst = pieces.isEmpty
                var piece = Piece(atom: try atom(isFirst, depth))
                if case .lineStart = piece.atom {
                    pieces.append(piece)
                    continue
                }
                while try repetition(&piece) {}
                pieces.append(piece)
            }
            return pieces
        }

        private mutating func repetition(_ piece: inout Piece) throws(Fault) -> Bool {
            guard at < bytes.count else { return false }
            if bytes[at] == .star {
                at += 1
                (piece.least, piece.most) = (0, Int.max)
            } else if takeOperator(.plus) {
                (piece.least, piece.most) = (1, Int.max)
            } else if takeOperator(.question) {
                (piece.least, piece.most) = (0, 1)
            } else if takeOperator(.openBrace) {
                let least = number() ?? 0
                var most = least
                if at < bytes.count, bytes[at] == UInt8(ascii: ",") {
                    at += 1
                    most = number() ?? Int.max
                }
                guard takeOperator(.closeBrace), least <= most else {
                    throw Fault(what: "a wrong repetition")
                }
                (piece.least, piece.most) = (least, most)
            } else {
                return false
            }
            return true
        }

        private mutating func number() -> Int? {
            var value: Int?
            while at < bytes.count, bytes[at].isDigit {
                value = min((value ?? 0) * 10 + Int(bytes[at] - 48), 65_536)
                at += 1
            }
            return value
        }

        private mutating func atom(_ isFirst: Bool, _ depth: Int) throws(Fault) -> Atom {
            if takeOperator(.open) {
                groups += 1
                let index = groups
                let inner = try alternatives(depth: depth + 1)
                guard takeOperator(.close) else { throw Fault(what: "an open parenthesis") }
                return .group(index, inner)
            }
            let byte = bytes[at]
            at += 1
            switch byte {
            case .dot: return .any
            case UInt8(ascii: "^") where isExtended || isFirst: return .lineStart
            case .dollar where isExtended || at == bytes.count || isOperator(.close) || isOperator(.bar):
                return .lineEnd
            case .openBracket: return .set(try set())
            case .star where isExtended && isFirst: throw Fault(what: "a repetition of nothing")
            case .plus where isExtended && isFirst, .question where isExtended && isFirst:
                throw Fault(what: "a repetition of nothing")
            case .backslash:
                guard at < bytes.count else { throw Fault(what: "a backslash at the end") }
                let next = bytes[at]
                at += 1
                switch next {
                case UInt8(ascii: "1")...UInt8(ascii: "9"):
                    guard Int(next - 48) <= groups else { throw Fault(what: "a reference to no group") }
                    return .backReference(Int(next - 48))
                case UInt8(ascii: "n"): return .byte(.newline)
                case UInt8(ascii: "t"): return .byte(.tab)
                default:
                    // \w, \s, \b and the like are extensions that programs read differently.
                    guard !next.isInName else { throw Fault(what: "'\\\(Unicode.Scalar(next))'") }
                    return .byte(next)
                }
            default: return .byte(byte)
            }
        }

        private mutating func set() throws(Fault) -> [Bool] {
            var members = [Bool](repeating: false, count: 256)
            var isNegated = false
            if at < bytes.count, bytes[at] == UInt8(ascii: "^") {
                isNegated = true
                at += 1
            }
            var isFirst = true
            while true {
                guard at < bytes.count else { throw Fault(what: "an open bracket") }
                let byte = bytes[at]
                if byte == .closeBracket && !isFirst { break }
                isFirst = false
                if byte == .openBracket, at + 1 < bytes.count,
                    [.colon, .dot, .equals].contains(bytes[at + 1])
                {
                    guard bytes[at + 1] == .colon, let end = bytes[(at + 2)...].firstIndex(of: .colon),
                        end + 1 < bytes.count, bytes[end + 1] == .closeBracket,
                        let kind = ByteClass(String(decoding: bytes[(at + 2)..<end], as: UTF8.self))
                    else { throw Fault(what: "an unknown class") }
                    for value in 0...255 where kind.contains(UInt8(value)) { members[value] = true }
                    at = end + 2
                    continue
                }
                at += 1
                var high = byte
                if at + 1 < bytes.count, bytes[at] == .minus, bytes[at + 1] != .closeBracket {
                    high = bytes[at + 1]
                    at += 2
                    guard byte <= high else { throw Fault(what: "a range that runs backwards") }
                }
                for value in byte...high { members[Int(value)] = true }
            }
            at += 1
            if isNegated { for value in 0...255 { members[value].toggle() } }
            return members
        }
    }

    // MARK: Matching

    /// A match: where it is, and where its groups are.
    struct Match {
        let range: Range<Int>
        let groups: [Range<Int>?]
    }

    /// The first match at or after `start`. Throws when the budget is used up.
    func match(_ text: [UInt8], from start: Int, steps: inout Int) throws(Fault) -> Match? {
        var matcher = Matcher(text: text, ignoresCase: ignoresCase, steps: steps, groups: groups)
        defer { steps = matcher.steps }
        for begin in start...max(start, text.count) {
            for alternative in alternatives {
                try matcher.run(alternative, 0, begin, 0) { (matcher, end) throws(Fault) in
                    matcher.note(begin, end)
                }
            }
            if let best = matcher.best { return best }
        }
        return nil
    }

    private struct Matcher {
        typealias Rest = (inout Matcher, Int) throws(Fault) -> Void

        let text: [UInt8]
        let ignoresCase: Bool
        var steps: Int
        var captures: [Range<Int>?]
        var best: Match?

        init(text: [UInt8], ignoresCase: Bool, steps: Int, groups: Int) {
            self.text = text
            self.ignoresCase = ignoresCase
            self.steps = steps
            captures = Array(repeating: nil, count: groups + 1)
        }

        mutating func note(_ begin: Int, _ end: Int) {
            if let best, best.range.upperBound >= end { return }
            best = Match(range: begin..<end, groups: captures)
        }

        mutating func run(
            _ pieces: [Piece], _ index: Int, _ at: Int, _ depth: Int, _ rest: Rest
        ) throws(Fault) {
            steps -= 1
            guard steps > 0 else { throw Fault(what: "more steps than allowed") }
            guard depth < 200 else { throw Fault(what: "too many repetitions of a group") }
            guard index < pieces.count else { return try rest(&self, at) }
            let piece = pieces[index]
            switch piece.atom {
            case .any, .byte, .set:
                var count = 0
                while count < piece.most, at + count < text.count, matches(piece.atom, text[at + count]) {
                    count += 1
                }
                steps -= count >> 3
                while count >= piece.least {
                    try run(pieces, index + 1, at + count, depth + 1, rest)
                    count -= 1
                }
            case .lineStart: if at == 0 { try run(pieces, index + 1, at, depth + 1, rest) }
            case .lineEnd: if at == text.count { try run(pieces, index + 1, at, depth + 1, rest) }
            case .backReference(let number):
                guard let range = captures[number], at + range.count <= text.count,
                    text[at..<(at + range.count)].elementsEqual(text[range])
                else { return }
                try run(pieces, index + 1, at + range.count, depth + 1, rest)
            case .group(let number, let inner):
                try group(number, inner, piece, 0, at, depth) { (matcher, end) throws(Fault) in
                    try matcher.run(pieces, index + 1, end, depth + 1, rest)
                }
            }
        }

        private mutating func group(
            _ number: Int, _ inner: [[Piece]], _ piece: Piece, _ count: Int, _ at: Int, _ depth: Int,
            _ rest: Rest
        ) throws(Fault) {
            if count < piece.most {
                for alternative in inner {
                    let before = captures[number]
                    try run(alternative, 0, at, depth + 1) { (matcher, end) throws(Fault) in
                        // A turn that matches nothing changes nothing.
                        guard end > at || count < piece.least else { return }
                        let outer = matcher.captures[number]
                        matcher.captures[number] = at..<end
                        try matcher.group(number, inner, piece, count + 1, end, depth + 1, rest)
                        matcher.captures[number] = outer
                    }
                    captures[number] = before
                }
            }
            if count >= piece.least { try rest(&self, at) }
        }

        private func matches(_ atom: Atom, _ byte: UInt8) -> Bool {
            switch atom {
            case .any: return true
            case .byte(let wanted):
                return wanted == byte || (ignoresCase && Self.folded(wanted) == Self.folded(byte))
            case .set(let members):
                if members[Int(byte)] { return true }
                return ignoresCase && (members[Int(Self.folded(byte))] || members[Int(Self.raised(byte))])
            default: return false
            }
        }

        private static func folded(_ byte: UInt8) -> UInt8 {
            ByteClass.upper.contains(byte) ? byte | 32 : byte
        }
        private static func raised(_ byte: UInt8) -> UInt8 {
            ByteClass.lower.contains(byte) ? byte & ~32 : byte
        }
    }
}
