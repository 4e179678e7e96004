/// The commands on lines: `cat`, `head`, `tail`, `sort`, `uniq`, `cut`, `wc`.
enum Lines {
    /// Lines without their ends; a last line without newline counts.
    static func split(_ input: [UInt8]) -> [ArraySlice<UInt8>] {
        guard !input.isEmpty else { return [] }
        var lines = input.split(separator: .newline, omittingEmptySubsequences: false)
        if input.last == .newline { lines.removeLast() }
        return lines
    }

    /// Lines as text, each with its end.
    static func join(_ lines: some Sequence<ArraySlice<UInt8>>) -> [UInt8] {
        var out: [UInt8] = []
        for line in lines {
            out += line
            out.append(.newline)
        }
        return out
    }

    /// The files that are named, or the standard input.
    static func input(
        _ call: CommandCall, _ files: some Collection<[UInt8]>, _ world: any ShellWorld
    ) throws(ShellFinding) -> [UInt8] {
        guard !files.isEmpty else {
            // busybox's commands read lines as C strings.
            if call.input.contains(0) { throw call.refusal("a NUL byte in its input", cure: "take it out") }
            return call.input
        }
        var bytes: [UInt8] = []
        for file in files {
            if file == [.minus] {
                bytes += call.input
                try call.check(size: bytes.count)
                continue
            }
            guard let contents = world.contents(of: file) else {
                throw call.refusal(
                    "the file '\(String(decoding: file.prefix(80), as: UTF8.self))' is not read here",
                    cure: "read files of the recipe's own folder only")
            }
            bytes += contents
            try call.check(size: bytes.count)
        }
        return bytes
    }

    static func cat(_ call: CommandCall, _ world: any ShellWorld) throws(ShellFinding) -> CommandResult {
        if let option = call.arguments.first(where: { $0.count > 1 && $0[0] == .minus }) {
            throw refuse(call, option)
        }
        return CommandResult(output: try input(call, call.arguments, world))
    }

    /// `head -n N`, `head -N`, `head -c N`, and `tail` likewise; `tail -n +N`.
    static func ends(_ call: CommandCall, _ world: any ShellWorld, isHead: Bool) throws(ShellFinding)
        -> CommandResult
    {
        var count = 10
        var countsBytes = false
        var isFromStart = false
        var rest = call.arguments[...]
        while let option = rest.first, option.count > 1, option[0] == .minus {
            rest = rest.dropFirst()
            var value = option.dropFirst()
            if let letter = value.first, letter == UInt8(ascii: "n") || letter == UInt8(ascii: "c") {
                countsBytes = letter == UInt8(ascii: "c")
                value = value.dropFirst()
                if value.isEmpty { value = (rest.popFirst() ?? [])[...] }
            }
            if value.first == .plus, !isHead {
                isFromStart = true
                value = value.dropFirst()
            }
            guard let number = UInt32(String(decoding: value, as: UTF8.self)) else {
                throw refuse(call, option)
            }
            count = Int(number)
        }
        let bytes = try input(call, rest, world)
        if countsBytes {
            if isFromStart { return CommandResult(output: Array(bytes.dropFirst(max(0, count - 1)))) }
            return CommandResult(output: Array(isHead ? bytes.prefix(count) : bytes.suffix(count)))
        }
        let lines = split(bytes)
        let chosen =
            isFromStart
            ? lines.dropFirst(max(0, count - 1)) : isHead ? lines.prefix(count) : lines.suffix(count)
        var out = join(chosen)
        // A last line without end keeps having none.
        if bytes.last != .newline, !chosen.isEmpty, chosen.endIndex == lines.endIndex { out.removeLast() }
        return CommandResult(output: out)
    }

    /// `sort [-r] [-n] [-u]`, by bytes.
    static func sort(_ call: CommandCall, _ world: any ShellWorld) throws(ShellFinding) -> CommandResult {
        var (isReversed, isNumeric, isUnique) = (false, false, false)
        var rest = call.arguments[...]
        while let option = rest.first, option.count > 1, option[0] == .minus {
            rest = rest.dropFirst()
            for letter in option.dropFirst() {
                switch letter {
                case UInt8(ascii: "r"): isReversed = true
                case UInt8(ascii: "n"): isNumeric = true
                case UInt8(ascii: "u"): isUnique = true
                default: throw refuse(call, option)
                }
            }
        }
        func number(_ line: ArraySlice<UInt8>) throws(ShellFinding) -> Int {
            let text = line.drop { $0 == .space || $0 == .tab }
            let digits = text.dropFirst(text.first == .minus ? 1 : 0).prefix { $0.isDigit }
            let after = text.dropFirst(digits.count + (text.first == .minus ? 1 : 0)).first
            guard digits.count < 18, after != .dot, after != UInt8(ascii: "e"), after != UInt8(ascii: "x")
            else {
                throw call.refusal("'sort -n' of numbers that are not whole", cure: "sort whole numbers")
            }
            let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            return text.first == .minus ? -value : value
        }
        var keyed: [(key: Int, line: ArraySlice<UInt8>)] = []
        for line in split(try input(call, rest, world)) {
            keyed.append((isNumeric ? try number(line) : 0, line))
        }
        func precedes(
            _ left: (key: Int, line: ArraySlice<UInt8>), _ right: (key: Int, line: ArraySlice<UInt8>)
        ) -> Bool {
            if left.key != right.key { return (left.key < right.key) != isReversed }
            if left.line == right.line { return false }
            return left.line.lexicographicallyPrecedes(right.line) != isReversed
        }
        keyed.sort(by: precedes)
        // Of lines with equal keys -u keeps the one that comes first, whatever else differs.
        if isUnique {
            var kept: [(key: Int, line: ArraySlice<UInt8>)] = []
            for entry in keyed {
                if let last = kept.last, isNumeric ? last.key == entry.key : last.line == entry.line {
                    continue
                }
                kept.append(entry)
            }
            keyed = kept
        }
        return CommandResult(output: join(keyed.map(\.line)))
    }

    /// `uniq [-c] [-d] [-u]`.
    static func uniq(_ call: CommandCall, _ world: any ShellWorld) throws(ShellFinding) -> CommandResult {
        var (counts, repeated, single) = (false, false, false)
        var rest = call.arguments[...]
        while let option = rest.first, option.count > 1, option[0] == .minus {
            rest = rest.dropFirst()
            switch String(decoding: option, as: UTF8.self) {
            case "-c": counts = true
            case "-d": repeated = true
            case "-u": single = true
            default: throw refuse(call, option)
            }
        }
        var runs: [(line: ArraySlice<UInt8>, count: Int)] = []
        for line in split(try input(call, rest, world)) {
            if let last = runs.last, last.line == line {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((line, 1))
            }
        }
        var out: [UInt8] = []
        for (line, count) in runs where !(repeated && count == 1) && !(single && count > 1) {
            if counts {
                let text = String(count)
                out += [UInt8](repeating: .space, count: max(0, 7 - text.utf8.count)) + text.utf8 + [.space]
            }
            out += line
            out.append(.newline)
        }
        return CommandResult(output: out)
    }

    /// `cut -d C -f LIST [-s]`, `cut -c LIST`, `cut -b LIST`.
    static func cut(_ call: CommandCall, _ world: any ShellWorld) throws(ShellFinding) -> CommandResult {
        var delimiter = UInt8.tab
        var list: [UInt8]?
        var isFields = false
        var skipsOthers = false
        var rest = call.arguments[...]
        while let option = rest.first, option.count > 1, option[0] == .minus {
            rest = rest.dropFirst()
            if option == [.minus, UInt8(ascii: "s")] {
                skipsOthers = true
                continue
            }
            var value = Array(option.dropFirst(2))
            if value.isEmpty { value = rest.popFirst() ?? [] }
            switch option[1] {
            case UInt8(ascii: "d"):
                guard value.count == 1 else { throw refuse(call, option) }
                delimiter = value[0]
            case UInt8(ascii: "f"), UInt8(ascii: "c"), UInt8(ascii: "b"):
                isFields = option[1] == UInt8(ascii: "f")
                list = value
            default: throw refuse(call, option)
            }
        }
        guard let list, let ranges = self.ranges(list) else {
            throw call.refusal("'cut' without a list", cure: "give it -f 1,3-5", kind: .failure)
        }
        func isChosen(_ number: Int) -> Bool { ranges.contains { $0.contains(number) } }
        var lines: [ArraySlice<UInt8>] = []
        for line in split(try input(call, rest, world)) {
            guard isFields else {
                lines.append(line.enumerated().filter { isChosen($0.offset + 1) }.map(\.element)[...])
                continue
            }
            guard line.contains(delimiter) else {
                if !skipsOthers { lines.append(line) }
                continue
            }
            let fields = line.split(separator: delimiter, omittingEmptySubsequences: false)
            // busybox prints a delimiter for parts of a list that lie beyond the line, others do not.
            guard ranges.count == 1 || ranges.allSatisfy({ $0.lowerBound <= fields.count }) else {
                throw call.refusal("'cut' of fields that a line does not have", cure: "cut them one by one")
            }
            let chosen = fields.enumerated().filter { isChosen($0.offset + 1) }.map(\.element)
            lines.append(Array(chosen.joined(separator: [delimiter]))[...])
        }
        return CommandResult(output: join(lines))
    }

    private static func ranges(_ list: [UInt8]) -> [ClosedRange<Int>]? {
        var ranges: [ClosedRange<Int>] = []
        for part in list.split(separator: UInt8(ascii: ",")) {
            let text = String(decoding: part, as: UTF8.self)
            let ends = text.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2, text != "-" else { return nil }
            let low = ends[0].isEmpty ? 1 : Int(ends[0])
            let high = ends.count == 1 ? low : ends[1].isEmpty ? Int.max : Int(ends[1])
            guard let low, let high, low >= 1, low <= high else { return nil }
            ranges.append(low...high)
        }
        return ranges.isEmpty ? nil : ranges
    }

    /// `wc -l`, `-c`, `-w`, one of them, of the standard input.
    static func count(_ call: CommandCall) throws(ShellFinding) -> CommandResult {
        guard call.arguments.count == 1 else {
            throw call.refusal("'wc' with files or several counts", cure: "use wc -l, -w or -c on a pipe")
        }
        let count: Int
        switch String(decoding: call.arguments[0], as: UTF8.self) {
        case "-l": count = call.input.count { $0 == .newline }
        case "-c": count = call.input.count
        case "-w": count = words(call.input)
        default: throw refuse(call, call.arguments[0])
        }
        return CommandResult(output: Array("\(count)\n".utf8))
    }

    /// Runs between white space that hold a printable ASCII byte; others neither make nor end a word.
    private static func words(_ input: [UInt8]) -> Int {
        var count = 0
        var isInWord = false
        for byte in input {
            if ByteClass.space.contains(byte) {
                isInWord = false
            } else if (0x21...0x7E).contains(byte), !isInWord {
                isInWord = true
                count += 1
            }
        }
        return count
    }

    private static func refuse(_ call: CommandCall, _ option: [UInt8]) -> ShellFinding {
        call.refusal(
            "the option '\(String(decoding: option.prefix(40), as: UTF8.self))' of"
                + " '\(String(decoding: call.name, as: UTF8.self))'", cure: "use another way")
    }
}
