import Toolchains

/// The rules that every package keeps before it is packed. Each broken rule is one sentence with its cure. The phases
/// have looked already (`Phases/post.sh`, which also warns of build paths); this looks again at what is packed.
public enum PackageLint {
    /// Checks one package's files.
    /// - Parameters:
    ///   - options: the recipe's `options`: `suid` allows setuid files, `hostmodule` modules for another host than the
    ///     one of programs (the kernel).
    public static func problems(in tree: PackageTree, options: Set<String>) throws(BuildError) -> [String] {
        var problems: [String] = []
        for entry in tree.entries {
            // In a package's top folder these are apk's: its description, scripts and signatures.
            if entry.path.hasPrefix("."), !entry.path.contains("/") {
                problems.append("\(entry.path) is a name of apk's own at the top of a package; move it")
            }
            switch entry.kind {
            case .special: problems.append("\(entry.path) is a device or socket; create it at boot instead")
            case .file:
                if entry.mode & 0o6000 != 0, !options.contains("suid") {
                    problems.append("\(entry.path) is setuid or setgid; say options=\"suid\" if it must be")
                }
                if entry.mode & 0o002 != 0 { problems.append("\(entry.path) can be written by everybody") }
                let arePrograms = !options.contains("hostmodule")
                problems += try contentProblems(entry, tree, modulesArePrograms: arePrograms)
            case .link(let target):
                if target.hasPrefix("/build") || target.hasPrefix("/farm") {
                    problems.append("\(entry.path) points to \(target), which is only there while building")
                }
            case .folder: break
            }
        }
        return problems
    }

    private static func contentProblems(
        _ entry: PackageTree.Entry, _ tree: PackageTree, modulesArePrograms: Bool
    ) throws(BuildError) -> [String] {
        var problems: [String] = []
        let bytes = try tree.bytes(of: entry.path)
        if bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) {
            return [
                "\(entry.path) is a program of the build host (ELF); build it with $CC, not the host's compiler"
            ]
        }
        if modulesArePrograms, WasmModule.isWasm(bytes) {
            do {
                let module = try WasmModule(bytes)
                if module.kind == .program {
                    problems += InterfaceRule.violations(of: module).map { "\(entry.path) \($0)" }
                }
            } catch { problems.append("\(entry.path): \(error)") }
        }
        return problems
    }
}
