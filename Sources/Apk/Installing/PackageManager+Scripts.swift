// Scripts and triggers of packages.
extension PackageManager {
    func run<Runner: ScriptRunner>(
        _ first: ScriptKind, _ again: ScriptKind, _ old: InstalledPackage?, _ scripts: [PackageScript],
        _ entry: IndexEntry, _ work: inout Work, _ runner: inout Runner, _ notes: (String) -> Void
    ) {
        if let old {
            run(again, scripts, entry, [entry.version.text, old.entry.version.text], &work, &runner, notes)
        } else {
            run(first, scripts, entry, [entry.version.text], &work, &runner, notes)
        }
    }

    func run<Runner: ScriptRunner>(
        _ kind: ScriptKind, _ scripts: [PackageScript], _ entry: IndexEntry, _ arguments: [ByteText],
        _ work: inout Work, _ runner: inout Runner, _ notes: (String) -> Void
    ) {
        guard !settings.bringsOnlyFiles else { return }
        for script in scripts where script.kind == kind {
            do throws(ApkError) {
                try runner.run(script, of: entry, arguments: arguments)
            } catch {
                work.errors += 1
                notes("\(entry.label).\(kind.name): \(error.message)")
            }
            machine.scriptRan()
        }
    }

    /// Runs the trigger of each package that watches a folder in which something changed.
    func runTriggers<Runner: ScriptRunner>(
        _ work: inout Work, _ runner: inout Runner, _ notes: (String) -> Void
    ) {
        let changed = work.changed.sorted()
        for package in state.database.packages {
            guard let identity = package.entry.identity else { continue }
            for trigger in state.triggers where trigger.identity == identity.text {
                var folders: [ByteText] = []
                for folder in changed {
                    let path = ByteText("/") + folder
                    if trigger.globs.contains(where: { Glob.matches($0, path) }) { folders.append(path) }
                }
                guard !folders.isEmpty else { continue }
                let errors = work.errors
                run(
                    .trigger, state.scripts.scripts(of: package.entry), package.entry, folders, &work,
                    &runner,
                    notes)
                if work.errors > errors { state.markBroken(package.entry.name, "s") }
            }
        }
    }
}
