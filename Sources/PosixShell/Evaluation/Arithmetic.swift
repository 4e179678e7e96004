extension ShellEvaluator {
    /// The value of an expression; 64 bits that wrap.
    mutating func arithmetic(_ expression: [UInt8], at range: TextRange, depth: Int = 0) throws(ShellFinding)
        -> Int
    {
        try charge(expression.count * 4)
        var parser = ArithmeticParser(expression, at: range, depth: depth)
        return try parser.evaluate(&self)
    }
}

/// Evaluates one expression by precedence, as POSIX (XCU 2.6.4) and C have it, with `**` and `base#digits` added.
struct ArithmeticParser {
    private let bytes: [UInt8]
    private let range: TextRange
    private var at = 0
    private var depth: Int
    /// Counts the reasons not to assign and not to fail: the branches that are not taken.
    private var skipped = 0

    init(_ bytes: [UInt8], at range: TextRange, depth: Int) {
        self.bytes = bytes + [0]
        self.range = range
        self.depth = depth
    }

    mutating func evaluate(_ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        skipBlanks()
        // An empty expression is 0.
        guard at < bytes.count - 1 else { return 0 }
        let value = try comma(&shell)
        guard at == bytes.count - 1 else { throw fault(shell) }
        return value
    }

    // MARK: Operators, from loosest to tightest

    private mutating func comma(_ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        var value = try assignment(&shell)
        while take(",") { value = try assignment(&shell) }
        return value
    }

    private static let assigning = ["<<=", ">>=", "*=", "/=", "%=", "+=", "-=", "&=", "^=", "|=", "="]

    private mutating func assignment(_ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        depth += 1
        defer { depth -= 1 }
        if depth > 30 { throw fault(shell, "nests too deep") }
        let start = at
        if let name = self.name() {
            skipBlanks()
            for sign in Self.assigning where follows(sign) {
                if sign == "=" && bytes[at + 1] == .equals { break }
                at += sign.utf8.count
                let right = try assignment(&shell)
                let value: Int
                if sign == "=" {
                    value = right
                } else {
                    let left = try self.value(of: name, &shell)
                    value = try apply(String(sign.dropLast()), left, right, shell)
                }
                try assign(name, value, &shell)
                return value
            }
            at = start
            skipBlanks()
        }
        return try ternary(&shell)
    }

    private mutating func ternary(_ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        let condition = try logicalOr(&shell)
        guard take("?") else { return condition }
        if condition == 0 { skipped += 1 }
        let first = try logicalOr(&shell)
        if condition == 0 { skipped -= 1 }
        skipBlanks()
        if bytes[at] == .question || bytes[at] == UInt8(ascii: ",") {
            throw refusal(shell, "has '?' or ',' between '?' and ':'")
        }
        guard take(":") else { throw fault(shell) }
        if condition != 0 { skipped += 1 }
        let second = try assignment(&shell)
        if condition != 0 { skipped -= 1 }
        return condition != 0 ? first : second
    }

    private mutating func logicalOr(_ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        var value = try logicalAnd(&shell)
        while take("||") {
            let isDecided = value != 0
            if isDecided { skipped += 1 }
            let right = try logicalAnd(&shell)
            if isDecided { skipped -= 1 }
            value = isDecided || right != 0 ? 1 : 0
        }
        return value
    }

    private mutating func logicalAnd(_ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        var value = try binary(&shell, 0)
        while take("&&") {
            let isDecided = value == 0
            if isDecided { skipped += 1 }
            let right = try binary(&shell, 0)
            if isDecided { skipped -= 1 }
            value = !isDecided && right != 0 ? 1 : 0
        }
        return value
    }

    /// The left-associative operators: `|`, `^`, `&`, `== !=`, `< > <= >=`, `<< >>`, `+ -`, `* / %`.
    private static let levels: [[String]] = [
        ["|"], ["^"], ["&"], ["==", "!="], ["<=", ">=", "<", ">"], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
    ]

    private mutating func binary(_ shell: inout ShellEvaluator, _ level: Int) throws(ShellFinding) -> Int {
        guard level < Self.levels.count else { return try power(&shell) }
        var value = try binary(&shell, level + 1)
        scanning: while true {
            skipBlanks()
            for sign in Self.levels[level] where follows(sign) && !isOther(sign) {
                at += sign.utf8.count
                let right = try binary(&shell, level + 1)
                value = try apply(sign, value, right, shell)
                continue scanning
            }
            return value
        }
    }

    /// Whether what stands here is a longer operator that begins with `sign`.
    private func isOther(_ sign: String) -> Bool {
        let next = bytes[at + sign.utf8.count]
        switch sign {
        case "|", "&": return next == bytes[at] || next == .equals
        case "<", ">": return next == bytes[at] || next == .equals
        case "*": return next == .star || next == .equals
        case "==", "!=", "<=", ">=": return false
        default: return next == .equals
        }
    }

    private mutating func power(_ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        let base = try unary(&shell)
        guard take("**") else { return base }
        depth += 1
        defer { depth -= 1 }
        if depth > 30 { throw fault(shell, "nests too deep") }
        let exponent = try power(&shell)
        guard exponent >= 0 else { throw fault(shell, "has a negative exponent") }
        var result = 1
        var factor = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result &*= factor }
            factor &*= factor
            rest >>= 1
        }
        return result
    }

    private mutating func unary(_ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        depth += 1
        defer { depth -= 1 }
        if depth > 30 { throw fault(shell, "nests too deep") }
        skipBlanks()
        let byte = bytes[at]
        if (byte == .plus || byte == .minus) && bytes[at + 1] == byte {
            at += 2
            skipBlanks()
            guard let name = name() else { throw fault(shell) }
            let value = try value(of: name, &shell) &+ (byte == .plus ? 1 : -1)
            try assign(name, value, &shell)
            return value
        }
        switch byte {
        case .plus:
            at += 1
            return try unary(&shell)
        case .minus:
            at += 1
            return 0 &- (try unary(&shell))
        case .bang:
            at += 1
            return try unary(&shell) == 0 ? 1 : 0
        case .tilde:
            at += 1
            return ~(try unary(&shell))
        default: return try primary(&shell)
        }
    }

    private mutating func primary(_ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        skipBlanks()
        if take("(") {
            let value = try comma(&shell)
            guard take(")") else { throw fault(shell) }
            return value
        }
        if bytes[at].isDigit { return try number(shell) }
        guard let name = name() else { throw fault(shell) }
        let value = try value(of: name, &shell)
        skipBlanks()
        let byte = bytes[at]
        if (byte == .plus || byte == .minus) && bytes[at + 1] == byte {
            at += 2
            try assign(name, value &+ (byte == .plus ? 1 : -1), &shell)
        }
        return value
    }

    private mutating func number(_ shell: ShellEvaluator) throws(ShellFinding) -> Int {
        let start = at
        while bytes[at].isInName || bytes[at] == .hash || bytes[at] == .at { at += 1 }
        var digits = bytes[start..<at]
        var base = 10
        var wraps = false
        if let mark = digits.firstIndex(of: .hash) {
            base = digits[..<mark].reduce(0) { min($0 * 10 + Int($1 &- 48), 1000) }
            digits = digits[(mark + 1)...]
            guard (2...64).contains(base), !digits.isEmpty else { throw fault(shell) }
            wraps = true
        } else if digits.count > 1, digits.first == UInt8(ascii: "0") {
            base = 8
            digits = digits.dropFirst()
            if let x = digits.first, x | 32 == UInt8(ascii: "x") {
                base = 16
                digits = digits.dropFirst()
                guard !digits.isEmpty else { throw fault(shell) }
            }
        }
        var value: UInt = 0
        var isTooLarge = false
        for byte in digits {
            guard let digit = Self.digit(byte, base), digit < base else { throw fault(shell) }
            let (product, overflows) = value.multipliedReportingOverflow(by: UInt(base))
            let (sum, carries) = product.addingReportingOverflow(UInt(digit))
            value = sum
            isTooLarge = isTooLarge || overflows || carries
        }
        // ash reads numbers without `#` by strtoull, and what that cannot hold is 0; bash wraps.
        return isTooLarge && !wraps ? 0 : Int(bitPattern: value)
    }

    private static func digit(_ byte: UInt8, _ base: Int) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 48
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 87
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - (base <= 36 ? 55 : 29)
        case .at: 62
        case .underscore: 63
        default: nil
        }
    }

    // MARK: Operands

    private mutating func name() -> [UInt8]? {
        skipBlanks()
        guard bytes[at].beginsName else { return nil }
        let start = at
        while bytes[at].isInName { at += 1 }
        return Array(bytes[start..<at])
    }

    /// A variable's value, which is an expression itself; 0 when it is unset or empty.
    private func value(of name: [UInt8], _ shell: inout ShellEvaluator) throws(ShellFinding) -> Int {
        guard skipped == 0, let index = shell.variables.find(name),
            let text = shell.variables.entries[index].value
        else { return 0 }
        if depth > 24 { throw fault(shell, "refers to itself") }
        try shell.step()
        return try shell.arithmetic(text, at: range, depth: depth + 3)
    }

    private func assign(_ name: [UInt8], _ value: Int, _ shell: inout ShellEvaluator) throws(ShellFinding) {
        // bash skips what is not reached, and busybox ash assigns all the same.
        guard skipped == 0 else { throw refusal(shell, "assigns in a part that is not reached") }
        let index = shell.variables.index(of: name)
        let text = Array(String(value).utf8)
        if shell.variables.entries[index].isReadOnly { throw fault(shell, "sets a read-only variable") }
        shell.variables.set(index, text)
    }

    private func apply(
        _ sign: String, _ left: Int, _ right: Int, _ shell: ShellEvaluator
    ) throws(ShellFinding) -> Int {
        switch sign {
        case "|": return left | right
        case "^": return left ^ right
        case "&": return left & right
        case "==": return left == right ? 1 : 0
        case "!=": return left != right ? 1 : 0
        case "<": return left < right ? 1 : 0
        case ">": return left > right ? 1 : 0
        case "<=": return left <= right ? 1 : 0
        case ">=": return left >= right ? 1 : 0
        case "<<": return left &<< right
        case ">>": return left &>> right
        case "+": return left &+ right
        case "-": return left &- right
        case "*": return left &* right
        default:
            guard right != 0 else { throw fault(shell, "divides by zero") }
            if sign == "/" { return left.dividedReportingOverflow(by: right).partialValue }
            return right == -1 ? 0 : left % right
        }
    }

    // MARK: Scanning

    private mutating func skipBlanks() {
        while bytes[at] == .space || bytes[at] == .tab || bytes[at] == .newline { at += 1 }
    }

    private func follows(_ sign: String) -> Bool {
        var index = at
        for byte in sign.utf8 {
            guard bytes[index] == byte else { return false }
            index += 1
        }
        return true
    }

    private mutating func take(_ sign: String) -> Bool {
        skipBlanks()
        guard follows(sign) else { return false }
        at += sign.utf8.count
        return true
    }

    private func refusal(_ shell: ShellEvaluator, _ what: String) -> ShellFinding {
        shell.finding(
            .unsupported, at: range, "the expression \(what), which shells read differently",
            cure: "use 'if' around assignments")
    }

    private func fault(_ shell: ShellEvaluator, _ what: String = "is no arithmetic") -> ShellFinding {
        shell.finding(
            .failure, at: range,
            "the expression '\(String(decoding: bytes.dropLast().prefix(80), as: UTF8.self))' \(what)",
            cure: "correct it")
    }
}
