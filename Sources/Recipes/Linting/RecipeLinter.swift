import PosixShell

/// Checks recipes beyond what reading them finds: their shell, and what a rebuild stumbles over.
public struct RecipeLinter: Sendable {
    /// A linter.
    public init() {}

    /// Everything that is found in a recipe, what ``Recipe`` itself found included, in the order of the file.
    public func findings(in recipe: Recipe) -> [Finding] {
        var notes = LintNotes(recipe: recipe)
        notes.checkLicense()
        notes.checkOptions()
        notes.checkAddresses()
        notes.checkDependencies()
        notes.checkFiles()
        do {
            let source = ShellSource(recipe.folder.text, name: recipe.folder.file)
            let syntax = RecipeSyntax(try ShellParser.parse(source))
            notes.checkVariables(syntax)
            notes.checkFunctions(syntax)
            notes.checkCommands(syntax)
            notes.checkShell(syntax)
            notes.checkCircles(syntax)
        } catch {
            let place = recipe.folder.place(line: error.position.line, column: error.position.column)
            notes.add("shell-syntax", at: place, error.what, error.cure)
        }
        return Self.sorted(
            recipe.findings.filter { $0.rule != "stray-file" || !notes.replaces($0) } + notes.findings)
    }

    /// Findings by file, line and column, each once.
    public static func sorted(_ findings: [Finding]) -> [Finding] {
        var seen: Set<Finding> = []
        return findings.filter { seen.insert($0).inserted }.enumerated().sorted { left, right in
            let (a, b) = (left.element.place, right.element.place)
            return (a.file, a.line, a.column, left.offset) < (b.file, b.line, b.column, right.offset)
        }.map(\.element)
    }
}

/// Findings of one recipe while rules are asked; the rules are in extensions, one file a topic.
struct LintNotes {
    let recipe: Recipe
    private(set) var findings: [Finding] = []
    private var patches: Set<String> = []

    init(recipe: Recipe) {
        self.recipe = recipe
    }

    /// Adds a finding of a rule, with the rule's severity.
    mutating func add(_ rule: String, at place: Place, _ what: String, _ remedy: String) {
        let severity = LintRule.named(rule)?.severity ?? .warning
        findings.append(Finding(severity, rule: rule, at: place, what: what, remedy: remedy))
    }

    /// Adds a finding about a variable's value, or a word in it.
    mutating func add(
        _ rule: String, of variable: String, word: String? = nil, _ what: String, _ remedy: String
    ) {
        add(rule, at: recipe.place(of: variable, word: word), what, remedy)
    }

    /// Adds a finding about a range of the text.
    mutating func add(_ rule: String, _ mention: RecipeSyntax.Mention, _ what: String, _ remedy: String) {
        add(rule, at: place(mention.range, mention.source), what, remedy)
    }

    /// Adds a finding about a command.
    mutating func add(_ rule: String, _ call: RecipeSyntax.Call, _ what: String, _ remedy: String) {
        add(rule, at: place(call.command.range, call.source), what, remedy)
    }

    private func place(_ range: TextRange, _ source: ShellSource) -> Place {
        let position = source.position(of: range)
        return recipe.folder.place(line: position.line, column: position.column)
    }

    /// The words of a variable after evaluation.
    func words(_ variable: String) -> [String] {
        (recipe.evaluated.variables[variable] ?? "").shellWords
    }

    // MARK: Files

    mutating func checkFiles() {
        let sources = Set(recipe.sources.map(\.name))
        for file in recipe.folder.files where file.hasSuffix(".patch") && !file.contains("/") {
            guard !sources.contains(file) else { continue }
            // It may be a source of other architectures.
            if recipe.text.mentions(file) { continue }
            patches.insert(file)
            add(
                "patch-not-listed", of: "source",
                "the patch '\(file)' lies in the folder but is not in source",
                "list or remove it")
        }
    }

    /// Whether a finding about a stray file was made again, as one about a patch.
    func replaces(_ finding: Finding) -> Bool { patches.contains { finding.what.contains("'\($0)'") } }
}
