import PosixShell

/// Evaluates recipes in this process: nothing is run, and nothing is read but the recipe's own folder.
public struct RecipeEvaluator: RecipeEvaluating {
    private let evaluatesSplits: Bool

    /// An evaluator.
    /// - Parameter evaluatesSplits: whether split functions are evaluated as well.
    public init(evaluatesSplits: Bool = true) { self.evaluatesSplits = evaluatesSplits }

    /// The variables that the recipe sets or changes, and its functions.
    ///
    /// Throws ``RecipeError`` with one finding when the text is no shell, does something that is not evaluated by
    /// rule, or does not end.
    public func evaluate(
        _ folder: RecipeFolder, in environment: RecipeEnvironment
    ) throws(RecipeError) -> EvaluatedRecipe {
        let source = ShellSource(folder.text, name: folder.file)
        do {
            let interest = FileInterest()
            let shell = try Self.run(source, folder: folder.path, environment, interest)
            var evaluated = EvaluatedRecipe(variables: [:], functions: [])
            let initial = environment.variables.map(\.value)
            for (index, entry) in shell.variables.entries.enumerated() {
                guard let value = entry.value else { continue }
                let text = String(decoding: value, as: UTF8.self)
                if index < initial.count, text == initial[index] { continue }
                let name = String(decoding: entry.name, as: UTF8.self)
                if !Self.shellsOwn.contains(name) { evaluated.variables[name] = text }
            }
            for name in shell.functionNames {
                evaluated.functions.insert(String(decoding: name, as: UTF8.self))
            }
            if evaluatesSplits {
                evaluated.splits = SplitEvaluation(shell: shell, environment: environment).run()
            }
            evaluated.looksAtFiles = interest.looked
            return evaluated
        } catch {
            throw RecipeError([Finding(error, in: folder)])
        }
    }

    /// Variables that belong to a shell, and say nothing about a recipe.
    static let shellsOwn: Set<String> = [
        "PATH", "HOME", "PWD", "OLDPWD", "IFS", "PS1", "PS2", "PS3", "PS4", "OPTIND", "SHLVL", "LINENO",
        "PPID",
        "RANDOM", "_",
    ]

    static let shellsOwnBytes = Set(shellsOwn.map { Array($0.utf8) })

    /// Runs a recipe's top level; the environment's variables come first in the shell's table.
    static func run(
        _ source: ShellSource, folder: String, _ environment: RecipeEnvironment,
        _ interest: FileInterest = FileInterest()
    ) throws(ShellFinding) -> ShellEvaluator {
        var shell = ShellEvaluator(
            variables: VariableTable(environment.variables),
            world: RecipeWorld(folder: folder, startdir: environment.startdir, interest: interest))
        try shell.run(try ShellParser.parse(source, bodies: .skipped))
        return shell
    }
}

extension Finding {
    /// A shell's finding about the text of a folder, at the place that the line is from.
    init(_ finding: ShellFinding, in folder: RecipeFolder) {
        self.init(
            .error, rule: "shell-\(finding.kind.rawValue)",
            at: finding.source == folder.file
                ? folder.place(line: finding.position.line, column: finding.position.column)
                : Place(file: finding.source, line: finding.position.line, column: finding.position.column),
            what: finding.what, remedy: finding.cure)
    }

    /// A shell's finding as one about a recipe.
    init(_ finding: ShellFinding) {
        self.init(
            .error, rule: "shell-\(finding.kind.rawValue)",
            at: Place(file: finding.source, line: finding.position.line, column: finding.position.column),
            what: finding.what, remedy: finding.cure)
    }
}
