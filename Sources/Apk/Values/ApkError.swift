/// What is wrong with something of the package manager's world, and what to do about it.
///
/// One type for the module: callers show it, a few distinguish `kind`.
public struct ApkError: Error, Sendable, CustomStringConvertible {
    /// What was wrong, for callers that treat some errors apart.
    public enum Kind: Sendable {
        /// A name, version or dependency that does not follow the rules.
        case invalidValue
        /// Text or an archive that does not follow its format, or ends too early.
        case damaged
        /// Something is larger, longer or more numerous than the limits allow.
        case overLimit
        /// A signature is missing, wrong, or made by a key that is not trusted.
        case untrusted
        /// A signed index that is older than one seen before.
        case outdated
        /// The requested set of packages cannot exist.
        case unsatisfiable
        /// Two packages own one file.
        case fileConflict
        /// A path leads out of the root, or through something that is no folder.
        case unsafePath
        /// What was asked for is not there.
        case notFound
        /// The machine refused: file, disk or network.
        case machine
        /// The command was called wrongly.
        case usage
    }

    /// What was wrong.
    public let kind: Kind
    /// What, where and the remedy, for people.
    public let message: String

    /// An error of a kind, with its text.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// The same error, said to be in `place`.
    public func within(_ place: String) -> ApkError { ApkError(kind, place + ": " + message) }
}
