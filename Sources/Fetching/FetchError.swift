import Signing

/// One place where a source was looked for, and what came of it.
public struct FetchAttempt: Sendable, Equatable, CustomStringConvertible {
    /// What a place answered.
    public enum Answer: Sendable, Equatable, CustomStringConvertible {
        /// Nothing of that name or checksum is there.
        case absent(String)
        /// The place cannot be reached or gave up half-way.
        case failed(String)
        /// Something else came; it is kept at this path.
        case wrongChecksum(got: Digest, keptAt: String)
        /// More bytes came than allowed.
        case tooLarge(limit: Int)

        /// What the place answered.
        public var description: String {
            switch self {
            case .absent(let reason), .failed(let reason): reason
            case .wrongChecksum(let got, let path):
                "wrong checksum: sha512 \(got); that file is kept at \(path)"
            case .tooLarge(let limit): "more than the \(limit) bytes that are allowed"
            }
        }
    }

    /// A path or URL, or the name of a catalogue.
    public let place: String
    /// What it answered.
    public let answer: Answer

    /// Place and answer on a line.
    public var description: String { "\(place): \(answer)" }
}

/// Why a source is not there.
public enum FetchError: Error, Equatable, CustomStringConvertible {
    /// No place had it. The attempts are in the order in which they were made.
    case notFound(name: String, wanted: [Digest], attempts: [FetchAttempt])
    /// The request makes no sense.
    case badRequest(name: String, reason: String)
    /// The store's own folder cannot be used.
    case store(path: String, reason: String)
    /// A line of the source catalogue cannot be read.
    case catalogue(path: String, line: Int, reason: String)
    /// Debian's archive does not offer what was asked for.
    case debian(source: String, reason: String)
    /// The task was cancelled; what arrived is kept for the next time.
    case cancelled(name: String)

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .notFound(let name, let wanted, let attempts):
            "\(name): could not be had from any of \(attempts.count) places\n"
                + wanted.map { "  wanted sha\($0.bytes.count * 8) \($0)\n" }.joined()
                + attempts.map { "  \($0)\n" }.joined()
                + "put the file into a mirror folder, or find a Debian source with 'apkfarm sources add'"
        case .badRequest(let name, let reason):
            "\(name): cannot be fetched: \(reason)"
        case .store(let path, let reason):
            "\(path): the store of sources cannot be used: \(reason)"
        case .catalogue(let path, let line, let reason):
            "\(path):\(line): \(reason); a line is sha512, file, Debian source, version and suite with tabs between"
        case .debian(let source, let reason):
            "Debian source \(source): \(reason)"
        case .cancelled(let name):
            "\(name): fetching was cancelled; the next time it goes on where it stopped"
        }
    }
}
