import ArgumentParser
import Building
import FarmServices
import Foundation
import Jobs
import Planning
import Sandboxing
import Toolchains

extension Farm {
    /// The lock that the one writer holds.
    /// - Throws: when another process is writing; the error names it.
    func lock(for purpose: String) throws -> FarmLock {
        guard !FileManager.default.fileExists(atPath: folders.root + "/installed") else {
            throw ValidationError(
                "\(folders.root) is the installed program's folder, not a farm's; 'apkfarm init DIR' makes a farm, --farm DIR"
                    + " or $APKFARM_FARM names it")
        }
        try FileManager.default.createDirectory(atPath: folders.state, withIntermediateDirectories: true)
        do { return try FarmLock.acquire(path: folders.lock, command: purpose) } catch {
            guard case .held(_, let holder?) = error, holder.command == "serve", purpose != "serve" else {
                throw error
            }
            Output.talk(
                "a daemon (process \(holder.process)) runs this farm; queue with"
                    + " 'apkfarm --farm \(folders.root) queue NAME…'")
            throw ExitCode(1)
        }
    }

    /// A session over a plan, with everything that it needs. Whoever builds with it has a store of `recoveredStore`.
    func session(
        _ plan: BuildPlan, options: BuildSession.Options, key: String?, limits: Limits = Limits(),
        store: any JobStore, publisher: PublishingTurn = PublishingTurn(),
        tell: @escaping @Sendable (SessionEvent) -> Void
    ) async throws -> BuildSession {
        for folder in [folders.logs, folders.state] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let (equipment, tools) = try equipment(work: folders.work, limits: limits)
        return BuildSession(
            folders: folders, equipment: equipment, toolDigests: tools,
            plan: plan, store: store, key: try SigningKeys(folder: folders.keys).key(named: key),
            options: options, publisher: publisher,
            tell: tell)
    }

    /// What builds have at hand here, and the digests that their requests carry.
    func equipment(
        work: String, limits: Limits
    ) throws -> (Builder.Equipment, BuildSession.ToolDigests) {
        var digests = try fileDigests()
        defer { digests.save() }
        for folder in [work, folders.wasmCode] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let tools = try hostTools()
        var equipment = Builder.Equipment(
            host: sandboxHost, toolchain: try Toolchain(root: folders.toolchain, digests: &digests),
            phases: folders.phases,
            sources: try sourceStore(), wasmCode: folders.wasmCode, work: work, limits: limits,
            jobs: 2)
        equipment.farm = folders.root
        var packages = try HostPackages.installed()
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        if let swift = try SwiftTool(path: path, digests: &digests) {
            equipment.swift = swift.root
            packages[SwiftTool.name] = swift.digest
        }
        return (
            equipment,
            BuildSession.ToolDigests(
                phases: try phasesDigest(&digests), hostPackages: packages, hostTools: tools)
        )
    }

    /// The job store without what a dead process held. Only who holds the lock may say that: what another process works on
    /// looks the same.
    func recoveredStore(holding lock: borrowing FarmLock) throws -> SQLiteJobStore {
        let store = try jobStore()
        for job in try store.recover(at: Date()) {
            Output.talk(
                "job \(job.id) (\(job.identity)) was interrupted and is tried again when it is next asked for"
            )
        }
        return store
    }
}
