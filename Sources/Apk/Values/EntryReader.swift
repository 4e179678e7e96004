/// Reads the lines of an index or installed database: fields of one letter, an empty line after each package.
struct EntryReader {
    private let limits: Index.Limits
    private var position = 0
    private var line = 0
    private var pending: [(field: UInt8, value: ArraySlice<UInt8>)] = []
    private var name: PackageName?

    init(limits: Index.Limits) { self.limits = limits }

    /// The next line without its end; nil after the last.
    mutating func next(_ bytes: [UInt8]) throws(ApkError) -> ArraySlice<UInt8>? {
        guard position < bytes.count else { return nil }
        let end = bytes[position...].firstIndex(of: 0x0a) ?? bytes.count
        let text = bytes[position..<end]
        position = end + 1
        line += 1
        guard text.count <= limits.lineBytes else {
            throw ApkError(
                .overLimit, "line \(line) has \(text.count) bytes, more than the \(limits.lineBytes) allowed")
        }
        return text
    }

    /// Letter and value of a line.
    func field(_ text: ArraySlice<UInt8>) throws(ApkError) -> (UInt8, ArraySlice<UInt8>) {
        guard text.count >= 2, let letter = text.first, letter.isLetter,
            text[text.startIndex + 1] == UInt8(ascii: ":")
        else {
            throw ApkError(.damaged, "line \(line): '\(text.shown)' is not of the form 'X:value'")
        }
        return (letter, text.dropFirst(2))
    }

    /// Takes a field of the package's description into the entry, which exists once name and version are known.
    mutating func take(
        _ field: UInt8, _ value: ArraySlice<UInt8>, into entry: inout IndexEntry?
    ) throws(ApkError) {
        do throws(ApkError) {
            if field == UInt8(ascii: "P") {
                name = try PackageName(bytes: value)
            } else if field == UInt8(ascii: "V") {
                guard let name else { throw ApkError(.damaged, "V: comes before P:") }
                guard entry == nil else { throw ApkError(.damaged, "a second V: in one entry") }
                var started = IndexEntry(name: name, version: try PackageVersion(bytes: value))
                for (field, value) in pending where try started.take(field: field, value) == .unknown {
                    started.keep(unknown: field, value)
                }
                pending = []
                // It becomes a part of paths, in the root and of addresses.
                if name.text.bytes.contains(UInt8(ascii: "/")) {
                    started.obstacle = ByteText("its name '\(name)' cannot name a package's file")
                }
                entry = started
            } else if entry == nil {
                pending.append((field, value))
            } else if try entry?.take(field: field, value) == .unknown {
                entry?.keep(unknown: field, value)
            }
        } catch {
            throw error.within("line \(line)")
        }
    }

    /// What an empty line completes: an entry, or nothing if no field came before.
    mutating func finishedEntry(_ entry: IndexEntry?) throws(ApkError) -> IndexEntry? {
        guard entry != nil || (name == nil && pending.isEmpty) else {
            throw ApkError(
                .damaged, "line \(line): the entry that ends here has no name (P:) or version (V:)")
        }
        name = nil
        return entry
    }

    /// Where the reader is, for messages.
    var place: String { "line \(line)" }
}
