/// A parsed text: its commands, and the source that their ranges refer to.
public struct ShellScript: Sendable {
    /// The text.
    public let source: ShellSource
    /// The commands in order.
    public let commands: [ShellCommand]
    /// The bodies that ``Redirection/Target/hereDocument(_:)`` names by index.
    public let hereDocuments: [HereDocument]
    /// The functions that are defined outside other functions, in order of their text.
    public let functions: [FunctionDefinition]
}

/// One command of the shell's grammar.
public indirect enum ShellCommand: Sendable {
    /// Assignments, words and redirections: `CC=gcc make -s >log`.
    case simple(SimpleCommand)
    /// `first && second || third`.
    case andOr(ShellCommand, [AndOrLink], TextRange)
    /// `first | second`; with one command only when it is negated.
    case pipeline([ShellCommand], isNegated: Bool, TextRange)
    /// `command &`.
    case background(ShellCommand, TextRange)
    /// `{ commands; }`.
    case group([ShellCommand], TextRange)
    /// `( commands )`.
    case subshell([ShellCommand], TextRange)
    /// `if`, with all its `elif`.
    case conditional([ConditionalBranch], otherwise: [ShellCommand]?, TextRange)
    /// `while` and `until`.
    case loop(condition: [ShellCommand], body: [ShellCommand], isUntil: Bool, TextRange)
    /// `for`.
    case forEach(ForLoop)
    /// `case`.
    case choice(Word, [ChoiceBranch], TextRange)
    /// `name() body`.
    case function(FunctionDefinition)
    /// A compound command with redirections.
    case redirected(ShellCommand, [Redirection])

    /// Where it stands in its source.
    public var range: TextRange {
        switch self {
        case .simple(let simple): simple.range
        case .andOr(_, _, let range), .pipeline(_, _, let range), .background(_, let range),
            .group(_, let range), .subshell(_, let range), .conditional(_, _, let range),
            .loop(_, _, _, let range), .choice(_, _, let range):
            range
        case .forEach(let loop): loop.range
        case .function(let definition): definition.range
        case .redirected(let command, _): command.range
        }
    }
}

/// Assignments, words and redirections.
public struct SimpleCommand: Sendable {
    /// `name=value` before the first other word.
    public let assignments: [Assignment]
    /// The command's name and arguments; empty when there are only assignments.
    public let words: [Word]
    /// Redirections, in order.
    public let redirections: [Redirection]
    /// Where it stands.
    public let range: TextRange
}

/// `name=value`.
public struct Assignment: Sendable {
    /// The name.
    public let name: TextRange
    /// The value; a word without parts when nothing follows the equals sign.
    public let value: Word
    /// Where it stands.
    public var range: TextRange { TextRange(Int(name.start), Int(value.range.end)) }
}

/// `&& command` or `|| command`.
public struct AndOrLink: Sendable {
    /// Whether it runs when what precedes it succeeded (`&&`).
    public let isAnd: Bool
    /// What runs.
    public let command: ShellCommand
}

/// `if condition; then body`.
public struct ConditionalBranch: Sendable {
    /// What is asked.
    public let condition: [ShellCommand]
    /// What runs when the condition's last command succeeds.
    public let body: [ShellCommand]
}

/// `for name in words; do body; done`.
public struct ForLoop: Sendable {
    /// The variable.
    public let name: TextRange
    /// What it goes through; nil without `in`, which means the positional parameters.
    public let words: [Word]?
    /// What runs.
    public let body: [ShellCommand]
    /// Where it stands.
    public let range: TextRange
}

/// `pattern | pattern) body ;;`.
public struct ChoiceBranch: Sendable {
    /// The patterns.
    public let patterns: [Word]
    /// What runs.
    public let body: [ShellCommand]
}

/// A function: its name, the exact range of its text, and its body where that was asked for.
public struct FunctionDefinition: Sendable {
    /// The name.
    public let name: TextRange
    /// From the name to the end of the body.
    public let range: TextRange
    /// The body, braces included.
    public let bodyRange: TextRange
    /// The body as a tree; nil when the parser was asked to skip bodies.
    public let body: ShellCommand?
}
