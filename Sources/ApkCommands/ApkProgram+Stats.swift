import Apk

// The verb that counts: stats.
extension ApkProgram {
    /// What is installed and what is offered, in apk's words. Of atoms, which apk counts last, there are none here: it means
    /// the texts that its database keeps once.
    func stats(_ line: CommandLine) throws(ApkError) -> Int32 {
        let manager = try open(line, makesRoot: false)
        try loadRepositories(manager, line, all: true)
        var folders: Set<ByteText> = []
        var files = 0
        var bytes: Int64 = 0
        var triggers = 0
        for package in manager.database.packages {
            for folder in package.folders {
                folders.insert(folder.path)
                files += folder.files.count
            }
            bytes += package.entry.installedSize
            if !manager.triggers(of: package.entry).isEmpty { triggers += 1 }
        }
        // apk counts the top, too, once something lies below it.
        if !folders.isEmpty { folders.insert(ByteText()) }
        var names = Set(manager.world.map { $0.name })
        for candidate in manager.packages.candidates {
            let entry = candidate.entry
            names.insert(entry.name)
            for atoms in [entry.dependencies, entry.provides, entry.installIf] {
                for atom in atoms { names.insert(atom.name) }
            }
        }
        for package in manager.database.packages { for atom in package.replaces { names.insert(atom.name) } }
        let packages = manager.database.packages.count
        let offered = manager.packages.candidates.count
        if try line.wantsDocument() {
            let installed: [(key: StaticString, value: JSONValue)] = [
                ("packages", .number(Int64(packages))), ("dirs", .number(Int64(folders.count))),
                ("files", .number(Int64(files))), ("bytes", .number(bytes)),
                ("triggers", .number(Int64(triggers))),
            ]
            let available: [(key: StaticString, value: JSONValue)] = [
                ("names", .number(Int64(names.count))), ("packages", .number(Int64(offered))),
            ]
            host.say(
                JSONValue.object([("installed", .object(installed)), ("available", .object(available))])
                    .document(line.format))
            return 0
        }
        host.say("installed:\n  packages: \(packages)\n  dirs: \(folders.count)\n  files: \(files)")
        host.say("  bytes: \(bytes)\n  triggers: \(triggers)")
        host.say("available:\n  names: \(names.count)\n  packages: \(offered)")
        return 0
    }
}
