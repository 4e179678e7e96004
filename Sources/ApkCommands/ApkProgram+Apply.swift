import Apk

// Going from one world to another: what all changing verbs share.
extension ApkProgram {
    /// What is loaded before a world is solved.
    enum Loading { case all, installed }

    /// Locks the root, brings a killed installation to its end, solves the new world and goes there.
    func change(
        _ line: CommandLine, makesRoot: Bool, _ options: SolverOptions, loads loading: Loading = .all,
        beforeChanges: (Solution) -> Void = { _ in },
        _ newWorld: (PackageManager<Host.Machine>, inout SolverOptions) throws(ApkError) -> [DependencyAtom]
    ) throws(ApkError) -> Int32 {
        let isSimulated = line.has("simulate")
        let manager = try open(line, makesRoot: makesRoot, locks: !isSimulated)
        defer { manager.machine.unlock() }
        if !isSimulated {
            let resumed = try manager.recover()
            if !resumed.isEmpty {
                var names = ""
                for label in resumed { names += " " + label }
                host.complain("WARNING: an interrupted installation was brought to its end:" + names)
            }
        }
        try loadRepositories(manager, line, all: loading == .all)
        var options = options
        let world = try newWorld(manager, &options)
        let solution = try manager.solve(world, options: options)
        let wantsDocument = try line.wantsDocument()
        if line.verbosity > 0, !wantsDocument { beforeChanges(solution) }
        var rows: [JSONValue] = []
        let before = { (number: Int, count: Int, change: Change) in
            if wantsDocument {
                rows.append(row(change))
            } else if line.verbosity > 0 {
                host.progress(number - 1, of: count)
                host.say("(\(padded(number, like: count))/\(count)) \(change.summary)")
            }
        }
        let errors = try go(solution, world, manager, line, isSimulated: isSimulated, before)
        if line.verbosity > 0, !wantsDocument {
            host.progress(solution.changes.count, of: solution.changes.count)
        }
        if !isSimulated { try host.installed(into: manager.machine) }
        if wantsDocument {
            host.say(
                JSONValue.object([
                    ("changes", .list(rows)), ("errors", .number(Int64(errors))),
                    ("packages", .number(Int64(solution.packages.count))),
                    ("installed-size", .number(size(solution))),
                ]).document(line.format))
        } else if line.verbosity > 0 {
            let start = errors == 0 ? "OK:" : "\(errors) error\(errors > 1 ? "s" : "");"
            if line.verbosity > 1, !isSimulated {
                let database = manager.database
                var folders: Set<ByteText> = []
                for package in database.packages {
                    for folder in package.folders { folders.insert(folder.path) }
                }
                let files = database.packages.reduce(0) { $0 + $1.fileCount }
                host.say(
                    "\(start) \(database.packages.count) packages, \(folders.count) dirs, \(files) files, "
                        + HumanSize.text(size(solution)))
            } else {
                host.say("\(start) \(HumanSize.text(size(solution))) in \(solution.packages.count) packages")
            }
        }
        return errors == 0 ? 0 : 1
    }

    private func go(
        _ solution: Solution, _ world: [DependencyAtom], _ manager: PackageManager<Host.Machine>,
        _ line: CommandLine, isSimulated: Bool, _ before: (Int, Int, Change) -> Void
    ) throws(ApkError) -> Int {
        if isSimulated {
            for (index, change) in solution.changes.enumerated() {
                before(index + 1, solution.changes.count, change)
            }
            return 0
        }
        let kept = { (path: ByteText) in
            if line.verbosity > 0 { host.say("  Installing file to \(path)") }
        }
        guard line.isOn("scripts", unlessSaid: true) else {
            var none = NoScripts()
            return try manager.apply(
                solution, world: world, scripts: &none, before: before, kept: kept,
                notes: { host.complain("WARNING: " + $0) })
        }
        var runner = host.scriptRunner(root: root(line))
        return try manager.apply(
            solution, world: world, scripts: &runner, before: before, kept: kept,
            notes: { host.complain("WARNING: " + $0) })
    }

    private func row(_ change: Change) -> JSONValue {
        var members: [(key: StaticString, value: JSONValue)] = []
        let name = change.new?.name ?? change.old?.name
        if let name { members.append(("name", .text(name.text))) }
        let action: ByteText =
            switch change.kind {
            case .install: "install"
            case .upgrade: "upgrade"
            case .downgrade: "downgrade"
            case .replace: change.isReinstallation ? "reinstall" : "replace"
            case .remove: "remove"
            }
        members.append(("action", .text(action)))
        if let old = change.old { members.append(("old-version", .text(old.version.text))) }
        if let new = change.new { members.append(("new-version", .text(new.version.text))) }
        if let tag = change.tag { members.append(("tag", .text(tag))) }
        return .object(members)
    }

    private func size(_ solution: Solution) -> Int64 {
        solution.packages.reduce(Int64(0)) { $0 + $1.installedSize }
    }

    /// Right-aligned to the width of the count, as apk prints it.
    private func padded(_ number: Int, like count: Int) -> String {
        var text = "\(number)"
        while text.utf8.count < "\(count)".utf8.count { text = " " + text }
        return text
    }

    /// Names packages that were taken out of the world, but are needed still.
    func sayStaying(_ removed: [PackageName], _ solution: Solution, _ line: CommandLine) {
        var lines: [String] = []
        for name in removed {
            for package in solution.packages where package.name == name {
                var users = ""
                for user in solution.packages where user.name != name && needs(user, package) {
                    users += " \(user.name)"
                }
                lines.append("  \(name):" + users)
            }
        }
        guard !lines.isEmpty else { return }
        host.say("World updated, but the following packages are not removed due to:")
        for line in lines { host.say(line) }
        host.say("")
    }

    func needs(_ user: IndexEntry, _ package: IndexEntry) -> Bool {
        for atom in user.dependencies where !atom.isConflict {
            if atom.name == package.name { return true }
            for provided in package.provides where provided.name == atom.name { return true }
        }
        return false
    }
}

/// Sizes as apk prints them.
enum HumanSize {
    /// `8 B`, `9000 KiB`, `12.3 MiB`: the largest unit that leaves at most four digits.
    static func text(_ bytes: Int64) -> String {
        let units: [StaticString] = ["B", "KiB", "MiB", "GiB", "TiB"]
        var unit = 0
        var divisor: Int64 = 1
        while unit < units.count - 1, bytes / divisor >= 10_000 {
            divisor *= 1024
            unit += 1
        }
        if unit < 2 { return "\(bytes / divisor) \(units[unit])" }
        let tenths = (bytes / (divisor / 1024) * 10 + 512) / 1024
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
