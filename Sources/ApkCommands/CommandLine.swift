import Apk

/// apk's options and arguments, taken apart.
struct CommandLine {
    /// An option that some verb or all understand.
    struct Option {
        let long: StaticString
        let short: StaticString
        let takesValue: Bool
        /// Whether `--no-NAME` and `--NAME=yes|no|auto` are understood.
        let isSwitch: Bool
        let verbs: [Verb]
        let help: StaticString

        init(
            _ long: StaticString, _ short: StaticString = "", value takesValue: Bool = false,
            switch isSwitch: Bool = false,
            of verbs: [Verb] = [],
            help: StaticString
        ) {
            self.long = long
            self.short = short
            self.takesValue = takesValue
            self.isSwitch = isSwitch
            self.verbs = verbs
            self.help = help
        }
    }

    private(set) var verb: Verb?
    private(set) var arguments: [ByteText] = []
    private var given: [(option: StaticString, value: ByteText)] = []

    /// Takes an argument vector apart, without the program's name. Throws `usage` in apk's words.
    init(_ words: [ByteText]) throws(ApkError) {
        var rest = words[...]
        var onlyArguments = false
        var waiting: [(word: ByteText, isShort: Bool)] = []
        while let word = rest.popFirst() {
            if onlyArguments || word.bytes.count < 2 || word.bytes[0] != UInt8(ascii: "-") {
                if verb == nil, !onlyArguments {
                    guard let named = Verb(name: word) else {
                        throw ApkError(.usage, "'\(word)' is not an apk command. See 'apk --help'.")
                    }
                    verb = named
                } else {
                    arguments.append(word)
                }
            } else if word == "--" {
                onlyArguments = true
            } else if word.hasPrefix("--") {
                try takeLong(word, &rest, &waiting)
            } else {
                try takeShort(word, &rest, &waiting)
            }
        }
        // Options may come before the verb that knows them.
        for (word, isShort) in waiting {
            var none: ArraySlice<ByteText> = []
            var again: [(word: ByteText, isShort: Bool)] = []
            if isShort { try takeShort(word, &none, &again) } else { try takeLong(word, &none, &again) }
            if let unknown = again.first { throw CommandLine.unrecognized(unknown.word) }
        }
    }

    /// Whether an option was given.
    func has(_ option: StaticString) -> Bool {
        var isGiven = false
        for (name, value) in given where same(name, option) { isGiven = !(value == "no") }
        return isGiven
    }

    /// How often an option was given.
    func count(_ option: StaticString) -> Int { given.count { same($0.option, option) } }

    /// Whether a switch is on: as said last, else as it is by itself.
    func isOn(_ option: StaticString, unlessSaid isOn: Bool) -> Bool {
        guard let last = values(option).last else { return isOn }
        if last.isEmpty || last == "yes" { return true }
        return last == "auto" ? isOn : false
    }

    /// 1, more for each `--verbose`, less for each `--quiet`: what apk calls verbosity.
    var verbosity: Int { max(0, 1 + count("verbose") - count("quiet")) }

    /// Whether lists are to be written as a document, JSON or YAML.
    func wantsDocument() throws(ApkError) -> Bool {
        guard let format = value("format") else { return false }
        if format == "json" || format == "yaml" { return true }
        if format == "table" || format == "default" || format == "query" { return false }
        throw ApkError(
            .usage, "command line: invalid argument '\(format)' for option 'format': use table, json or yaml")
    }

    /// As what a document is written.
    var format: JSONValue.Format { value("format") == "yaml" ? .yaml : .json }

    /// The last value of an option, nil if it was not given.
    func value(_ option: StaticString) -> ByteText? { values(option).last }

    /// All values of an option, in order.
    func values(_ option: StaticString) -> [ByteText] {
        given.filter { same($0.option, option) }.map { $0.value }
    }

    private func same(_ left: StaticString, _ right: StaticString) -> Bool {
        ByteText(stringLiteral: left) == ByteText(stringLiteral: right)
    }

    private mutating func takeLong(
        _ word: ByteText, _ rest: inout ArraySlice<ByteText>,
        _ waiting: inout [(word: ByteText, isShort: Bool)]
    ) throws(ApkError) {
        let body = word.bytes[2...]
        let equals = body.firstIndex(of: UInt8(ascii: "="))
        let name = ByteText(body[..<(equals ?? body.endIndex)])
        var isNegated = false
        var found = find { ByteText(stringLiteral: $0.long) == name }
        if found == nil, name.hasPrefix("no-") {
            let plain = ByteText(name.bytes[3...])
            found = find { $0.isSwitch && ByteText(stringLiteral: $0.long) == plain }
            isNegated = found != nil
        }
        guard let option = found else {
            if verb == nil {
                waiting.append((word, false))
                return
            }
            throw CommandLine.unrecognized(name)
        }
        var value = ByteText()
        if option.isSwitch {
            if let equals, !isNegated { value = ByteText(body[(equals + 1)...]) }
            guard value.isEmpty || value == "yes" || value == "no" || value == "auto" else {
                throw ApkError(
                    .usage,
                    "command line: invalid argument '\(value)' for option '\(name)': use yes, no or auto")
            }
            given.append((option.long, isNegated ? "no" : value))
            return
        }
        if option.takesValue {
            if let equals {
                value = ByteText(body[(equals + 1)...])
            } else if let next = rest.popFirst() {
                value = next
            } else {
                throw ApkError(.usage, "command line: option '\(name)' requires an argument")
            }
        } else if equals != nil {
            throw ApkError(.usage, "command line: option '\(name)' takes no argument")
        }
        given.append((option.long, value))
    }

    private mutating func takeShort(
        _ word: ByteText, _ rest: inout ArraySlice<ByteText>,
        _ waiting: inout [(word: ByteText, isShort: Bool)]
    ) throws(ApkError) {
        var index = 1
        while index < word.bytes.count {
            let letter = ByteText([word.bytes[index]])
            index += 1
            guard let option = find({ $0.short.utf8CodeUnitCount > 0 && shorts($0.short, letter) }) else {
                if verb == nil {
                    waiting.append((ByteText([UInt8(ascii: "-")] + letter.bytes), true))
                    continue
                }
                throw CommandLine.unrecognized(letter)
            }
            var value = ByteText()
            if option.takesValue {
                if index < word.bytes.count {
                    value = ByteText(word.bytes[index...])
                    index = word.bytes.count
                } else if let next = rest.popFirst() {
                    value = next
                } else {
                    throw ApkError(.usage, "command line: option '\(letter)' requires an argument")
                }
            }
            given.append((option.long, value))
        }
    }

    /// An option may have several letters.
    private func shorts(_ letters: StaticString, _ letter: ByteText) -> Bool {
        letters.withUTF8Buffer { $0.contains(letter.bytes[0]) }
    }

    /// The verb's own options go before those of all verbs: `-t` means other things to each.
    private func find(_ fits: (Option) -> Bool) -> Option? {
        var found: Option?
        for option in OptionTable.all where fits(option) {
            if option.verbs.isEmpty {
                if found == nil { found = option }
            } else if let verb, option.verbs.contains(verb) {
                found = option
            }
        }
        return found
    }

    private static func unrecognized(_ name: ByteText) -> ApkError {
        var bytes = name.bytes
        while bytes.first == UInt8(ascii: "-") { bytes.removeFirst() }
        return ApkError(.usage, "command line: unrecognized option '\(ByteText(bytes))'")
    }
}
