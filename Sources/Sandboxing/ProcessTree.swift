import Glibc

/// The processes below one process, as /proc shows them at a moment.
struct ProcessTree {
    /// One line of /proc/PID/stat, as far as needed.
    struct Entry {
        /// Whether it has ended and only its parent has not heard of it yet.
        let hasEnded: Bool
        let parent: pid_t
        let threads: Int
        /// User and system time, its own and that of children it has waited for, in clock ticks.
        let ticks: Int64
    }

    let root: pid_t
    /// Whether the root has ended, and with it, where it waits for its children, all of them.
    let hasEnded: Bool
    let entries: [pid_t: Entry]

    /// All descendants of `root`, without it.
    init(below root: pid_t) {
        self.root = root
        var all: [pid_t: Entry] = [:]
        for id in Self.processes() {
            if let stat = Files.bytes("/proc/\(id)/stat"), let entry = Self.parse(stat) {
                all[id] = entry
            }
        }
        // Parents may have larger numbers than their children: go up from each.
        var inside: [pid_t: Bool] = [root: true, 0: false, 1: root == 1]
        func isInside(_ id: pid_t) -> Bool {
            if let known = inside[id] { return known }
            inside[id] = false
            let answer = all[id].map { isInside($0.parent) } ?? false
            inside[id] = answer
            return answer
        }
        hasEnded = all[root]?.hasEnded ?? true
        entries = all.filter { $0.key != root && isInside($0.key) }
    }

    /// Processes and threads.
    var size: Int {
        entries.values.reduce(0) { $0 + $1.threads }
    }

    var cpuTime: Duration {
        let ticks = entries.values.reduce(0) { $0 + $1.ticks }
        return .milliseconds(ticks * 1000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK)))))
    }

    /// Children of the root: in a sandbox, its first process.
    var topmost: [pid_t] {
        entries.filter { $0.value.parent == root }.map(\.key)
    }

    /// Memory that is not files: quick, and counts shared pages once for each process that maps them.
    var roughMemory: ByteCount {
        sum(of: ["RssAnon:", "RssShmem:"], in: "status")
    }

    /// As ``roughMemory``, with each shared page counted once in all: exact, and slow.
    var exactMemory: ByteCount {
        sum(of: ["Pss_Anon:", "Pss_Shmem:"], in: "smaps_rollup")
    }

    private func sum(of fields: [String], in file: String) -> ByteCount {
        var kilobytes: Int64 = 0
        for id in entries.keys {
            for line in (Files.contents("/proc/\(id)/\(file)") ?? "").split(separator: "\n")
            where fields.contains(where: { line.hasPrefix($0) }) {
                let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
                kilobytes += words.count > 1 ? Int64(words[1]) ?? 0 : 0
            }
        }
        return ByteCount(bytes: kilobytes << 10)
    }

    private static func processes() -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var result: [pid_t] = []
        while let entry = readdir(folder) {
            let number = withUnsafeBytes(of: &entry.pointee.d_name) { name in
                pid_t(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
            }
            if let number { result.append(number) }
        }
        return result
    }

    /// The program's name, second of the fields, is in parentheses and may hold any character.
    static func parse(_ stat: [UInt8]) -> Entry? {
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        // Of those behind the name: 0 is the state, 1 the parent, 11 to 14 are times, 17 is the number of
        // threads.
        let state = stat.dropFirst(end + 2).first
        var fields = [Int64](repeating: 0, count: 18)
        var index = -1
        for byte in stat[(end + 1)...] {
            if byte == UInt8(ascii: " ") {
                index += 1
                if index == fields.count { break }
            } else if index >= 0, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                fields[index] = fields[index] &* 10 &+ Int64(byte - UInt8(ascii: "0"))
            }
        }
        guard index >= 17 else { return nil }
        return Entry(
            hasEnded: state == UInt8(ascii: "Z") || state == UInt8(ascii: "X"),
            parent: pid_t(truncatingIfNeeded: fields[1]), threads: Int(fields[17]),
            ticks: fields[11...14].reduce(0, &+))
    }
}
