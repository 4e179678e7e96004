extension ShellEvaluator {
    /// `test`, `[` and `[[`. As in busybox ash the words inside `[[` are expanded like any others.
    mutating func test(_ builtin: ShellBuiltin, _ arguments: [[UInt8]]) throws(ShellFinding) {
        var words = arguments
        if builtin != .test {
            let close: [UInt8] = builtin == .bracket ? [.closeBracket] : [.closeBracket, .closeBracket]
            guard words.last == close else {
                throw finding(
                    .failure, at: TextRange(offset, offset), "'\(builtin.rawValue)' is not closed",
                    cure: "add ']'")
            }
            words.removeLast()
        }
        let size = words.reduce(0) { $0 + $1.count }
        try charge(builtin == .doubleBracket ? size * size : size)
        var expression = TestExpression(
            words, world: world, matchesPatterns: builtin == .doubleBracket, source: script.source,
            offset: offset)
        status = try expression.evaluate() ? 0 : 1
    }
}

/// Evaluates the words of `test`: `!`, `-a`, `-o`, parentheses, and the operators on strings, numbers and files.
struct TestExpression {
    private let words: [String]
    private let bytes: [[UInt8]]
    private let world: any ShellWorld
    private let matchesPatterns: Bool
    private let source: ShellSource
    private let offset: Int
    private var at = 0
    private var depth = 0

    init(
        _ words: [[UInt8]], world: any ShellWorld, matchesPatterns: Bool, source: ShellSource, offset: Int
    ) {
        self.words = words.map { $0.count <= 3 ? String(decoding: $0, as: UTF8.self) : "long" }
        bytes = words
        self.world = world
        self.matchesPatterns = matchesPatterns
        self.source = source
        self.offset = offset
    }

    mutating func evaluate() throws(ShellFinding) -> Bool {
        guard !words.isEmpty else { return false }
        let value = try disjunction()
        guard at == words.count else { throw fault("has an operand too much") }
        return value
    }

    private mutating func disjunction() throws(ShellFinding) -> Bool {
        var value = try conjunction()
        while at < words.count, words[at] == "-o" || (matchesPatterns && words[at] == "||") {
            at += 1
            let right = try conjunction()
            value = value || right
        }
        return value
    }

    private mutating func conjunction() throws(ShellFinding) -> Bool {
        var value = try negation()
        while at < words.count, words[at] == "-a" || (matchesPatterns && words[at] == "&&") {
            at += 1
            let right = try negation()
            value = value && right
        }
        return value
    }

    private mutating func negation() throws(ShellFinding) -> Bool {
        var isNegated = false
        while at < words.count, words[at] == "!", !isBinary(at + 1) {
            at += 1
            isNegated.toggle()
            // Alone it is a string that is not empty.
            if at == words.count { return isNegated }
        }
        return try primary() != isNegated
    }

    private func isBinary(_ index: Int) -> Bool {
        guard index + 1 < words.count else { return false }
        switch words[index] {
        case "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "=~":
            return true
        default: return false
        }
    }

    private mutating func primary() throws(ShellFinding) -> Bool {
        guard at < words.count else { throw fault("lacks an operand") }
        if isBinary(at + 1) { return try binary() }
        let word = words[at]
        if word == "(", at + 1 < words.count {
            depth += 1
            if depth > 50 { throw fault("nests too deep") }
            at += 1
            let value = try disjunction()
            guard at < words.count, words[at] == ")" else { throw fault("lacks a ')'") }
            at += 1
            depth -= 1
            return value
        }
        if word.utf8.count == 2, word.utf8.first == .minus, at + 1 < words.count,
            let letter = word.unicodeScalars.last, Self.unary.contains(letter)
        {
            at += 2
            return try unary(letter, bytes[at - 1])
        }
        at += 1
        return !bytes[at - 1].isEmpty
    }

    private static let unary = Set("nzdefrswxhLbcpSgukOGt".unicodeScalars)

    private func unary(_ letter: Unicode.Scalar, _ operand: [UInt8]) throws(ShellFinding) -> Bool {
        switch letter {
        case "n": return !operand.isEmpty
        case "z": return operand.isEmpty
        case "e": return world.kind(of: operand) != nil
        case "d": return world.kind(of: operand) == .folder
        case "f":
            if case .file = world.kind(of: operand) { return true }
            return false
        case "s":
            if case .file(let isEmpty, _) = world.kind(of: operand) { return !isEmpty }
            return false
        case "r": return world.kind(of: operand) != nil
        case "x":
            if case .file(_, let isExecutable) = world.kind(of: operand) { return isExecutable }
            return world.kind(of: operand) == .folder
        default:
            guard world.kind(of: operand) == nil else {
                throw ShellFinding(
                    .unsupported, in: source, at: offset, "the test -\(letter) of a file",
                    cure: "use -e, -f or -d")
            }
            return false
        }
    }

    private mutating func binary() throws(ShellFinding) -> Bool {
        let (left, sign, right) = (bytes[at], words[at + 1], bytes[at + 2])
        at += 3
        switch sign {
        case "=", "==", "!=":
            let isEqual = matchesPatterns ? Pattern.matches(right, left[...]) : left == right
            return isEqual == (sign != "!=")
        case "<": return left.lexicographicallyPrecedes(right)
        case ">": return right.lexicographicallyPrecedes(left)
        case "-eq": return try number(left) == number(right)
        case "-ne": return try number(left) != number(right)
        case "-lt": return try number(left) < number(right)
        case "-le": return try number(left) <= number(right)
        case "-gt": return try number(left) > number(right)
        case "-ge": return try number(left) >= number(right)
        default:
            throw ShellFinding(
                .unsupported, in: source, at: offset, "the test \(sign)", cure: "use case with a pattern")
        }
    }

    private func number(_ text: [UInt8]) throws(ShellFinding) -> Int {
        let trimmed = text.drop { $0 == .space || $0 == .tab || $0 == .newline }
        var digits = trimmed
        while let last = digits.last, last == .space || last == .tab || last == .newline {
            digits.removeLast()
        }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
            throw fault("compares '\(String(decoding: text.prefix(40), as: UTF8.self))', which is no number")
        }
        return number
    }

    private func fault(_ what: String) -> ShellFinding {
        ShellFinding(.failure, in: source, at: offset, "the test \(what)", cure: "quote its operands")
    }
}
