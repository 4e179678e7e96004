import ArgumentParser
import Building
import FarmAPI
import FarmServices
import Foundation
import Jobs
import Sandboxing
import Toolchains

/// `apkfarm worker run`, also as `apkfarm worker`: builds for a daemon, on this machine or another.
struct WorkerRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Builds what a daemon has to build, in a process of its own.",
        discussion: """
            Examples:
              apkfarm --farm /srv/farm worker
              apkfarm worker --url https://farm.example --token-file /etc/apkfarm/worker.token

            A worker has the farm's toolchain (its own checkout or share folder) and no key. It needs a token of scope
            worker, or the owner's socket. SIGTERM gives back what is being built.
            """)

    @OptionGroup var options: FarmOptions

    @Option(help: "The daemon's address. Default: $APKFARM_URL, else the socket in the farm's folder.")
    var url: String?

    @Option(help: "A file that holds the token. Default: $APKFARM_TOKEN.")
    var tokenFile: String?

    @Option(help: "The worker's name in the ledger. Default: the machine's name and a number.")
    var name: String?

    @Option(help: "The checkout or share folder with the toolchain. Default: the farm's, or this program's.")
    var share: String?

    func run() async throws {
        let client = try client()
        let folders = FarmFolders(root: try shareFolder(), environment: ProcessInfo.processInfo.environment)
        let (slot, lock) = try Self.slot(below: folders.cache + "/workers")
        defer { withExtendedLifetime(lock) {} }
        let folder = "\(folders.cache)/workers/\(slot)"
        let farm = try Farm(share: folders)
        let (equipment, tools) = try farm.equipment(work: folder + "/work", limits: Limits())
        let worker = name ?? "\(ProcessInfo.processInfo.hostName)-\(slot)"
        let remote = RemoteWorker(
            link: WorkerHTTP(client: client),
            profile: WorkerProfile(named: worker, equipment, tools),
            equipment: equipment, folder: folder, evaluator: farm.evaluator
        ) { Output.talk("\(Date().formatted(.iso8601)) \($0)") }
        Output.talk("\(worker) works for \(client.endpoint.place)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await remote.run() }
            group.addTask { await Serve.termination() }
            _ = try await group.next()
            group.cancelAll()
            // What is being built is given back first.
            try await group.waitForAll()
        }
    }

    private func client() throws -> FarmClient {
        let environment = ProcessInfo.processInfo.environment
        guard let address = url ?? environment["APKFARM_URL"], !address.isEmpty else {
            return FarmClient(.socket(try Farm(options).folders.socket))
        }
        guard let tokenFile else { return FarmClient(.url(address, token: environment["APKFARM_TOKEN"])) }
        let path = Farm.absolute(tokenFile)
        guard let text = FileManager.default.contents(atPath: path) else {
            throw ValidationError(
                "\(path): cannot be read; 'apkfarm token new --name worker --scope worker' prints a token for it"
            )
        }
        let token = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return FarmClient(.url(address, token: token))
    }

    private func shareFolder() throws -> String {
        if let share { return Farm.absolute(share) }
        // Where no farm is, the worker's toolchain is beside its program.
        if let farm = try? Farm(options) { return farm.folders.share }
        let program = Bundle.main.executablePath ?? ""
        guard let found = FarmFolders.checkout(above: program) else {
            throw ValidationError(
                "no toolchain beside \(program); name the checkout or share folder with --share")
        }
        return found
    }

    /// The first free number: workers of one machine share sources and caches, and build in folders of their own. The
    /// folder of a worker that died is taken over.
    private static func slot(below folder: String) throws -> (Int, FarmLock) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for number in 1...256 {
            do {
                let lock = try FarmLock.acquire(path: "\(folder)/\(number).lock", command: "worker")
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(number)", withIntermediateDirectories: true)
                return (number, lock)
            } catch FarmLock.LockError.held { continue }
        }
        throw ValidationError("256 workers are at work below \(folder); stop one")
    }
}

extension WorkerProfile {
    /// Who builds with this equipment.
    init(named name: String, _ equipment: Builder.Equipment, _ tools: BuildSession.ToolDigests) {
        self.init(
            name: name, toolchain: equipment.toolchain.compileDigest,
            runner: equipment.toolchain.runnerDigest, phases: tools.phases, tools: tools.hostPackages)
    }
}

extension Farm {
    /// What this farm builds with.
    func profile(named name: String) throws -> WorkerProfile {
        let (equipment, tools) = try equipment(work: folders.work, limits: Limits())
        return WorkerProfile(named: name, equipment, tools)
    }
}

extension FarmClient.Endpoint {
    /// Where it is, for people.
    var place: String {
        switch self {
        case .socket(let path): path
        case .url(let url, _): url
        }
    }
}
