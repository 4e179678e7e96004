/// Whom a file of a package belongs to, where that is not root, and its mode.
public struct FileOwner: Sendable, Equatable {
    /// The owner's name, which decides when a package is installed; and the group's.
    public let user, group: String
    /// The owner's and the group's number, for machines that do not know the name.
    public let userID, groupID: UInt32
    /// Permission bits, with setuid, setgid and sticky.
    public let mode: UInt32

    /// An owner.
    /// - Returns: Nil where tar's header has no room for it: names have 1 to 31 letters, digits, `.`, `_` and `-`, numbers
    ///   at most 21 bits, the mode 12.
    public init?(user: String, userID: UInt32, group: String, groupID: UInt32, mode: UInt32) {
        let names = [user, group].allSatisfy { name in
            (1...31).contains(name.utf8.count) && name.utf8.allSatisfy(Self.isOfName)
        }
        guard names, userID < 1 << 21, groupID < 1 << 21, mode <= 0o7777 else { return nil }
        self.user = user
        self.group = group
        self.userID = userID
        self.groupID = groupID
        self.mode = mode
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
