/// `tr SET1 SET2`, `tr -d SET`, `tr -s SET`, `tr -c …`: sets of bytes with ranges, classes and escapes.
enum Translation {
    static func run(_ call: CommandCall) throws(ShellFinding) -> CommandResult {
        var deletes = false
        var squeezes = false
        var complements = false
        var sets = call.arguments[...]
        while let option = sets.first, option.count > 1, option[0] == .minus {
            sets = sets.dropFirst()
            if option == [.minus, .minus] { break }
            for letter in option.dropFirst() {
                switch letter {
                case UInt8(ascii: "d"): deletes = true
                case UInt8(ascii: "s"): squeezes = true
                case UInt8(ascii: "c"), UInt8(ascii: "C"): complements = true
                default: throw call.refusal("an option of 'tr'", cure: "use -d, -s and -c only")
                }
            }
        }
        let second = sets.dropFirst().first
        guard let first = sets.first, sets.count <= 2, deletes || squeezes || second != nil,
            !(deletes && second != nil && !squeezes)
        else {
            throw call.refusal("'tr' with this number of sets", cure: "give it one or two", kind: .failure)
        }
        var from = try expand(first, call)
        if complements {
            let members = Set(from)
            from = (0...255).map { UInt8($0) }.filter { !members.contains($0) }
        }
        var map: [UInt8?] = (0...255).map { UInt8($0) }
        var squeezed = Set<UInt8>()
        if deletes {
            for byte in from { map[Int(byte)] = nil }
            if let second { squeezed = Set(try expand(second, call)) }
        } else if let second {
            let to = try expand(second, call)
            guard let last = to.last else {
                throw call.refusal("an empty set", cure: "fill it", kind: .failure)
            }
            for (index, byte) in from.enumerated() { map[Int(byte)] = index < to.count ? to[index] : last }
            if squeezes { squeezed = Set(to) }
        } else {
            squeezed = Set(from)
        }
        var out: [UInt8] = []
        out.reserveCapacity(call.input.count)
        for byte in call.input {
            guard let made = map[Int(byte)] else { continue }
            if squeezes, out.last == made, squeezed.contains(made) { continue }
            out.append(made)
        }
        return CommandResult(output: out)
    }

    private static func expand(_ set: [UInt8], _ call: CommandCall) throws(ShellFinding) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        func byte() -> UInt8 {
            // A backslash before another byte is itself a member, and so is that byte.
            guard set[at] == .backslash, at + 1 < set.count, "abefnrtvx\\01234567".utf8.contains(set[at + 1])
            else {
                at += 1
                return set[at - 1]
            }
            let (bytes, next) = set.withUnsafeBufferPointer { AnsiQuoting.escape($0, at + 1) }
            at = next
            return bytes.last ?? .backslash
        }
        while at < set.count {
            if set[at] == .openBracket, at + 1 < set.count, set[at + 1] == .colon,
                let close = set[at...].firstIndex(of: .closeBracket), set[close - 1] == .colon,
                close - 1 > at + 1
            {
                let name = String(decoding: set[(at + 2)..<(close - 1)], as: UTF8.self)
                guard let members = ByteClass(name) else {
                    throw call.refusal("the class [:\(name):]", cure: "use one that exists", kind: .failure)
                }
                out += (0...255).map { UInt8($0) }.filter { members.contains($0) }
                at = close + 1
                continue
            }
            let low = byte()
            guard at + 1 < set.count, set[at] == .minus else {
                out.append(low)
                continue
            }
            at += 1
            let high = byte()
            guard low <= high else {
                throw call.refusal("a range that runs backwards", cure: "turn it", kind: .failure)
            }
            out += low...high
        }
        return out
    }
}
