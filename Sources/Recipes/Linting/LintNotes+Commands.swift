import PosixShell

extension LintNotes {
    private static let phases: Set<String> = ["prepare", "build", "check", "package"]

    mutating func checkCommands(_ syntax: RecipeSyntax) {
        var first: Set<String> = []
        for call in syntax.calls {
            guard let function = call.function else { continue }
            let isFirst = first.insert(function).inserted
            if function == "check" { checkForgiven(call) }
            if isFirst { checkFirst(call, function) }
            if Self.phases.contains(function) { checkPhase(call, function) }
            checkReturn(call)
        }
        checkPatches(syntax)
        checkFlags(syntax)
    }

    private mutating func checkForgiven(_ call: RecipeSyntax.Call) {
        guard call.isForgiven, !Self.harmless.contains(call.name) else { return }
        add(
            "check-forgiven", call,
            "a failure of '\(Self.shown(call))' is forgiven, so the tests cannot fail",
            "name the tests that fail and let the others count")
    }

    private static let harmless: Set<String> = [
        ":", "true", "cat", "cd", "echo", "kill", "killall", "pkill", "rm", "rmdir", "mkdir", "msg",
        "warning",
        "wait", "unset", "umount", "test", "[", "grep", "sed", "mv", "cp", "ln", "local", "export", "return",
    ]

    private mutating func checkFirst(_ call: RecipeSyntax.Call, _ function: String) {
        guard Self.phases.contains(function), call.name == "cd", call.command.words.count == 2,
            !call.isCondition
        else { return }
        let target = call.source.text(call.command.words[1].range).filter { !"\"{}".contains($0) }
        guard target == "$builddir" else { return }
        add("superfluous-cd", call, "\(function)() begins in builddir already", "remove the line")
    }

    private mutating func checkReturn(_ call: RecipeSyntax.Call) {
        guard call.name == "return", call.isCondition, call.arguments == ["1"] else { return }
        add("superfluous-return", call, "abuild stops at the first failure by itself", "remove '|| return 1'")
    }

    private mutating func checkPhase(_ call: RecipeSyntax.Call, _ function: String) {
        let hasNet = recipe.options.contains("net")
        switch call.name {
        case "curl", "wget": noteNetwork(call, function, hasNet)
        case "git", "npm", "yarn", "pip", "go", "cargo":
            let verbs = Self.fetching[call.name] ?? []
            if let verb = call.arguments.first.flatMap({ $0 }), verbs.contains(verb) {
                noteNetwork(call, function, hasNet)
            }
        case "uname", "nproc", "lscpu", "getconf":
            add(
                "machine-probe", call, "'\(Self.shown(call))' asks the machine that builds",
                "use $CARCH, $CHOST or $JOBS")
        case "gcc", "g++", "cc", "c++", "clang", "clang++":
            let variable = call.name.hasSuffix("+") ? "$CXX" : "$CC"
            add(
                "plain-compiler", call, "'\(call.name)' is the compiler of the machine that builds",
                "use \(variable), or $HOSTCC for what the build runs itself")
        default: break
        }
    }

    /// Verbs of programs that fetch.
    private static let fetching: [String: Set<String>] = [
        "git": ["clone", "fetch", "pull", "submodule"], "npm": ["ci", "install"], "yarn": ["install"],
        "pip": ["download"], "go": ["get"], "cargo": ["fetch"],
    ]

    private mutating func noteNetwork(_ call: RecipeSyntax.Call, _ function: String, _ hasNet: Bool) {
        guard !hasNet else { return }
        add(
            "network-in-build", call, "\(function)() runs '\(Self.shown(call))', and builds have no network",
            "add what it fetches to source, or options=\"net\"")
    }

    private mutating func checkPatches(_ syntax: RecipeSyntax) {
        guard recipe.evaluated.functions.contains("prepare"),
            let patch = recipe.sources.first(where: { $0.name.hasSuffix(".patch") }),
            !syntax.calls.contains(where: { ["default_prepare", "patch", "git"].contains($0.name) })
        else { return }
        let mentions = syntax.functions.first { $0.name == "prepare" }
        guard let mentions else { return }
        add(
            "patch-not-applied", mentions, "prepare() applies no patches, though source has '\(patch.name)'",
            "call default_prepare in it")
    }

    private mutating func checkFlags(_ syntax: RecipeSyntax) {
        for assignment in syntax.assignments where Self.flags.contains(assignment.name) {
            let value = assignment.value
            guard !value.isEmpty, !value.contains("$") else { continue }
            add(
                "flags-replaced", assignment,
                "\(assignment.name) is replaced, so the distribution's flags are lost",
                "write \(assignment.name)=\"$\(assignment.name) …\"")
        }
    }

    private static let flags: Set<String> = ["CFLAGS", "CXXFLAGS", "LDFLAGS", "CPPFLAGS"]

    /// A command in one short line.
    static func shown(_ call: RecipeSyntax.Call) -> String {
        let text = call.source.text(call.command.range)
        let line = text.split(whereSeparator: { $0 == "\n" || $0 == "\\" }).first ?? ""
        return line.count > 40 ? "\(line.prefix(40))…" : String(line)
    }
}
