/// The users and groups of a root, from its `etc/passwd` and `etc/group`.
///
/// A package names the owners of its files; the number beside a name is for roots that do not know it. So a user that a
/// pre-install script makes owns what the package brings, whatever number it got. Source: apk 2.14 and 3.0, `tar.c` and
/// `io.c` (apk_id_cache_resolve_uid).
struct RootAccounts {
    private var users: [ByteText: UInt32]?
    private var groups: [ByteText: UInt32]?

    /// Gives an entry the numbers that its owner's and group's names have in the root. The root is read when the first name
    /// other than root's comes.
    mutating func resolve(_ entry: inout TarEntry, in machine: some ApkMachine) throws(ApkError) {
        if entry.userName != RootAccounts.root, !entry.userName.isEmpty,
            let number = try RootAccounts.number(of: entry.userName, "etc/passwd", &users, machine)
        {
            entry.userID = number
        }
        if entry.groupName != RootAccounts.root, !entry.groupName.isEmpty,
            let number = try RootAccounts.number(of: entry.groupName, "etc/group", &groups, machine)
        {
            entry.groupID = number
        }
    }

    private static func number(
        of name: ByteText, _ file: ByteText, _ known: inout [ByteText: UInt32]?, _ machine: some ApkMachine
    ) throws(ApkError) -> UInt32? {
        if let known { return known[name] }
        let read = try numbers(file, machine)
        known = read
        return read[name]
    }

    private static let root: ByteText = "root"
    /// Larger files of accounts are refused.
    private static let limit = 4 << 20

    /// The third field of each line by the first; of two lines with one name the last counts, as
    /// to apk 3.0.6, and lines of another form
    /// count nothing.
    private static func numbers(
        _ file: ByteText, _ machine: some ApkMachine
    ) throws(ApkError) -> [ByteText: UInt32] {
        guard let text = try machine.readFile(file, limit: limit) else { return [:] }
        var numbers: [ByteText: UInt32] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(
                separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count >= 3, !fields[0].isEmpty, let number = decimal(fields[2]) else { continue }
            let name = ByteText(fields[0])
            numbers[name] = number
        }
        return numbers
    }

    private static func decimal(_ digits: ArraySlice<UInt8>) -> UInt32? {
        guard !digits.isEmpty, digits.count <= 10 else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        return UInt32(exactly: number)
    }
}
