import PosixShell

extension LintNotes {
    mutating func checkShell(_ syntax: RecipeSyntax) {
        for oddity in syntax.oddities {
            switch oddity.name {
            case "backquote": add("backquote", oddity, "backquotes", "write $(command)")
            case "here-string":
                add("bashism", oddity, "'<<<' is not POSIX", "use a here-document or printf |")
            case "process-substitution":
                add("bashism", oddity, "<( ) and >( ) are not POSIX", "use a file or a pipe")
            default: break
            }
        }
        for call in syntax.calls {
            if let instead = Self.bashCommands[call.name] {
                add("bashism", call, "'\(call.name)' is a command of bash", instead)
            }
            checkBraces(call)
        }
        for mention in syntax.reads where Self.bashVariables.contains(mention.name) {
            guard !syntax.assignments.contains(where: { $0.name == mention.name }) else { continue }
            add("bashism", mention, "$\(mention.name) is a variable of bash", "do without it")
        }
    }

    private static let bashCommands = [
        "source": "write '. FILE'", "declare": "assign the variable", "typeset": "assign the variable",
        "pushd": "use cd in a subshell", "popd": "use cd in a subshell", "let": "use $(( ))",
        "shopt": "do without it", "mapfile": "read lines in a loop", "readarray": "read lines in a loop",
        "function": "write 'name() {'", "select": "do without it", "disown": "do without it",
    ]

    private static let bashVariables: Set<String> = [
        "BASH_SOURCE", "BASH_REMATCH", "BASH_VERSION", "FUNCNAME", "PIPESTATUS", "EUID", "UID", "HOSTTYPE",
        "MACHTYPE", "OSTYPE",
    ]

    /// `{a,b}` in an unquoted word stays as it is in ash.
    private mutating func checkBraces(_ call: RecipeSyntax.Call) {
        for word in call.command.words {
            for part in word.parts {
                guard case .literal(let range) = part else { continue }
                let text = call.source.text(range)
                guard let open = text.firstIndex(of: "{"), let close = text[open...].firstIndex(of: "}"),
                    text[open..<close].contains(",") || text[open..<close].contains("..")
                else { continue }
                add(
                    "bashism", call, "ash does not expand '\(text[open...close])'",
                    "write the words one by one")
            }
        }
    }

    mutating func checkFunctions(_ syntax: RecipeSyntax) {
        let splits = Set(recipe.subpackages.map(\.function))
        let called = Set(syntax.calls.flatMap { call in [call.name] + call.arguments.compactMap { $0 } })
        for function in syntax.functions where function.function == nil {
            if splits.contains(function.name) || Self.known.contains(function.name) { continue }
            if called.contains(function.name) || recipe.folder.text.contains("$\(function.name)") { continue }
            let mentioned = recipe.folder.text.ranges(of: function.name).count
            if mentioned > 1, Self.isBuiltByName(function.name, recipe.folder.text) { continue }
            // A split function of another architecture's subpackages.
            if recipe.folder.text.contains(":\(function.name)") { continue }
            add(
                "unused-function", function, "nothing calls \(function.name)()",
                "remove it, or name it in subpackages")
        }
    }

    /// Whether the name may be put together when the recipe runs.
    private static func isBuiltByName(_ name: String, _ text: String) -> Bool {
        text.contains("eval ") || text.ranges(of: "\"\(name)\"").count > 0
    }

    /// Functions that abuild calls, or that a recipe may put in the place of abuild's.
    private static let known: Set<String> = Subpackage.defaultFunctions.union([
        "fetch", "unpack", "prepare", "build", "check", "package", "snapshot", "deps", "undeps",
        "sanitycheck",
        "checksum", "verify", "clean", "cleancache", "cleanpkg", "cleanoldpkg", "fetch_trusted_index", "dev",
        "libs",
        "default_prepare", "default_dev", "py3", "locale",
        // Functions of abuild that recipes put theirs in the place of.
        "prepare_py_provides", "scan_python3_dependency",
    ])

    mutating func checkVariables(_ syntax: RecipeSyntax) {
        let read = syntax.readNames
        let text = recipe.folder.text
        var seen: Set<String> = []
        for assignment in syntax.assignments where assignment.function == nil {
            let name = assignment.name
            guard !read.contains(name), !Self.fields.contains(name), seen.insert(name).inserted else {
                continue
            }
            guard !name.hasPrefix("apkfarm_") else { continue }
            if name.hasPrefix("_") || name.first?.isLowercase == true {
                // eval and envsubst read names that do not look like variables.
                if text.contains("eval ") || text.contains("set -a") { continue }
                add("unused-variable", assignment, "'\(name)' is set and never read", "remove it")
            }
        }
        for assignment in syntax.assignments where assignment.function == nil {
            let name = assignment.name
            guard read.contains(name), !name.hasPrefix("_"), name.first?.isLowercase == true else { continue }
            guard !Self.fields.contains(name), seen.insert(name).inserted, !name.hasPrefix("apkfarm_") else {
                continue
            }
            add(
                "private-variable", assignment, "'\(name)' is not abuild's and has no '_' before it",
                "call it '_\(name)'")
        }
    }

    /// Variables that abuild reads (APKBUILD(5) and its source, 3.15).
    private static let fields: Set<String> = [
        "pkgname", "pkgver", "pkgrel", "pkgdesc", "url", "arch", "license", "depends", "makedepends",
        "makedepends_build", "makedepends_host", "checkdepends", "provides", "provider_priority", "replaces",
        "replaces_priority", "install_if", "install", "triggers", "subpackages", "source", "options",
        "builddir",
        "sha512sums", "sha256sums", "md5sums", "pkgusers", "pkggroups", "pkgarch", "maintainer", "giturl",
        "langdir",
        "linguas", "pcprefix", "sonameprefix", "ldpath", "somask", "depends_dev", "depends_doc",
        "depends_libs",
        "depends_openrc", "depends_static", "depends_dbg", "disturl", "reporev", "verbase", "commit",
        "scanelf_flags",
        "subpkgname", "subpkgdir", "pkgdir", "patch_args", "default_prepare_args", "changelog", "pkgbasedir",
        "srcdir",
        "startdir", "sonames", "valgrind", "cpandepends", "cpanmakedepends", "cpancheckdepends", "gccmajor",
        // KDE's recipes have it for the script that makes new versions.
        "_repo_url",
    ]
}
