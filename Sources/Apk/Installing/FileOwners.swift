/// Which installed package owns which path of the root.
struct FileOwners {
    private var owners: [ByteText: PackageName] = [:]

    init(_ database: InstalledDatabase) {
        for package in database.packages { add(package) }
    }

    /// The owner of a file or link, nil if no package owns it.
    subscript(path: ByteText) -> PackageName? { owners[path] }

    mutating func add(_ package: InstalledPackage) {
        for folder in package.folders {
            for file in folder.files { owners[folder.path(of: file)] = package.entry.name }
        }
    }

    mutating func remove(_ package: InstalledPackage) {
        for folder in package.folders {
            for file in folder.files {
                let path = folder.path(of: file)
                if owners[path] == package.entry.name { owners[path] = nil }
            }
        }
    }

    /// What happens to a file of `owner` that a new package brings too.
    enum Decision { case takeOver, leave, conflict }

    /// apk's rule: the higher replaces_priority among those that replace each other wins; without any `replaces`,
    /// packages of one recipe may take over each other's files.
    static func decide(owner: InstalledPackage, new: PackageInfo) -> Decision {
        let ownerPriority = priority(owner.replaces, owner.replacesPriority, over: new.name, new.version)
        let newPriority = priority(
            new.replaces, new.replacesPriority, over: owner.entry.name, owner.entry.version)
        if ownerPriority > newPriority { return .leave }
        if newPriority >= 0 { return .takeOver }
        if let origin = new.origin, !origin.isEmpty, origin == owner.entry.origin { return .takeOver }
        return .conflict
    }

    /// -1 unless one of the atoms names the other package.
    private static func priority(
        _ replaces: [DependencyAtom], _ priority: Int64?, over name: PackageName, _ version: PackageVersion
    ) -> Int64 {
        for atom in replaces where atom.name == name && atom.accepts(version: version, identity: nil) {
            return priority ?? 0
        }
        return -1
    }
}
