import Apk

// The verbs that change a root: add, del, upgrade.
extension ApkProgram {
    func add(_ line: CommandLine) throws(ApkError) -> Int32 {
        var atoms: [DependencyAtom] = []
        for word in line.arguments {
            guard !word.hasSuffix(".apk") else {
                throw ApkError(
                    .usage,
                    "\(word): apkfarm adds from repositories only; put the file into one with its index")
            }
            atoms.append(try DependencyAtom(bytes: word.bytes[...]))
        }
        var options = SolverOptions()
        if line.has("upgrade") { options.upgradedNames = Set(atoms.map { $0.name }) }
        let manager = try open(line, makesRoot: true)
        return try change(line, manager, options) { world throws(ApkError) in
            var world = world
            for atom in atoms {
                world.removeAll { $0.name == atom.name }
                world.append(atom)
            }
            return world
        }
    }

    func upgrade(_ line: CommandLine) throws(ApkError) -> Int32 {
        var options = SolverOptions()
        options.upgradesAll = true
        options.prefersAvailable = line.has("available")
        let manager = try open(line, makesRoot: false)
        return try change(line, manager, options) { world throws(ApkError) in world }
    }

    func del(_ line: CommandLine) throws(ApkError) -> Int32 {
        var names: [PackageName] = []
        for word in line.arguments { names.append(try PackageName(bytes: word.bytes[...])) }
        let manager = try open(line, makesRoot: false)
        for name in names
        where manager.database.package(named: name) == nil
            && !manager.world.contains(where: { $0.name == name })
        {
            throw ApkError(.notFound, "No such package: \(name)")
        }
        let status = try change(line, manager, SolverOptions(), saysStaying: names) {
            world throws(ApkError) in
            world.filter { !names.contains($0.name) }
        }
        return status
    }

    private func change(
        _ line: CommandLine, _ manager: PackageManager<Host.Machine>, _ options: SolverOptions,
        saysStaying removed: [PackageName] = [],
        _ newWorld: ([DependencyAtom]) throws(ApkError) -> [DependencyAtom]
    ) throws(ApkError) -> Int32 {
        let isSimulated = line.has("simulate")
        if !isSimulated { try manager.machine.lock() }
        defer { manager.machine.unlock() }
        try manager.loadRepositories { error in
            host.complain("WARNING: opening \(error.message)")
        }
        let world = try newWorld(manager.world)
        let solution = try manager.solve(world, options: options)
        sayStaying(removed, solution)
        let isQuiet = line.has("quiet")
        let before = { (number: Int, count: Int, change: Change) in
            if !isQuiet { host.say("(\(number)/\(count)) \(change.summary)") }
        }
        if isSimulated {
            for (index, change) in solution.changes.enumerated() {
                before(index + 1, solution.changes.count, change)
            }
        } else if line.has("no-scripts") {
            var none = NoScripts()
            try manager.apply(
                solution, world: world, scripts: &none, before: before,
                notes: { host.complain("WARNING: " + $0) })
        } else {
            var runner = host.scriptRunner(root: root(line))
            try manager.apply(
                solution, world: world, scripts: &runner, before: before,
                notes: { host.complain("WARNING: " + $0) })
        }
        if !isSimulated { try host.installed(into: manager.machine) }
        if !isQuiet {
            let size = solution.packages.reduce(Int64(0)) { $0 + $1.installedSize }
            host.say("OK: \(HumanSize.text(size)) in \(solution.packages.count) packages")
        }
        return 0
    }

    /// Names packages that were taken out of the world, but are needed still.
    private func sayStaying(_ removed: [PackageName], _ solution: Solution) {
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
