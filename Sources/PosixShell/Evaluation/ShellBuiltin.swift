/// The commands that belong to the shell itself.
enum ShellBuiltin: String, CaseIterable {
    case colon = ":"
    case dot = "."
    case source
    case breaking = "break"
    case continuing = "continue"
    case eval, exit, export, readonly, returning = "return", set, shift, unset
    case `true`, `false`, local, echo, printf, test, bracket = "[", doubleBracket = "[[", command, read, type
    case cd, pwd, getopts, alias, unalias, exec, trap, wait, jobs, umask, ulimit, times, hash, kill
    case letting = "let"

    /// POSIX's special built-ins: found before functions, and assignments before them last.
    var isSpecial: Bool {
        switch self {
        case .colon, .dot, .breaking, .continuing, .eval, .exit, .export, .readonly, .returning, .set, .shift,
            .unset, .exec, .trap, .times:
            true
        default: false
        }
    }

    static func named(_ name: [UInt8]) -> ShellBuiltin? { table[name] }

    private static let table: [[UInt8]: ShellBuiltin] = Dictionary(
        uniqueKeysWithValues: allCases.map { (Array($0.rawValue.utf8), $0) })

    /// Those whose arguments are assignments.
    static let declarations: [[UInt8]] = ["export", "readonly", "local"].map { Array($0.utf8) }
}
