/// One member of a tar archive, without its content.
public struct TarEntry: Equatable, Sendable {
    /// What a member is.
    public enum Kind: Equatable, Sendable {
        /// A regular file; its content follows.
        case file
        /// Another name of a member before.
        case hardLink(ByteText)
        /// A symbolic link to this text.
        case symbolicLink(ByteText)
        /// A folder.
        case directory
        /// A character device.
        case characterDevice(major: UInt32, minor: UInt32)
        /// A block device.
        case blockDevice(major: UInt32, minor: UInt32)
        /// A named pipe.
        case pipe
    }

    /// A pax record without a meaning to tar itself: a checksum or an extended attribute.
    public struct Record: Equatable, Sendable {
        /// Its key.
        public let key: ByteText
        /// Its value, any bytes.
        public let value: ByteText

        /// A record of key and value.
        public init(key: ByteText, value: ByteText) {
            self.key = key
            self.value = value
        }
    }

    /// The pax key under which every file and symbolic link of a package has its SHA1 in hexadecimal digits.
    public static let checksumKey: ByteText = "APK-TOOLS.checksum.SHA1"
    /// The beginning of the keys of extended attributes.
    public static let attributePrefix: StaticString = "SCHILY.xattr."

    /// Path inside the archive, as written, a folder without its final slash.
    public var path: ByteText
    /// What it is.
    public var kind: Kind
    /// The low 12 bits of the mode: permissions, setuid, setgid, sticky.
    public var mode: UInt32
    /// The owner's number.
    public var userID: UInt32 = 0
    /// The group's number.
    public var groupID: UInt32 = 0
    /// The owner's name.
    public var userName: ByteText = "root"
    /// The group's name.
    public var groupName: ByteText = "root"
    /// Bytes of content; 0 for all but files.
    public var size: Int64 = 0
    /// Seconds since 1970.
    public var modified: Int64 = 0
    /// Further pax records, in order.
    public var records: [Record] = []

    /// A member owned by root, without content, of 1970.
    public init(path: ByteText, kind: Kind, mode: UInt32) {
        self.path = path
        self.kind = kind
        self.mode = mode
    }

    /// The SHA1 that the archive states for the content or link target; nil if there is none or it is malformed.
    public var checksum: [UInt8]? {
        for record in records where record.key == TarEntry.checksumKey {
            guard let sha1 = Hexadecimal.decode(record.value.bytes[...]), sha1.count == 20 else { return nil }
            return sha1
        }
        return nil
    }
}
