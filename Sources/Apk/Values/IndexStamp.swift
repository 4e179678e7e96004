/// What an index says about its own age at the end of its `DESCRIPTION`: `edge/main 12 2026-11-27T22:34:16Z`.
///
/// The number rises by one with every publication, promotion or roll-back of a repository, so that a signed index
/// that is served again later shows: a client that has seen number 12 refuses 11. An index without a stamp (another
/// distribution's, or one of ours from before) counts as never numbered: nothing is known of its age.
public struct IndexStamp: Hashable, Comparable, Sendable {
    /// Which repository: `edge/main`.
    public let repository: ByteText
    /// 1, 2, …: never used twice by one repository.
    public let number: Int64
    /// When it was made, as `2026-11-27T22:34:16Z`; the same width always, so that order of text is order of time.
    public let date: ByteText

    /// A stamp of these parts. Throws `invalidValue` unless the number is positive, the date has the form above and the
    /// name is one to 100 bytes without white space (apk 3 ignores descriptions of more than 160 bytes).
    public init(repository: ByteText, number: Int64, date: ByteText) throws(ApkError) {
        guard IndexStamp.areParts(repository, number, date) else {
            throw ApkError(
                .invalidValue,
                "'\(repository) \(number) \(date)' is no index stamp: REPOSITORY NUMBER YYYY-MM-DDThh:mm:ssZ")
        }
        self.repository = repository
        self.number = number
        self.date = date
    }

    /// The stamp in an index's description; nil when it has none.
    public init?(description: ByteText) {
        let words = description.bytes[...].words { $0 == 0x20 || $0 == 0x0a }
        guard words.count == 3, let number = words[1].decimal else { return nil }
        repository = ByteText(words[0])
        self.number = number
        date = ByteText(words[2])
        guard IndexStamp.areParts(repository, number, date) else { return nil }
    }

    /// What `DESCRIPTION` holds.
    public var description: ByteText { repository + " " + ByteText("\(number)") + " " + date }

    /// Whether an index of this stamp may take the place of one with `known`: of the same repository and not older.
    /// Another repository's stamp says nothing about this one's age, so that it is refused too.
    public func mayFollow(_ known: IndexStamp) -> Bool {
        repository == known.repository && number >= known.number
    }

    /// By repository, then number.
    public static func < (left: IndexStamp, right: IndexStamp) -> Bool {
        left.repository == right.repository ? left.number < right.number : left.repository < right.repository
    }

    private static func areParts(_ repository: ByteText, _ number: Int64, _ date: ByteText) -> Bool {
        number > 0 && isDate(date.bytes[...]) && !repository.isEmpty && repository.bytes.count <= 100
            && repository.bytes.allSatisfy { $0 > 0x20 && $0 != 0x7f }
    }

    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        let form: StaticString = "0000-00-00T00:00:00Z"
        guard bytes.count == form.utf8CodeUnitCount else { return false }
        return form.withUTF8Buffer { buffer in
            for (offset, byte) in bytes.enumerated() {
                let isRight = buffer[offset] == UInt8(ascii: "0") ? byte.isDigit : byte == buffer[offset]
                if !isRight { return false }
            }
            return true
        }
    }
}
