import PosixShell

/// Finds functions, and the commands in them that configure, in the text of a recipe.
enum FunctionText {
    /// A command with its arguments.
    struct Command {
        /// One argument: what the shell makes of it when it is literal, and its bytes with the blanks before it.
        struct Argument {
            let text: String?
            let range: Range<Int>
        }

        let arguments: [Argument]
        /// The offset after its last byte.
        let end: Int
    }

    /// Where the functions called `name` stand, from the first byte of the name to the closing brace; none in a text
    /// that is no shell.
    static func ranges(of name: String, in bytes: [UInt8]) -> [Range<Int>] {
        guard let script = script(bytes, bodies: .skipped) else { return [] }
        return script.functions.filter { script.source.text($0.name) == name }.map { range($0.range) }
    }

    /// Commands that configure a build, in a range of the text: by the name `named`, or those that are known to.
    static func configureCommands(in bytes: [UInt8], _ range: Range<Int>, named: String?) -> [Command] {
        guard let script = script(bytes, bodies: .parsed) else { return [] }
        return RecipeSyntax(script).calls.filter { call in
            guard call.source === script.source, range.contains(Int(call.command.range.start)) else {
                return false
            }
            guard let first = call.command.words.first else { return false }
            let written = script.source.text(first.range)
            if let named { return written == named || call.name == named }
            return configures(written, call)
        }.map { call in
            var end = Int(call.command.words.first?.range.end ?? call.command.range.start)
            let arguments = call.command.words.dropFirst().map { word in
                let argument = Command.Argument(
                    text: RecipeSyntax.literal(word, script.source), range: end..<Int(word.range.end))
                end = Int(word.range.end)
                return argument
            }
            return Command(arguments: arguments, end: end)
        }
    }

    private static func configures(_ written: String, _ call: RecipeSyntax.Call) -> Bool {
        let name = written.split(separator: "/").last.map { $0.filter { $0 != "\"" } } ?? written
        switch name {
        case "configure", "Configure", "config", "abuild-meson", "econf": return true
        case "cmake", "cmake3.5":
            let verbs = ["--build", "--install", "-E", "--version"]
            return !call.arguments.contains { verbs.contains($0 ?? "") }
        case "meson": return call.arguments.first == "setup"
        default: return false
        }
    }

    /// The tree of a text; nil for a text that is no shell, which evaluation reports with its place.
    private static func script(_ bytes: [UInt8], bodies: ShellParser.Bodies) -> ShellScript? {
        do { return try ShellParser.parse(ShellSource(bytes, name: "APKBUILD"), bodies: bodies) } catch {
            return nil
        }
    }

    private static func range(_ range: TextRange) -> Range<Int> { Int(range.start)..<Int(range.end) }
}
