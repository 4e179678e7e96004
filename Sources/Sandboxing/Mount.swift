/// A folder or file of the host that a sandbox shows at a path of its own.
public struct Mount: Hashable, Sendable {
    /// Whether the sandbox may change what is there.
    public enum Access: Hashable, Sendable {
        /// Not even the sandbox's root writes.
        case readOnly
        /// Counted against ``Limits/disk``.
        case writable
    }

    /// Where it lies on the host. Must exist.
    public let host: String
    /// The absolute path inside.
    public let inside: String
    /// Whether the sandbox may change it.
    public let access: Access

    /// A mount that the sandbox only reads.
    public static func readOnly(_ host: String, at inside: String) -> Mount {
        Mount(host: host, inside: inside, access: .readOnly)
    }

    /// A mount that the sandbox writes.
    public static func writable(_ host: String, at inside: String) -> Mount {
        Mount(host: host, inside: inside, access: .writable)
    }
}
