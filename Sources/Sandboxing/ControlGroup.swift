import Glibc
import Synchronization

/// The kernel's own count and limit of a sandbox's memory and processes, where this machine lets the farm make groups.
///
/// With cgroup v1 the group is made below the farm's own in the hierarchies `memory` and `pids`; with v2 beside or
/// below the farm's own, wherever both controllers are handed down (systemd: `Delegate=yes` and
/// `DelegateSubgroup=`). Source: Linux, Documentation/admin-guide/cgroup-v1/memory.rst, pids.rst, cgroup-v2.rst.
struct ControlGroup: Sendable {
    /// The folders of one group: one for v2, for v1 one a hierarchy.
    let folders: ControlGroupPlaces.Folders
    private let name: String
    /// At how many processes and threads the kernel refuses the next.
    private let mostProcesses: Int

    /// Makes a group with these limits. What an earlier farm left behind, killed before it could tidy up, is removed.
    /// - Returns: nil where the machine gives none, with the reason in ``ControlGroupPlaces/find(processInfo:mounts:)``.
    static func make(limits: Limits, in places: ControlGroupPlaces) -> ControlGroup? {
        guard case .found(let parents) = places else { return nil }
        removeAbandoned(in: parents)
        let name = "\(prefix)\(getpid())-\(serial.add(1, ordering: .relaxed).newValue)"
        // A little above the limit: the supervisor sees it passed and says so.
        let group = ControlGroup(
            folders: parents.below(name), name: name, mostProcesses: limits.processes + 64)
        for folder in group.folders.all where mkdir(folder, 0o755) != 0 {
            group.remove()
            return nil
        }
        let processes = String(group.mostProcesses)
        let memory = String(limits.memory.bytes)
        var isLimited = true
        switch group.folders {
        case .unified(let folder):
            isLimited =
                Files.set(folder + "/memory.max", memory) && Files.set(folder + "/pids.max", processes)
            // Without swap accounting these two are missing; the limit of memory holds all the same.
            _ = Files.set(folder + "/memory.swap.max", "0")
            _ = Files.set(folder + "/memory.oom.group", "1")
        case .separate(let memoryFolder, let pidsFolder):
            isLimited =
                Files.set(memoryFolder + "/memory.limit_in_bytes", memory)
                && Files.set(pidsFolder + "/pids.max", processes)
            _ = Files.set(memoryFolder + "/memory.memsw.limit_in_bytes", memory)
        }
        guard isLimited else {
            group.remove()
            return nil
        }
        return group
    }

    /// The files that a process writes itself into to become a member.
    var memberFiles: [String] { folders.all.map { $0 + "/cgroup.procs" } }

    /// Whether the kernel ended a process of the group for want of memory.
    var ranOutOfMemory: Bool {
        let file =
            switch folders {
            case .unified(let folder): folder + "/memory.events"
            case .separate(let folder, _): folder + "/memory.oom_control"
            }
        return (Files.contents(file) ?? "").split(separator: "\n").contains {
            $0.hasPrefix("oom_kill ") && $0 != "oom_kill 0"
        }
    }

    /// How many processes and threads there were when the kernel refused another; nil if it never did. A bomb may
    /// grow and collapse between two looks.
    var refusedProcesses: Int? {
        let folder =
            switch folders {
            case .unified(let folder): folder
            case .separate(_, let folder): folder
            }
        let refused = (Files.contents(folder + "/pids.events") ?? "").split(separator: "\n").contains {
            $0.hasPrefix("max ") && $0 != "max 0"
        }
        return refused ? mostProcesses : nil
    }

    /// Takes the group away. Its processes are dead, and the kernel may need a moment to know.
    func remove() {
        for folder in folders.all {
            for _ in 0..<100 where rmdir(folder) != 0 && errno == EBUSY { usleep(2000) }
        }
    }

    private static let prefix = "apkfarm-"
    private static let serial = Atomic<Int>(0)

    private static func removeAbandoned(in parents: ControlGroupPlaces.Folders) {
        for parent in parents.all {
            for name in Files.names(in: parent) where name.hasPrefix(prefix) {
                let owner = name.dropFirst(prefix.count).prefix { $0 != "-" }
                guard let owner = pid_t(owner), kill(owner, 0) != 0, errno == ESRCH else { continue }
                rmdir(parent + "/" + name)
            }
        }
    }
}

/// Where this machine lets the farm make control groups.
enum ControlGroupPlaces: Hashable, Sendable {
    /// Below these folders.
    case found(Folders)
    /// Nowhere, and why.
    case none(String)

    /// The folders of one group.
    enum Folders: Hashable, Sendable {
        /// cgroup v2.
        case unified(String)
        /// cgroup v1: the hierarchies of memory and of processes.
        case separate(memory: String, processes: String)

        var all: [String] {
            switch self {
            case .unified(let folder): [folder]
            case .separate(let memory, let processes): [memory, processes]
            }
        }

        func below(_ name: String) -> Folders {
            switch self {
            case .unified(let folder): .unified(folder + "/" + name)
            case .separate(let memory, let processes):
                .separate(memory: memory + "/" + name, processes: processes + "/" + name)
            }
        }
    }

    /// The places of this process, found once.
    static let ours = find(
        own: Files.contents("/proc/self/cgroup") ?? "", mounts: Files.contents("/proc/self/mounts") ?? "")

    /// Looks for places.
    /// - Parameters:
    ///   - own: the text of `/proc/self/cgroup`.
    ///   - mounts: the text of `/proc/self/mounts`.
    static func find(own: String, mounts: String) -> ControlGroupPlaces {
        var paths: [Substring: Substring] = [:]
        for line in own.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            for controller in fields[1].isEmpty ? [""] : fields[1].split(separator: ",") {
                paths[controller] = fields[2]
            }
        }
        var hierarchies: [Substring: String] = [:]
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count >= 4 else { continue }
            if fields[2] == "cgroup2", let path = paths[""] {
                hierarchies[""] = joined(fields[1], path)
            } else if fields[2] == "cgroup" {
                for option in fields[3].split(separator: ",") {
                    if let path = paths[option] { hierarchies[option] = joined(fields[1], path) }
                }
            }
        }
        if let memory = hierarchies["memory"], let processes = hierarchies["pids"] {
            guard isWritable(memory), isWritable(processes) else {
                return .none("the control groups \(memory) and \(processes) cannot be written")
            }
            return .found(.separate(memory: memory, processes: processes))
        }
        guard let unified = hierarchies[""] else { return .none("no control groups are mounted") }
        let parent = String(unified[..<(unified.lastIndex(of: "/") ?? unified.endIndex)])
        for folder in [unified, parent] where handsDown(folder) && isWritable(folder) {
            return .found(.unified(folder))
        }
        return .none("neither \(unified) nor the group above it hands memory and pids down")
    }

    private static func joined(_ mount: Substring, _ path: Substring) -> String {
        // A container may see a path that its mount does not show: its root is then its own group.
        let full = path == "/" ? String(mount) : String(mount + path)
        return Files.exists(full) ? full : String(mount)
    }

    private static func isWritable(_ folder: String) -> Bool { access(folder, W_OK) == 0 }

    private static func handsDown(_ folder: String) -> Bool {
        let controllers = (Files.contents(folder + "/cgroup.subtree_control") ?? "")
            .split(whereSeparator: { $0 == " " || $0 == "\n" })
        return controllers.contains("memory") && controllers.contains("pids")
    }
}
