/// The newest stamp that a root has seen of each repository's index, so that a signed one from before is noticed when it
/// is served again.
///
/// Its file, which no other apk reads, has a line for each: `REPOSITORY NUMBER DATE LOCATION`.
struct KnownStamps {
    static let path: ByteText = "lib/apk/db/apkfarm.stamps"
    private static let limit = 1 << 20

    private var stamps: [(location: ByteText, stamp: IndexStamp)] = []
    /// Whether there is something that the file does not have.
    private(set) var isChanged = false

    /// Nothing was seen yet.
    init() {}

    /// What a root has seen. A line that cannot be read is left out: it says nothing.
    static func read<Machine: ApkMachine>(_ machine: Machine) throws(ApkError) -> KnownStamps {
        var known = KnownStamps()
        guard let bytes = try machine.readFile(path, limit: limit) else { return known }
        for line in bytes[...].words(separatedBy: { $0 == 0x0a }) {
            let words = line.words { $0 == 0x20 }
            guard words.count == 4,
                let stamp = IndexStamp(description: LineWriter.joined(words[..<3].map { ByteText($0) }))
            else { continue }
            known.stamps.append((ByteText(words[3]), stamp))
        }
        return known
    }

    mutating func write<Machine: ApkMachine>(to machine: Machine) throws(ApkError) {
        guard isChanged else { return }
        var lines: [UInt8] = []
        for (location, stamp) in stamps { lines += (stamp.description + " " + location).bytes + [0x0a] }
        try machine.writeFile(KnownStamps.path, lines, mode: 0o644)
        isChanged = false
    }

    /// Takes an index of a repository at a location for the newest one.
    ///
    /// - Parameter allowsOlder: whether it may be older than one seen before.
    /// Throws `outdated` if it is older, has no stamp although one before it had, or is another repository's.
    mutating func accept(
        _ description: ByteText, of location: ByteText, allowsOlder: Bool
    ) throws(ApkError) {
        let stamp = IndexStamp(description: description)
        let place = stamps.firstIndex { $0.location == location }
        if let place, !allowsOlder {
            let known = stamps[place].stamp
            guard let stamp else {
                throw KnownStamps.refusal("it has no number", known)
            }
            guard stamp.mayFollow(known) else {
                throw KnownStamps.refusal("it is '\(stamp.description)'", known)
            }
            if stamp == known { return }
        }
        guard let stamp, !location.bytes.contains(where: { $0 <= 0x20 }) else { return }
        if let place { stamps[place].stamp = stamp } else { stamps.append((location, stamp)) }
        isChanged = true
    }

    private static func refusal(_ what: String, _ known: IndexStamp) -> ApkError {
        ApkError(
            .outdated,
            "OLD index: \(what), though '\(known.description)' was seen here before: its server is behind, or "
                + "somebody holds back what is newer; if it was put back on purpose, say --allow-older-index")
    }
}
