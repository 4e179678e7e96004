/// How a real shell tells what a recipe is: a script for busybox ash that sources the recipe and prints its
/// variables and functions, and the reader of what it prints.
///
/// Run `ash -c script ash NAME…` with ``functionNames(in:)`` as names, in a folder that holds the recipe as
/// `./APKBUILD`, with the variables of ``RecipeEnvironment`` and nothing else set. Standard output is the dump; what
/// the recipe itself prints goes to standard error. The recipe runs with the shell's rights: confine it.
public enum ShellDump {
    /// The script. `set -e` is on, as it is when abuild sources a recipe.
    public static let script = """
        set -e
        . ./APKBUILD >&2
        set +e
        for apkfarm_name; do
        	case "$(LC_ALL=C type "$apkfarm_name" 2>/dev/null)" in
        	"$apkfarm_name is a function"*) echo "function $apkfarm_name" ;;
        	esac
        done
        unset apkfarm_name
        echo variables
        set
        """

    /// Names that may be functions of the recipe, sorted: the script asks the shell about each.
    public static func functionNames(in text: String) -> [String] {
        var names = Set(RecipeText(text).functions.map { String($0.name) })
        names.formUnion(RecipeText.anyFunctionNames(in: text))
        return names.sorted()
    }

    /// A dump that does not have the form which the script gives it.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// The line of the dump, from 1.
        public let line: Int
        /// `line 12 of the shell's answer is not an assignment`.
        public var description: String { "line \(line) of the shell's answer is not an assignment" }
    }

    /// Reads a dump. Variables of the shell itself and those of `environment` that the recipe left alone are not
    /// the recipe's and left out.
    public static func read(_ dump: String, environment: RecipeEnvironment) throws(Malformed)
        -> EvaluatedRecipe
    {
        var functions: Set<String> = []
        var rest = dump[...]
        while let end = rest.firstIndex(of: "\n"), rest[..<end] != "variables" {
            guard rest.hasPrefix("function ") else { throw Malformed(line: line(of: rest, in: dump)) }
            functions.insert(String(rest[..<end].dropFirst("function ".count)))
            rest = rest[rest.index(after: end)...]
        }
        guard let end = rest.firstIndex(of: "\n") else { throw Malformed(line: line(of: rest, in: dump)) }
        rest = rest[rest.index(after: end)...]
        var variables: [String: String] = [:]
        while !rest.isEmpty {
            guard let (name, value, next) = assignment(rest) else {
                throw Malformed(line: line(of: rest, in: dump))
            }
            if !ofShell.contains(name) { variables[name] = value }
            rest = next
        }
        for (name, value) in environment.variables where variables[name] == value { variables[name] = nil }
        return EvaluatedRecipe(variables: variables, functions: functions)
    }

    /// Variables that a shell sets itself.
    private static let ofShell: Set<String> = [
        "_", "FUNCNAME", "HOME", "IFS", "LINENO", "OLDPWD", "OPTIND", "PATH", "PPID", "PS1", "PS2", "PS3",
        "PS4",
        "PWD", "RANDOM", "SHLVL",
    ]

    /// `name='value'` and a newline, where ash writes a quote in the value as `'"'"'`.
    private static func assignment(_ text: Substring) -> (name: String, value: String, rest: Substring)? {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = text[..<equals]
        var value: [UInt8] = []
        var quote: UInt8?
        var rest = text.utf8[text.utf8.index(after: equals)...]
        while let byte = rest.popFirst() {
            if let open = quote {
                if byte == open { quote = nil } else { value.append(byte) }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "\n") {
                return (String(name), String(decoding: value, as: UTF8.self), Substring(rest))
            } else {
                value.append(byte)
            }
        }
        return nil
    }

    private static func line(of rest: Substring, in dump: String) -> Int {
        dump[..<rest.startIndex].utf8.count { $0 == UInt8(ascii: "\n") } + 1
    }
}
