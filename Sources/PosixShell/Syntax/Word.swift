/// One word, before expansion.
public struct Word: Sendable {
    /// Its parts, which stand directly beside each other; line continuations between them are left out.
    public let parts: [WordPart]
    /// Where it stands.
    public let range: TextRange
}

/// One part of a word.
public enum WordPart: Sendable {
    /// Bytes that stand for themselves, unless patterns or splitting see them.
    case literal(TextRange)
    /// A backslash and the byte that it quotes.
    case escaped(TextRange)
    /// The text between single quotes.
    case singleQuoted(TextRange)
    /// The text between `$'` and `'`.
    case ansiQuoted(TextRange)
    /// What stands between double quotes; the range has the quotes.
    case doubleQuoted([WordPart], TextRange)
    /// `$name`, `${name}` with nothing more; the range is the name.
    case variable(TextRange, isBraced: Bool)
    /// `${name…}` with an operation.
    indirect case parameter(ParameterExpansion)
    /// `$((expression))`; the range has all of it.
    case arithmetic([WordPart], TextRange)
    /// `$(commands)`.
    indirect case command([ShellCommand], TextRange)
    /// `` `commands` ``: the text is unescaped, and so is a source of its own.
    indirect case backquoted(ShellScript, TextRange)
    /// `<(commands)` or `>(commands)`, kept as text.
    case process(TextRange)

    /// Where it stands in its source.
    public var range: TextRange {
        switch self {
        case .literal(let range), .escaped(let range), .singleQuoted(let range), .ansiQuoted(let range),
            .doubleQuoted(_, let range), .variable(let range, _), .arithmetic(_, let range),
            .command(_, let range), .backquoted(_, let range), .process(let range):
            range
        case .parameter(let expansion): expansion.range
        }
    }
}

/// `${name…}` with an operation.
public struct ParameterExpansion: Sendable {
    /// What is done with the parameter's value.
    public enum Operation: Sendable {
        /// `${#name}`.
        case length
        /// `${name-word}`, `${name:-word}`.
        case defaultValue(Word)
        /// `${name=word}`, `${name:=word}`.
        case assignDefault(Word)
        /// `${name+word}`, `${name:+word}`.
        case alternative(Word)
        /// `${name?word}`, `${name:?word}`.
        case failure(Word)
        /// `${name#pattern}`, `${name##pattern}`.
        case removePrefix(Word, isLongest: Bool)
        /// `${name%pattern}`, `${name%%pattern}`.
        case removeSuffix(Word, isLongest: Bool)
        /// `${name/pattern/word}`, `${name//pattern/word}`; without a word the match is removed.
        case replace(Word, with: Word?, isEvery: Bool)
        /// `${name:offset}`, `${name:offset:length}`.
        case substring(offset: Word, length: Word?)
    }

    /// The parameter: a variable's name, digits, or one of `@*#?-$!`.
    public let name: TextRange
    /// What is done with it.
    public let operation: Operation
    /// Whether a colon makes an empty value count as unset.
    public let hasColon: Bool
    /// From the dollar sign to the brace.
    public let range: TextRange
}

/// `[descriptor]operator target`.
public struct Redirection: Sendable {
    /// What the operator does.
    public enum Operation: String, Sendable, CaseIterable {
        case input = "<"
        case output = ">"
        case append = ">>"
        case clobber = ">|"
        case readWrite = "<>"
        case duplicateInput = "<&"
        case duplicateOutput = ">&"
        case outputAndErrors = "&>"
        case hereString = "<<<"
        case hereDocument = "<<"
        case strippedHereDocument = "<<-"
    }

    /// What follows the operator.
    public enum Target: Sendable {
        /// A file's name, or the number of a descriptor.
        case word(Word)
        /// The here-document of this index in its script.
        case hereDocument(Int)
    }

    /// The descriptor that is redirected; nil for the operator's own.
    public let descriptor: Int?
    /// The operator.
    public let operation: Operation
    /// What follows it.
    public let target: Target
    /// Where it stands, without the body of a here-document.
    public let range: TextRange
}

/// The lines of a here-document.
public struct HereDocument: Sendable {
    /// The delimiter as written.
    public let delimiter: TextRange
    /// Whether the delimiter is quoted, so that nothing is expanded.
    public let isQuoted: Bool
    /// Whether leading tabs fall away (`<<-`).
    public let stripsTabs: Bool
    /// The lines, ready for expansion.
    public let parts: [WordPart]
    /// The lines as they stand.
    public let range: TextRange
}
