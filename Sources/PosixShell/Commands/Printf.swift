/// `printf` with `%s %b %c %d %i %u %o %x %X %%`, flags, width and precision; the format is used again for arguments
/// that are left.
enum Printf {
    static func output(_ call: CommandCall) throws(ShellFinding) -> [UInt8] {
        var arguments = call.arguments[...]
        if arguments.first == [.minus, .minus] { arguments = arguments.dropFirst() }
        guard let format = arguments.first else {
            throw call.refusal("'printf' without a format", cure: "give it one", kind: .failure)
        }
        if format.first == .minus {
            throw call.refusal("'printf' with options", cure: "begin its format otherwise")
        }
        var rest = arguments.dropFirst()
        var out: [UInt8] = []
        while true {
            let before = rest.count
            if try once(format, &rest, &out, call) { return out }
            if rest.isEmpty || rest.count == before { return out }
        }
    }

    /// Runs the format once; true when `\c` ended the output.
    private static func once(
        _ format: [UInt8], _ arguments: inout ArraySlice<[UInt8]>, _ out: inout [UInt8], _ call: CommandCall
    ) throws(ShellFinding) -> Bool {
        var at = 0
        while at < format.count {
            try call.check(size: out.count)
            switch format[at] {
            case .backslash where at + 1 < format.count:
                if format[at + 1] == UInt8(ascii: "c") { return true }
                let (bytes, next) = format.withUnsafeBufferPointer { AnsiQuoting.escape($0, at + 1) }
                out += bytes
                at = next
            case .percent where at + 1 < format.count:
                at += 1
                if format[at] == .percent {
                    out.append(.percent)
                    at += 1
                } else if try Conversion(format, &at, &arguments, call).write(&arguments, &out, call) {
                    return true
                }
            default:
                out.append(format[at])
                at += 1
            }
        }
        return false
    }

    /// One `%…`.
    private struct Conversion {
        private var flags: [UInt8] = []
        private var width = 0
        private var precision: Int?
        private let letter: UInt8

        init(
            _ format: [UInt8], _ at: inout Int, _ arguments: inout ArraySlice<[UInt8]>, _ call: CommandCall
        ) throws(ShellFinding) {
            while at < format.count, "-+ 0#".utf8.contains(format[at]) {
                flags.append(format[at])
                at += 1
            }
            func digits() throws(ShellFinding) -> Int {
                var value = 0
                while at < format.count, format[at].isDigit {
                    value = value * 10 + Int(format[at] - 48)
                    at += 1
                    if value > 65_536 { throw call.refusal("a width beyond 65536", cure: "take less") }
                }
                return value
            }
            width = try digits()
            if at < format.count, format[at] == .dot {
                at += 1
                precision = try digits()
            }
            guard at < format.count, "sbcdiuoxX".utf8.contains(format[at]) else {
                let text = String(decoding: format.prefix(60), as: UTF8.self)
                throw call.refusal(
                    "the format '\(text)' of printf", cure: "use %s, %b, %c, %d, %u, %o, %x and %X")
            }
            letter = format[at]
            at += 1
        }

        func write(
            _ arguments: inout ArraySlice<[UInt8]>, _ out: inout [UInt8], _ call: CommandCall
        ) throws(ShellFinding) -> Bool {
            let argument = arguments.popFirst() ?? []
            switch letter {
            case UInt8(ascii: "s"): pad(Array(argument.prefix(precision ?? Int.max)), &out)
            // Of nothing it is a NUL.
            case UInt8(ascii: "c"): pad(argument.isEmpty ? [0] : [argument[0]], &out)
            case UInt8(ascii: "b"):
                let (text, isStopped) = Escapes.expand(argument)
                pad(Array(text.prefix(precision ?? Int.max)), &out)
                return isStopped
            default: try number(argument, &out, call)
            }
            return false
        }

        private func has(_ flag: Unicode.Scalar) -> Bool { flags.contains(UInt8(ascii: flag)) }

        private func pad(_ text: [UInt8], _ out: inout [UInt8]) {
            let fill = [UInt8](repeating: .space, count: max(0, width - text.count))
            out += has("-") ? text + fill : fill + text
        }

        private func number(
            _ argument: [UInt8], _ out: inout [UInt8], _ call: CommandCall
        ) throws(ShellFinding) {
            guard let value = Self.value(argument) else {
                throw call.refusal(
                    "'\(String(decoding: argument.prefix(40), as: UTF8.self))' is no number for printf",
                    cure: "give it a number")
            }
            let isSigned = letter == UInt8(ascii: "d") || letter == UInt8(ascii: "i")
            var sign: [UInt8] = []
            var digits: [UInt8]
            if isSigned {
                digits = Array(String(value.magnitude).utf8)
                if value < 0 {
                    sign = [.minus]
                } else if has("+") {
                    sign = [.plus]
                } else if has(" ") {
                    sign = [.space]
                }
            } else {
                let bits = UInt(bitPattern: value)
                let radix = letter == UInt8(ascii: "o") ? 8 : letter == UInt8(ascii: "u") ? 10 : 16
                digits = Array(String(bits, radix: radix, uppercase: letter == UInt8(ascii: "X")).utf8)
                if has("#"), value != 0 {
                    if radix == 16 { sign = [UInt8(ascii: "0"), letter] }
                    if radix == 8 { digits.insert(UInt8(ascii: "0"), at: 0) }
                }
            }
            if let precision {
                if precision == 0 && value == 0 { digits = [] }
                digits =
                    [UInt8](repeating: UInt8(ascii: "0"), count: max(0, precision - digits.count)) + digits
            } else if has("0") && !has("-") {
                let count = max(0, width - digits.count - sign.count)
                digits = [UInt8](repeating: UInt8(ascii: "0"), count: count) + digits
            }
            pad(sign + digits, &out)
        }

        /// Decimal, octal with `0`, hexadecimal with `0x`, or a byte after a quote; nil for anything else, as busybox has it.
        private static func value(_ argument: [UInt8]) -> Int? {
            if argument.isEmpty { return nil }
            if argument[0] == .quote || argument[0] == .doubleQuote {
                return argument.count > 1 ? Int(argument[1]) : nil
            }
            var digits = argument[...]
            var isNegative = false
            if let first = digits.first, first == .minus || first == .plus {
                isNegative = first == .minus
                digits = digits.dropFirst()
            }
            var radix = 10
            if digits.count > 1, digits.first == UInt8(ascii: "0") {
                radix = 8
                digits = digits.dropFirst()
                if let x = digits.first, x | 32 == UInt8(ascii: "x") {
                    radix = 16
                    digits = digits.dropFirst()
                }
            }
            guard digits.first.map({ $0 != .minus && $0 != .plus }) ?? false else { return nil }
            return Int(String(decoding: digits, as: UTF8.self), radix: radix).map { isNegative ? -$0 : $0 }
        }
    }
}
