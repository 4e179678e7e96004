/// What a root knows about its packages: database, scripts, triggers, world and architecture.
struct RootState {
    static let worldPath: ByteText = "etc/apk/world"
    static let architecturePath: ByteText = "etc/apk/arch"
    static let repositoriesPath: ByteText = "etc/apk/repositories"
    static let triggersPath: ByteText = "lib/apk/db/triggers"
    private static let limit = 1 << 30

    var database = InstalledDatabase()
    var scripts = ScriptArchive(isOld: false)
    /// Watched folders of installed packages, by identity.
    var triggers: [(identity: ByteText, globs: [ByteText])] = []
    var world: [DependencyAtom] = []
    var architecture: ByteText?

    /// An empty root's state.
    init() {}

    /// The state of a root; what is missing is empty.
    static func read<Machine: ApkMachine>(_ machine: Machine) throws(ApkError) -> RootState {
        var state = RootState()
        if let bytes = try machine.readFile(InstalledDatabase.path, limit: limit) {
            state.database = try InstalledDatabase(bytes: bytes)
        }
        if let bytes = try machine.readFile(ScriptArchive.oldPath, limit: limit) {
            state.scripts = try ScriptArchive(tar: bytes, isOld: true)
        } else if let bytes = try machine.readFile(ScriptArchive.path, limit: limit) {
            state.scripts = try ScriptArchive(tar: try inflate(bytes, Machine.Inflater.self), isOld: false)
        }
        if let bytes = try machine.readFile(triggersPath, limit: limit) {
            for line in bytes[...].words(separatedBy: { $0 == 0x0a }) {
                let words = line.words { $0 == 0x20 }
                guard let identity = words.first else { continue }
                state.triggers.append((ByteText(identity), words.dropFirst().map { ByteText($0) }))
            }
        }
        if let bytes = try machine.readFile(worldPath, limit: limit) {
            do throws(ApkError) {
                state.world = try DependencyAtom.list(bytes[...])
            } catch {
                throw error.within(worldPath.description)
            }
        }
        if let bytes = try machine.readFile(architecturePath, limit: 4096) {
            state.architecture = bytes[...].words { $0 <= 0x20 }.first.map { ByteText($0) }
        }
        return state
    }

    /// Writes everything; the database last, so that what it names is there.
    func write<Machine: ApkMachine>(to machine: Machine) throws(ApkError) {
        let tar = try scripts.tar()
        if scripts.isOld {
            try machine.writeFile(ScriptArchive.oldPath, tar, mode: 0o644)
        } else {
            try machine.writeFile(ScriptArchive.path, try machine.compress(tar), mode: 0o644)
        }
        var lines: [UInt8] = []
        for trigger in triggers {
            lines += LineWriter.joined([trigger.identity] + trigger.globs).bytes + [0x0a]
        }
        try machine.writeFile(RootState.triggersPath, lines, mode: 0o644)
        try machine.writeFile(InstalledDatabase.path, try database.text(), mode: 0o644)
    }

    /// Writes the world: one atom a line, by name.
    func writeWorld<Machine: ApkMachine>(to machine: Machine) throws(ApkError) {
        var lines: [UInt8] = []
        for atom in world.sorted(by: { $0.name < $1.name }) { lines += atom.text.bytes + [0x0a] }
        try machine.writeFile(RootState.worldPath, lines, mode: 0o644)
    }

    /// Puts an installed package in the place of the one of its name.
    mutating func record(_ package: InstalledPackage, scripts: [PackageScript], triggers globs: [ByteText]) {
        remove(package.entry.name)
        database.packages.append(package)
        self.scripts.remove(package.entry)
        self.scripts.add(scripts, of: package.entry)
        if let identity = package.entry.identity { triggers.removeAll { $0.identity == identity.text } }
        if !globs.isEmpty, let identity = package.entry.identity {
            triggers.append((identity.text, globs))
        }
    }

    /// Notes that something about a package is broken, so that `fix` installs it once more.
    mutating func markBroken(_ name: PackageName, _ flag: ByteText) {
        for index in database.packages.indices where database.packages[index].entry.name == name {
            database.packages[index].brokenFlags = flag
        }
    }

    /// Forgets a package.
    mutating func remove(_ name: PackageName) {
        guard let old = database.package(named: name) else { return }
        database.packages.removeAll { $0.entry.name == name }
        scripts.remove(old.entry)
        if let identity = old.entry.identity { triggers.removeAll { $0.identity == identity.text } }
    }

    private static func inflate<Inflater: MemberInflater>(
        _ bytes: [UInt8], _ type: Inflater.Type
    ) throws(ApkError) -> [UInt8] {
        let inflater = try Inflater.open()
        var content: [UInt8] = []
        var output = [UInt8](repeating: 0, count: 64 << 10)
        var offset = 0
        while true {
            let start = offset
            let step = try bytes.withRawBytes { (input) throws(ApkError) -> InflateStep in
                try output.withMutableRawBytes { (room) throws(ApkError) -> InflateStep in
                    try inflater.step(UnsafeRawBufferPointer(rebasing: input[start...]), into: room)
                }
            }
            offset += step.consumed
            content += output[..<step.produced]
            guard content.count <= limit else {
                throw ApkError(.overLimit, "\(ScriptArchive.path) is too large")
            }
            if step.endsMember { return content }
            guard step.consumed > 0 || step.produced > 0 else {
                throw ApkError(.damaged, "\(ScriptArchive.path) is cut off")
            }
        }
    }
}
