import Apk
import Glibc
import Signing

/// One thing that was done to a root.
public struct InstallStep: Sendable, CustomStringConvertible {
    /// What came and what went.
    public let change: Change

    /// As apk prints it: `Installing zlib (1.3.2-r0)`.
    public var description: String { change.summary }
}

/// Installs packages of repositories into a root of this machine.
///
/// Trust: the signature of each index is checked with `keys`; what an index names is checked against it, down to
/// the SHA1 of each file, before anything gets its name. A damaged package is refused and named, and the root is
/// as it was before that package.
public struct Installer {
    /// What is kept besides files.
    public enum Mode: Sendable {
        /// A system: database, world, recorded scripts.
        case system
        /// Files alone, for build sysroots: what is asked for is installed, nothing is noted.
        case sysroot
    }

    private let root: String
    private let keys: KeyRing
    private let settings: ManagerSettings
    private let mode: Mode
    private let download: LinuxMachine.Download?

    /// An installer for a root, which is made if it is missing.
    ///
    /// - Parameters:
    ///   - repositories: folders or addresses (`…/edge/main`), with `@tag ` before one that is to be asked for.
    ///   - download: fetches from addresses; see `LinuxMachine`.
    public init(
        root: String, arch: String = "wasm32", keys: KeyRing, repositories: [String], mode: Mode = .system,
        allowsUntrusted: Bool = false, download: LinuxMachine.Download? = nil
    ) {
        self.root = root
        self.keys = keys
        self.mode = mode
        self.download = download
        var settings = ManagerSettings()
        settings.architecture = ByteText(arch)
        settings.repositories = Repository.list(Array(repositories.joined(separator: "\n").utf8))
        settings.allowsUntrusted = allowsUntrusted
        settings.bringsOnlyFiles = mode == .sysroot
        self.settings = settings
    }

    /// Installs packages with all they need. They join the world; of the same name the new atom counts.
    ///
    /// - Parameter before: called before each step with its number from 1 and their count.
    /// - Returns: the steps, in order; none if all was there.
    /// - Throws: `PackageError` with what apk would say: who wants what, which file is owned by whom, which
    ///   package is damaged.
    @discardableResult
    public func add(
        _ atoms: [DependencyAtom], before: (Int, Int, InstallStep) -> Void = { _, _, _ in },
        notes: (String) -> Void = { _ in }
    ) throws(PackageError) -> [InstallStep] {
        var runner = NoScripts()
        return try change(scripts: &runner, before: before, notes: notes) { world in
            let names = Set(atoms.map(\.name))
            return world.filter { !names.contains($0.name) } + atoms
        }
    }

    /// The same, running scripts as they come.
    @discardableResult
    public func add<Runner: ScriptRunner>(
        _ atoms: [DependencyAtom], scripts runner: inout Runner,
        before: (Int, Int, InstallStep) -> Void = { _, _, _ in }, notes: (String) -> Void = { _ in }
    ) throws(PackageError) -> [InstallStep] {
        try change(scripts: &runner, before: before, notes: notes) { world in
            let names = Set(atoms.map(\.name))
            return world.filter { !names.contains($0.name) } + atoms
        }
    }

    /// Takes packages out of the world and removes what is no longer needed.
    @discardableResult
    public func remove(_ names: [PackageName]) throws(PackageError) -> [InstallStep] {
        var runner = NoScripts()
        return try change(scripts: &runner, before: { _, _, _ in }, notes: { _ in }) { world in
            world.filter { !names.contains($0.name) }
        }
    }

    /// Which packages the atoms would bring, without doing it.
    public func plan(_ atoms: [DependencyAtom]) throws(PackageError) -> [IndexEntry] {
        try inRoot { (manager) throws(ApkError) in
            try manager.loadRepositories()
            return try manager.solve(manager.world + atoms).packages
        }
    }

    private func change<Runner: ScriptRunner>(
        scripts runner: inout Runner, before: (Int, Int, InstallStep) -> Void, notes: (String) -> Void,
        _ newWorld: ([DependencyAtom]) -> [DependencyAtom]
    ) throws(PackageError) -> [InstallStep] {
        try inRoot { (manager) throws(ApkError) in
            if mode == .system { try manager.machine.lock() }
            defer { manager.machine.unlock() }
            try manager.loadRepositories()
            let world = newWorld(manager.world)
            let solution = try manager.solve(world)
            try manager.apply(
                solution, world: world, scripts: &runner,
                before: { before($0, $1, InstallStep(change: $2)) },
                kept: { notes("the new file lies at \($0): the one in its place was changed") }, notes: notes)
            if mode == .system { try manager.machine.keepKeys() }
            return solution.changes.map { InstallStep(change: $0) }
        }
    }

    private func inRoot<Result>(
        _ body: (PackageManager<LinuxMachine>) throws(ApkError) -> Result
    ) throws(PackageError) -> Result {
        let machine = try LinuxMachine(root: root, keys: keys, download: download)
        do throws(ApkError) {
            let manager = PackageManager(machine, settings: settings)
            if mode == .system { try manager.open() }
            return try body(manager)
        } catch {
            throw PackageError(path: root, error)
        }
    }
}
