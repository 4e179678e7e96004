/// What a roll-back could not take away: said with the error that led to it, which it must not hide.
public struct Remains: Sendable {
    private var first: ByteText?
    private var reason = ""
    private var count = 0

    /// Nothing remains yet.
    public init() {}

    /// Removes what lies at a path, noting it if that fails.
    public mutating func remove(_ path: ByteText, by removal: (ByteText) throws(ApkError) -> Void) {
        do throws(ApkError) {
            try removal(path)
        } catch {
            count += 1
            guard first == nil else { return }
            first = path
            reason = error.message
        }
    }

    /// The error, and what remains: `…; '/etc/.apk.…' and 3 others could not be removed: reason`.
    public func added(to error: ApkError) -> ApkError {
        guard let first else { return error }
        let others = count > 1 ? " and \(count - 1) other\(count > 2 ? "s" : "")" : ""
        return ApkError(
            error.kind,
            "\(error.message); what it had begun stays: '\(first)'\(others) could not be removed: \(reason)")
    }
}
